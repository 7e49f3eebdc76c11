// What time it is in a source. A live log is as late as its writer flushes; a backlog is in the past for as long as it is
// being read; and some logs are written with a clock or a time zone that is off. Windows run on the log's own time, so
// the wall clock moves them only as far as it can be trusted for that source.

import { Buffer } from "node:buffer";
import { type PresenceState, SILENT_MS, SourcePresence } from "./source-presence.ts";

/** How late a line of a live source may ordinarily come. */
const LATENESS_MS = 60_000;
/** While a source is not to be seen, that is said for a minute ahead. */
const SAY_UNSEEN_MS = 60_000;

/** How far a line's time may be ahead of the wall clock; beyond it, it is taken as now. */
export const MAX_AHEAD_MS = 60_000;

/** The moment in which something is read. */
export interface ReadingMoment {
  /** Milliseconds since the epoch on a clock that does not step. */
  readonly nowMs: number;
  /** How far the wall clock has stepped ahead of it; negative: back. */
  readonly wallAheadMs: number;
  /** The source had nothing unread before: what is read was written just now. */
  readonly live: boolean;
}

/** What a restart must not forget of a source. */
export interface SourceTimeState extends PresenceState {
  /** Own time of its newest line. */
  readonly lineMs: number;
}

/** Time in which a source was not to be seen, milliseconds since the epoch. */
export interface Unseen {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A line's time on the clock that does not step. A writer on the machine whose wall clock was stepped tells the new time, one
 * elsewhere goes on as before: of the two, the one nearer to now is meant.
 */
export function steadyTime(lineMs: number, { nowMs, wallAheadMs, live }: ReadingMoment): number {
  if (wallAheadMs === 0 || !live) return lineMs;
  const movedMs = lineMs - wallAheadMs;
  return Math.abs(movedMs - nowMs) < Math.abs(lineMs - nowMs) ? movedMs : lineMs;
}

export class SourceTime {
  readonly #presence = new SourcePresence();
  /** Newest own time of a line. */
  #lineMs = -Infinity;
  /** How far the newest live line lay behind the wall clock: flushing, a slow pipe, a wrong time zone. */
  #behindMs = 0;
  #firstMs: number | null = null;
  /** The newest line, whose time is read only when it is asked for, with the moment of its reading. */
  #unread: { readonly line: Buffer; readonly moment: ReadingMoment } | null = null;
  /** What comes next does not follow upon what was read last: a restart, or something was lost. */
  #broken: "no" | "restarted" | "lost" = "no";
  /** Up to then it was said that it is not to be seen. */
  #unseenUntilMs = -Infinity;
  #changed = false;

  /** Own time of the first line that told one, null before it. */
  get firstMs(): number | null {
    return this.#firstMs;
  }

  /** Some of its log is known to be lost, here or while nobody read. */
  lose(): void {
    this.#broken = "lost";
  }

  /**
   * A chunk begins. @param beginsMs its first line's own time, asked for only when it is needed.
   * @returns the time before it that was not seen: what was lost, and the silence of a talkative source while nobody read.
   */
  resumes(beginsMs: () => number | null): Unseen | null {
    if (this.#firstMs !== null && this.#broken === "no") return null;
    const firstMs = beginsMs();
    this.#firstMs ??= firstMs;
    const [broken, fromMs, toMs] = [this.#broken, this.#lineMs, firstMs];
    this.#broken = "no";
    if (broken === "no" || toMs === null || fromMs === -Infinity || toMs <= fromMs) return null;
    this.#presence.interrupt();
    const unseen = broken === "lost" || (this.#presence.talkative && toMs - fromMs > SILENT_MS);
    return unseen ? { fromMs, toMs } : null;
  }

  /** Keeps the newest line for later: parsing one in each chunk cost a twentieth of a catch-up. */
  keep(line: Buffer, moment: ReadingMoment): void {
    this.#unread = { line: Buffer.from(line), moment };
  }

  /** The line that was kept, once. */
  takeKept(): { readonly line: Buffer; readonly moment: ReadingMoment } | null {
    const kept = this.#unread;
    this.#unread = null;
    return kept;
  }

  lineSeen(lineMs: number, { nowMs, live }: ReadingMoment): void {
    if (live) {
      this.#behindMs = Math.max(0, nowMs - lineMs);
      this.#presence.spoke(lineMs);
    } else this.#presence.interrupt();
    if (lineMs <= this.#lineMs) return;
    this.#lineMs = lineMs;
    this.#changed = true;
  }

  /**
   * The time up to which everything has been seen, milliseconds since the epoch.
   * @param caughtUp nothing is unread: silence means that nothing happened, up to the source's lateness. While something
   * is unread, only its lines tell how far it has come.
   */
  at(nowMs: number, caughtUp: boolean): number {
    if (!caughtUp) return this.#lineMs;
    const byWall = nowMs - Math.max(LATENESS_MS, this.#behindMs);
    return Math.max(this.#lineMs, byWall);
  }

  /**
   * The stretch in which it is not to be seen, once a minute while that lasts: nothing of it can be read, or it has been silent
   * against its habit. @param atMs the time that it has reached. @param blind nothing of it can be read.
   */
  unseen(atMs: number, blind: boolean): Unseen | null {
    if (this.#lineMs === -Infinity || atMs < this.#unseenUntilMs) return null;
    if (this.#broken === "lost") {
      this.#broken = "no";
      return atMs > this.#lineMs ? { fromMs: this.#lineMs, toMs: atMs } : null;
    }
    const silent = this.#presence.talkative && atMs - this.#lineMs > SILENT_MS;
    if (!blind && !silent) return null;
    const lasts = this.#unseenUntilMs > this.#lineMs && atMs - this.#unseenUntilMs < SAY_UNSEEN_MS;
    // A source that cannot be read was seen until now, one that is silent until its last line.
    const fromMs = lasts ? this.#unseenUntilMs : silent ? this.#lineMs : atMs;
    this.#unseenUntilMs = atMs + SAY_UNSEEN_MS;
    return { fromMs, toMs: this.#unseenUntilMs };
  }

  /** What has changed since the last call; null when nothing has. */
  takeChanged(): SourceTimeState | null {
    if (!this.#changed) return null;
    this.#changed = false;
    return { lineMs: this.#lineMs, ...this.#presence.state() };
  }

  restore(state: SourceTimeState): void {
    this.#lineMs = state.lineMs;
    this.#presence.restore(state);
    this.#broken = "restarted";
  }
}
