// What a run has come to, as every form of the answer tells it.

import type { FoundIncident, Sums } from "./found.ts";
import type { Replay } from "./replay.ts";
import type { GroupTimeline } from "./timeline.ts";
import { readWords } from "./words.ts";

export interface Setting {
  readonly name: string;
  readonly sums: Sums;
}

export interface Outcome {
  /** At least one; the first is the one that the list and the charts are of. */
  readonly settings: readonly Setting[];
  readonly incidents: readonly FoundIncident[];
  /** The groups with the most events first; empty when nothing is charted. */
  readonly groups: readonly GroupTimeline[];
  /** First and last time in the log, milliseconds since the epoch; infinite when no line told one. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What was read, in words. */
  readonly read: string;
  readonly notices: readonly string[];
}

/** @param files how many were read. @param seconds that it took. */
export function outcomeOf({ judges, tally, timeline }: Replay, files: number, seconds: number): Outcome {
  return {
    settings: judges.map(({ variant, found }) => ({ name: variant.name, sums: found.sums() })),
    incidents: judges[0]?.found.list() ?? [],
    groups: timeline?.groups() ?? [],
    fromMs: tally.firstMs,
    toMs: tally.lastMs,
    read: readWords(files, tally, seconds),
    notices: tally.notices,
  };
}
