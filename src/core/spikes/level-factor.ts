// How much more or less than its long-run rate a group is doing lately: up at once, down over a day, so that a quiet
// night does not make the morning look like a spike.

import { LEARNED, LEARNING_BUCKETS, WAITING } from "./learning-ring.ts";
import type { LearningRing } from "./learning-ring.ts";
import { LEARNING_BUCKET_SECONDS } from "./scales.ts";

/** Events that argue for factor 1: fewer than this say little about the level. */
const PRIOR_EVENTS = 5;
/** The recent past, 6 h and 24 h in learning buckets. */
const SHORT_BUCKETS = 72;
const LONG_BUCKETS = 288;
/** Buckets that are left out at the least, so that a spike in the making is not its own level. */
const LEAST_LAG = 3;

export interface LevelFactor {
  readonly factor: number;
  /** Events it rests on, the prior's included: its relative variance is 1 / weight. */
  readonly weight: number;
}

/**
 * The level as a window of `windowSeconds` may use it: from unexcluded buckets that end before the window begins.
 * g₆ = (5 + N₆ₕ)/(5 + M₆ₕ) when above 1, else min(1, (5 + N₂₄ₕ)/(5 + M₂₄ₕ)), where N is what came and M what the profile
 * of then expects at the rate of now; the posterior mean under a Gamma(5, 5) prior. At the rate of then a young group
 * would count its level twice, once in the rate it has learned since and once in the factor: ten a minute were taken
 * for seventy, and the misses that followed made it deaf for hours.
 * @param ratePerHour the long-run rate of now.
 */
export function levelFactor(ring: LearningRing, windowSeconds: number, ratePerHour: number): LevelFactor {
  const lag = Math.max(LEAST_LAG, Math.ceil(windowSeconds / LEARNING_BUCKET_SECONDS) + 1);
  const oldest = Math.min(lag + LONG_BUCKETS - 1, LEARNING_BUCKETS - 1, ring.size);
  let count = 0;
  let expected = 0;
  let shortCount = 0;
  let shortExpected = 0;
  for (let age = lag; age <= oldest; age++) {
    const flag = ring.flag(age);
    if (flag === LEARNED || flag === WAITING) {
      count += ring.count(age);
      expected += ratePerHour * ring.usualHours(age);
    }
    if (age === lag + SHORT_BUCKETS - 1) [shortCount, shortExpected] = [count, expected];
  }
  if (oldest < lag + SHORT_BUCKETS - 1) [shortCount, shortExpected] = [count, expected];
  const up = (PRIOR_EVENTS + shortCount) / (PRIOR_EVENTS + shortExpected);
  if (up > 1) return { factor: up, weight: PRIOR_EVENTS + shortCount };
  const down = (PRIOR_EVENTS + count) / (PRIOR_EVENTS + expected);
  return { factor: Math.min(1, down), weight: PRIOR_EVENTS + count };
}
