// The generations that have lain under one path, oldest first: the order in which their lines are handed on. Only the
// last of them grows; the older ones are being drained, or watched for writers that are slow to let go.

import type { Generation } from "./generation.ts";

/**
 * How long after a rotation further ones are looked for at each look, milliseconds: a directory that is listed while its
 * files are renamed may leave some of them out.
 */
export const RESTLESS_MS = 2000;

/** Where a change of what lies under a path would be seen. */
export interface Watched {
  readonly generation: Generation;
  /** The path of the file itself, links followed. */
  readonly target: string;
  /** The directory of the path, and that of the target. */
  readonly directories: readonly string[];
}

export class Chain {
  readonly path: string;
  /** True when the configuration names this very path: it is waited for while it is missing. */
  readonly literal: boolean;
  /** Being read or drained, oldest first. */
  readonly generations: Generation[] = [];
  /** The one under the path now; null while nothing readable lies there. */
  current: Generation | null = null;
  /** What was last reported about the path, so that it is said once and not at every poll. */
  trouble: string | null = null;
  /** Size at which reading begins in a file that was there at the start but could not be opened yet; null: at 0. */
  beginAt: number | null = null;
  /** History ends at this offset of the file that was there at the start. */
  historyTo = 0;
  /** Wall time of the last look at the path, milliseconds; null before the first. */
  lookedMs: number | null = null;
  /** As of the generation that was current when its directories were last gathered. */
  watched: Watched | null = null;
  /** At the last poll that looked at it, `quiet`'s to keep: monotonic milliseconds, and the directories that would tell. */
  polledMs = Number.NEGATIVE_INFINITY;
  polledTellers: readonly string[] | null = null;
  /** True while a compressed generation is read: its successors wait. */
  inflating = false;
  /** Until then the path is read every few milliseconds instead of waiting for hints, monotonic milliseconds. */
  hotUntilMs = 0;

  /**
   * Until the first look after this time, files that rotation has put beside the path are looked for at each look;
   * monotonic milliseconds, 0: not at all.
   */
  restlessUntilMs = 0;

  constructor(path: string, literal: boolean) {
    this.path = path;
    this.literal = literal;
  }

  /** Puts a generation into the order of age. */
  add(generation: Generation): void {
    const at = this.generations.findIndex((other) => other.seq > generation.seq);
    this.generations.splice(at < 0 ? this.generations.length : at, 0, generation);
  }

  remove(generation: Generation): void {
    const at = this.generations.indexOf(generation);
    if (at >= 0) this.generations.splice(at, 1);
    if (this.current === generation) this.current = null;
  }

  /** The oldest generation that may hold bytes which have not been read. */
  get next(): Generation | null {
    return this.inflating ? null : (this.generations.find((generation) => generation.unread) ?? null);
  }
}
