// The times of all sources: what their chunks tell, how far each has come, and when one was not to be seen.

import type { RevokedEvent } from "./events/event.ts";
import type { CoreFacts } from "./facts.ts";
import type { Chunk } from "./lines/chunk.ts";
import { lastLine, timeOfFirstLine, timeOfLastLine } from "./lines/line-time.ts";
import {
  type ReadingMoment,
  SourceTime,
  type SourceTimeState,
  steadyTime,
  type Unseen,
} from "./source-time.ts";

/** A new group is credited with at most this much quiet before its first event: past it the detector gains nothing. */
const MAX_WATCHED_MS = 3_600_000;

/** How a source can be read now. `behind`: something of it is unread. `blind`: nothing of it can be read. */
export type Sight = "live" | "behind" | "blind";

/** How far a source has come. */
export interface Reached {
  /** The time up to which everything of it has been seen, milliseconds since the epoch. */
  readonly atMs: number;
  /** What of the time before was not; null when all of it was. */
  readonly unseen: Unseen | null;
}

export interface SourceTimesSetup {
  readonly facts: Pick<CoreFacts, "linesRead" | "sourceUnseen">;
  /** Since when these logs are being watched, by the state of earlier runs; null at the first start ever. */
  readonly watchedSinceMs: number | null;
}

export class SourceTimes {
  readonly #setup: SourceTimesSetup;
  readonly #times = new Map<string, SourceTime>();
  /** Time of the first tick: logs that have said nothing have been watched all the same. */
  #tickingSinceMs: number | null = null;

  constructor(setup: SourceTimesSetup) {
    this.#setup = setup;
  }

  get tickingSinceMs(): number | null {
    return this.#tickingSinceMs;
  }

  /** A chunk is about to be read. @returns the time before it in which its source was not to be seen. */
  begin(chunk: Chunk, moment: ReadingMoment): Unseen | null {
    const { source } = chunk.origin;
    const unseen = this.#time(source).resumes(() => {
      const firstMs = timeOfFirstLine(chunk.bytes);
      if (firstMs !== null) return steadyTime(firstMs, moment);
      return moment.live ? moment.nowMs : null;
    });
    if (unseen !== null) this.#say(source, unseen);
    return unseen;
  }

  /** A chunk was read; its time is read at the next tick: a parse costs as much as scanning 64 KiB. @param lines how many it held. */
  end(chunk: Chunk, lines: number, moment: ReadingMoment): void {
    const { source } = chunk.origin;
    const time = this.#time(source);
    this.#setup.facts.linesRead(source, lines, chunk.bytes.length, null);
    const newest = lastLine(chunk.bytes);
    if (newest !== null) time.keep(newest, moment);
  }

  /** Time has passed. */
  tick(nowMs: number): void {
    this.#tickingSinceMs ??= nowMs;
    for (const [source, time] of this.#times) this.#readKept(source, time);
  }

  /** Some of a source's log is known to be lost. */
  lose(source: string): void {
    const time = this.#time(source);
    this.#readKept(source, time);
    time.lose();
  }

  /**
   * How far each source has come: a source that is asked for again gives the same answer.
   * @param sightOf how it can be read now.
   */
  reached(nowMs: number, sightOf: (source: string) => Sight): (source: string) => Reached {
    const known = new Map<string, Reached>();
    return (source) => {
      let reached = known.get(source);
      if (reached === undefined) known.set(source, (reached = this.#reached(source, nowMs, sightOf(source))));
      return reached;
    };
  }

  /** Since when a group that begins with this event would have been seen, at most an hour back; null when not before it. */
  watchedSince({ timeMs, source }: Pick<RevokedEvent, "timeMs" | "source">): number | null {
    const since = [this.#setup.watchedSinceMs, this.#tickingSinceMs, this.#time(source).firstMs];
    const before = since.filter((ms) => ms !== null).filter((ms) => ms < timeMs);
    return before.length === 0 ? null : Math.max(timeMs - MAX_WATCHED_MS, Math.min(...before));
  }

  /** What has changed since the last call, as JSON by source. */
  takeDirty(): { readonly id: string; readonly data: string }[] {
    return [...this.#times].flatMap(([id, time]) => {
      const state = time.takeChanged();
      return state === null ? [] : [{ id, data: JSON.stringify(state) }];
    });
  }

  restore(rows: Iterable<{ readonly id: string; readonly data: string }>): void {
    for (const { id, data } of rows) this.#time(id).restore(JSON.parse(data) as SourceTimeState);
  }

  #reached(source: string, nowMs: number, sight: Sight): Reached {
    const time = this.#time(source);
    const atMs = time.at(nowMs, sight !== "behind");
    const unseen = sight === "behind" ? null : time.unseen(atMs, sight === "blind");
    if (unseen !== null) this.#say(source, unseen);
    return { atMs, unseen };
  }

  #say(source: string, { fromMs, toMs }: Unseen): void {
    this.#setup.facts.sourceUnseen(source, fromMs, toMs);
  }

  /** Reads the time of the newest line, when there is one that nobody has read yet. */
  #readKept(source: string, time: SourceTime): void {
    const kept = time.takeKept();
    const lineMs = kept === null ? null : timeOfLastLine(kept.line);
    if (kept === null || lineMs === null) return;
    const { moment } = kept;
    time.lineSeen(Math.min(steadyTime(lineMs, moment), moment.nowMs), moment);
    this.#setup.facts.linesRead(source, 0, 0, lineMs);
  }

  #time(source: string): SourceTime {
    let time = this.#times.get(source);
    if (time === undefined) this.#times.set(source, (time = new SourceTime()));
    return time;
  }
}
