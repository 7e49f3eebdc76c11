// The building blocks of a schema that more than one room needs: durations and sizes, so that each is written, bounded
// and refused in the same words everywhere in the configuration.

import * as v from "valibot";
import { formatDuration, parseDuration } from "./units.ts";

/**
 * A duration such as "90s" or "1h30m", given on as milliseconds.
 * @param minMs smallest allowed, milliseconds.
 * @param maxMs largest allowed, milliseconds.
 */
export function duration(minMs: number, maxMs: number) {
  return v.pipe(
    v.string('expected a duration with its unit, such as "90s" or "1h30m"'),
    v.rawTransform(({ dataset, addIssue, NEVER }): number => {
      const ms = parseDuration(dataset.value);
      if (ms === null) {
        addIssue({ message: 'expected a duration with its unit, such as "90s" or "1h30m"' });
        return NEVER;
      }
      if (ms < minMs || ms > maxMs) {
        addIssue({
          message: `expected a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
        });
        return NEVER;
      }
      return ms;
    }),
  );
}
