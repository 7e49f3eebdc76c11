// How often a sliding window reaches a count by chance, and from which count on that is rarer than wanted. Comparing a
// window at every event is thousands of tests a day; the scan statistic accounts for their overlap.

import { logPmf, logTail, pmfRatio, smallestCount } from "./negative-binomial.ts";

/**
 * ln of the expected number of times per window length at which a sliding window under NB(μ, r) climbs to k:
 * R(k) = max(P(N ≥ k), k·p(k) - (k+1)·p(k+1)). For Poisson the second term is (k-μ)·p(k), the declumped up-crossing
 * rate of the scan statistic (S. E. Alm, "On the distributions of scan statistics of a Poisson process", 1997, after
 * his report of 1983); here it is mixed over the gamma distribution of the rate.
 */
export function logScanRate(k: number, mean: number, size: number): number {
  const tail = logTail(k, mean, size);
  const crossings = k - (k + 1) * pmfRatio(k, mean, size);
  return crossings > 0 ? Math.max(tail, logPmf(k, mean, size) + Math.log(crossings)) : tail;
}

/**
 * The smallest k ≥ `atLeast`, above the mean, with ln R(k) ≤ `logRate`.
 * @param near where the search begins; the last threshold is mostly right or one off, which saves nine tenths of the
 * evaluations.
 */
export function scanThreshold(
  logRate: number,
  mean: number,
  size: number,
  atLeast: number,
  near: number = atLeast,
): number {
  const rareEnough = (k: number): boolean => logScanRate(k, mean, size) <= logRate;
  const least = Math.max(atLeast, Math.floor(mean) + 1);
  return smallestCount(least, Math.max(least, near), rareEnough);
}
