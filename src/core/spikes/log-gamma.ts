// The logarithm of the gamma function, which JavaScript lacks and every count distribution here needs.

/** Lanczos coefficients for g = 7, n = 9 (P. Godfrey, 2001); relative error of the gamma function below 1e-14. */
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const LANCZOS_G = 7;
const LANCZOS_FIRST = 0.99999999999980993;
const HALF_LOG_TWO_PI = 0.9189385332046727;
/** From here on Stirling's series with one term is exact to the last bit, and Lanczos starts to lose digits. */
const STIRLING_FROM = 1e7;

/** ln Γ(x) for x > 0: Lanczos' approximation, reflected below 1/2, Stirling's series for large x. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  if (x > STIRLING_FROM) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + 1 / (12 * x);
  const y = x - 1;
  const t = y + LANCZOS_G + 0.5;
  let sum = LANCZOS_FIRST;
  for (let i = 0; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (y + i + 1);
  return HALF_LOG_TWO_PI + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}
