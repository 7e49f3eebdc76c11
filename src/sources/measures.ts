// Durations and sizes as the options of a source write them: text with a unit in, a number in the unit of its name out.

import * as v from "valibot";
import { parseDuration, parseSize } from "../config/units.ts";

/**
 * A duration such as `1s`, read as milliseconds.
 * @param fallback what holds when the option is left out, as a person would write it.
 * @param leastMs smallest that is accepted, milliseconds.
 */
export function durationOption(fallback: string, leastMs: number, description: string) {
  return v.optional(
    v.pipe(
      v.string(),
      v.check(
        (text) => (parseDuration(text) ?? -1) >= leastMs,
        (issue) =>
          `expected a duration of at least ${leastMs}ms such as "${fallback}", found ${issue.received}`,
      ),
      v.transform((text) => parseDuration(text) ?? 0),
      v.description(description),
    ),
    fallback,
  );
}

/**
 * A size such as `1MiB`, read as bytes.
 * @param fallback what holds when the option is left out, as a person would write it.
 * @param least smallest that is accepted, bytes.
 * @param most largest that is accepted, bytes.
 */
export function sizeOption(fallback: string, least: number, most: number, description: string) {
  return v.optional(
    v.pipe(
      v.string(),
      v.check(
        (text) => {
          const bytes = parseSize(text);
          return bytes !== null && bytes >= least && bytes <= most;
        },
        (issue) =>
          `expected a size of ${least} to ${most} bytes such as "${fallback}", found ${issue.received}`,
      ),
      v.transform((text) => parseSize(text) ?? 0),
      v.description(description),
    ),
    fallback,
  );
}

/** `max_line_bytes`, which every source that cuts lines itself has. */
export function maxLineBytesOption() {
  // Above 64 MiB one line would take the memory of the whole daemon; below 1 KiB ordinary JSON lines would be skipped.
  return sizeOption(
    "1MiB",
    2 ** 10,
    2 ** 26,
    "Longest line that is looked at, without its newline. A longer one is skipped to its end and counted.",
  );
}
