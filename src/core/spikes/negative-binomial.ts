// How probable a count is when its mean is only roughly known: the negative binomial distribution, a Poisson count whose
// rate is itself drawn from a gamma distribution. Parameters are the mean and the size r (variance = mean + mean²/r);
// a size above 1e9 is Poisson. Everything is in logarithms: a million events where ten are usual is ln P = -4e5, which
// no double holds as a probability.

import { logGamma } from "./log-gamma.ts";

/** Above this size the variance differs from Poisson's by less than a double can tell. */
const POISSON_SIZE = 1e9;
/** Outside these sizes ln Γ(k+r) - ln Γ(r) cancels, and its leading terms are exact enough. */
const TINY_SIZE = 1e-6;
const HUGE_SIZE = 1e6;
/** A step that changes the result by less than this is the last. */
const NEGLIGIBLE = 1e-14;
/**
 * Steps of the continued fraction. It needs some twenty, 150 near the mean of a large count, thousands only where the
 * size is below a millionth: nothing is known there, and a rough answer is as good.
 */
const MOST_STEPS = 500;
/** Larger counts are not searched for; no window holds a thousand million events. */
const LARGEST_COUNT = 1e9;

/** ln Γ(k+r)/Γ(r) without cancellation at both ends of r. */
function logRisingFactorial(k: number, size: number): number {
  if (size < TINY_SIZE) return k === 0 ? 0 : Math.log(size) + logGamma(k);
  if (size > HUGE_SIZE) return k * Math.log(size) + (k * (k - 1)) / (2 * size);
  return logGamma(k + size) - logGamma(size);
}

/**
 * ln P(N = k) for N ~ NB(mean μ, size r):
 * lnΓ(k+r) - lnΓ(r) - lnΓ(k+1) - r·ln(1 + μ/r) + k·(ln μ - ln(r+μ)).
 */
export function logPmf(k: number, mean: number, size: number): number {
  if (mean <= 0) return k === 0 ? 0 : -Infinity;
  if (size > POISSON_SIZE) return k * Math.log(mean) - mean - logGamma(k + 1);
  return (
    logRisingFactorial(k, size) -
    logGamma(k + 1) -
    size * Math.log1p(mean / size) +
    k * (Math.log(mean) - Math.log(size + mean))
  );
}

/** p(k+1)/p(k). */
export function pmfRatio(k: number, mean: number, size: number): number {
  return size > POISSON_SIZE ? mean / (k + 1) : (((k + size) / (k + 1)) * mean) / (size + mean);
}

/**
 * The continued fraction of the incomplete beta function I_x(a, b) without its front factor, by Lentz' method (DLMF
 * 8.17.22). It converges fast for x < (a+1)/(a+b+2), that is, on the far side of the mean. Summing the tail's terms
 * instead takes thousands of them for clumpy groups.
 */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MOST_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a - 1 + 2 * m) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 1 + 2 * m));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < NEGLIGIBLE) break;
  }
  return value;
}

/**
 * ln P(N ≥ k) = ln I_q(k, r) with q = μ/(r+μ). Its front factor q^k(1-q)^r / (k·B(k, r)) is just p(k); below the mean it
 * is one minus I_{1-q}(r, k).
 */
export function logTail(k: number, mean: number, size: number): number {
  if (k <= 0) return 0;
  if (mean <= 0) return -Infinity;
  const r = Math.min(size, POISSON_SIZE);
  const p = logPmf(k, mean, r);
  if (k > mean) return Math.min(0, p + Math.log(betaFraction(k, r, mean / (r + mean))));
  const below = (Math.exp(p) * k * betaFraction(r, k, r / (r + mean))) / r;
  return below >= 1 ? p : Math.log1p(-below);
}

/**
 * The smallest whole number from `least` on for which `holds`, given that it then holds for all larger ones; at most
 * 1e9. Steps that double lead away from `near`, halving finds the border between them: two evaluations when `near` is
 * right, some twenty from anywhere else.
 */
export function smallestCount(least: number, near: number, holds: (k: number) => boolean): number {
  let low = near;
  let high = near;
  if (holds(near)) {
    // `low` goes down until it fails or is below everything that is asked for.
    for (let step = 1; low >= least && (low === near || holds(low)); step *= 2) {
      high = low;
      low = Math.max(least - 1, low - step);
    }
  } else {
    for (let step = 1; high === near || (high < LARGEST_COUNT && !holds(high)); step *= 2) {
      low = high;
      high += step;
    }
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The smallest k with ln P(N ≥ k) ≤ `logProbability` (< 0). */
export function upperQuantile(logProbability: number, mean: number, size: number): number {
  return smallestCount(1, Math.max(1, Math.ceil(mean)), (k) => logTail(k, mean, size) <= logProbability);
}
