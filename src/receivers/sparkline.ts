// Events a minute as a row of bars: whether it is still rising, at one glance.

import { count } from "./numbers.ts";

const BARS = "▁▂▃▄▅▆▇█";

/** One bar a bucket; zero is the lowest bar, the largest bucket the highest. */
export function bars(buckets: readonly number[]): string {
  const most = Math.max(1, ...buckets);
  return buckets
    .map((n) => BARS[n <= 0 ? 0 : Math.max(1, Math.round((n / most) * (BARS.length - 1)))])
    .join("");
}

/** What the bars mean. */
export function caption(buckets: readonly number[]): string {
  return `each bar 1 min, the last ${buckets.length}; the highest ${count(Math.max(0, ...buckets))}`;
}
