// One sentence on why a count fired, for people: `37 in 5m; usual 1.2 (at most 6)`.

import type { Evidence } from "./detector.ts";

const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];
/** Decimals below 10; larger numbers are whole, and from ten thousand on in thousands. */
const SMALL_BELOW = 10;
/** Nobody reads 0.0002 in a minute as anything but none. */
const NOTHING_BELOW = 0.001;
const THOUSANDS_FROM = 10_000;
const MILLIONS_FROM = 10_000_000;

/**
 * The count, its window, and what is usual or, for a plain threshold, what fires.
 * @param counted what was counted, when it is not the events.
 */
export function explainEvidence(
  { count, windowSeconds, expected, expectedHigh, threshold }: Evidence,
  counted = "",
): string {
  const happened = `${readableNumber(count)}${counted === "" ? "" : ` ${counted}`} in ${readableWindow(windowSeconds)}`;
  if (expected === null || expectedHigh === null)
    return `${happened}; threshold ${readableNumber(threshold)}`;
  return `${happened}; usual ${readableNumber(expected)} (at most ${readableNumber(expectedHigh)})`;
}

/** As many digits as a person reads: 0.04, 1.2, 37, 3120, 12k, 34M. */
function readableNumber(value: number): string {
  if (value >= MILLIONS_FROM) return `${Math.round(value / 1e6)}M`;
  if (value >= THOUSANDS_FROM) return `${Math.round(value / 1000)}k`;
  if (value >= SMALL_BELOW) return String(Math.round(value));
  if (value >= 1) return String(Number(value.toFixed(1)));
  if (value < NOTHING_BELOW) return "0";
  return String(Number(value.toPrecision(1)));
}

/** `5m`, `1h`, `1h30m`, as durations are written in the configuration. */
function readableWindow(seconds: number): string {
  let rest = seconds;
  let text = "";
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return rest > 0 ? `${text}${Math.round(rest * 1000)}ms` : text;
}
