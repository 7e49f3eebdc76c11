// Of which time a log tells. A day of which no line is there was not recorded, in a log that else has some in every five
// minutes: rotated away, or its writer stood still. That is no quiet time, and must not be learned as such.

import { timeOfLastLine } from "../core/lines/line-time.ts";
import { SILENT_MS, SourcePresence } from "../core/source-presence.ts";

/** The step in which the baseline learns. */
const STEP_MS = 300_000;
const LF = 0x0a;

/** Lines that tell no time stand for no more than four weeks in which detectors do not begin anew, in steps. */
const MOST_BLIND_STEPS = 8064;

/** A stretch of time, milliseconds since the epoch. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export class Coverage {
  /** Numbers of the steps that have a line, in any of the files, and were not gone through yet. */
  readonly #heard = new Set<number>();
  readonly #presence = new SourcePresence();
  /** The newest step that was gone through, and the newest of them with a line. */
  #reached = -Infinity;
  #spoke = -Infinity;
  #missingMs = 0;

  /** All that was taken for time that nobody saw, milliseconds. */
  get missingMs(): number {
    return this.#missingMs;
  }

  /** There are lines from one moment to another, never as far apart as would count. */
  hear(fromMs: number, toMs: number): void {
    const last = Math.floor(toMs / STEP_MS);
    const first = Math.max(Math.floor(fromMs / STEP_MS), this.#reached + 1, last - MOST_BLIND_STEPS);
    for (let step = first; step <= last; step++) this.#heard.add(step);
  }

  /**
   * There are lines from the one at `beforeMs` to the last of `bytes` at `lastMs`; looks where between them they are not.
   * @param bytes whole lines.
   */
  look(bytes: Buffer, beforeMs: number, lastMs: number): void {
    if (lastMs - beforeMs < SILENT_MS) return this.hear(beforeMs, lastMs);
    const cut = middleOf(bytes);
    if (cut === null) return this.hear(lastMs, lastMs);
    const middleMs = timeOfLastLine(bytes.subarray(0, cut));
    // What tells no time may have been written at any.
    if (middleMs === null) return this.hear(beforeMs, lastMs);
    const betweenMs = Math.max(beforeMs, middleMs);
    this.look(bytes.subarray(0, cut), beforeMs, betweenMs);
    this.look(bytes.subarray(cut), betweenMs, lastMs);
  }

  /** Everything up to `timeMs` was read. @returns the time since the last call that nobody saw. */
  reach(timeMs: number): readonly Stretch[] {
    const last = Math.floor(timeMs / STEP_MS);
    if (last <= this.#reached) return NONE;
    const missing: Stretch[] = [];
    for (let step = this.#nextStep(); step <= last; step++) {
      if (!this.#heard.delete(step)) continue;
      const stretch = { fromMs: (this.#spoke + 1) * STEP_MS, toMs: step * STEP_MS };
      if (this.#presence.talkative && stretch.toMs - stretch.fromMs >= SILENT_MS) missing.push(stretch);
      this.#presence.spoke(step * STEP_MS);
      this.#spoke = step;
    }
    this.#reached = last;
    for (const { fromMs, toMs } of missing) this.#missingMs += toMs - fromMs;
    return missing;
  }

  #nextStep(): number {
    if (this.#reached > -Infinity) return this.#reached + 1;
    let first = Infinity;
    for (const step of this.#heard) first = Math.min(first, step);
    return first;
  }
}

const NONE: readonly Stretch[] = [];

/** Where a line begins about half way; null when it is one line. */
function middleOf(bytes: Buffer): number | null {
  const half = bytes.length >> 1;
  const after = bytes.indexOf(LF, half) + 1;
  if (after > 0 && after < bytes.length) return after;
  const before = half === 0 ? 0 : bytes.lastIndexOf(LF, half - 1) + 1;
  return before > 0 ? before : null;
}
