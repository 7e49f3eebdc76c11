// Numbers and words as people read them.

import { formatDuration } from "../config/units.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A whole number with thousands marked: 12,345. */
export function count(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A rate or an average: one decimal below ten, none above; a small one is never shown as 0. */
export function amount(n: number): string {
  if (n > 0 && n < 0.05) return "under 0.1";
  return n < 10 ? `${Math.round(n * 10) / 10}` : count(n);
}

/** A length of time to its two largest units: 1h24m, 24m10s, 45s. */
export function span(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole >= HOUR_MS) return formatDuration(Math.round(whole / MINUTE_MS) * MINUTE_MS);
  return formatDuration(Math.round(whole / 1000) * 1000);
}

/** `1 key`, `2 keys`. */
export function plural(n: number, one: string, many: string): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** With a large first letter, as at the beginning of a sentence. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
