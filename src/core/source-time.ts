// What time it is in a source. A live log is as late as its writer flushes; a backlog is in the past for as long as it is
// being read; and some logs are written with a clock or a time zone that is off. Windows run on the log's own time, so
// the wall clock moves them only as far as it can be trusted for that source.

import { Buffer } from "node:buffer";

/** How late a line of a live source may ordinarily come. */
const LATENESS_MS = 60_000;

export class SourceTime {
  /** Newest own time of a line. */
  #lineMs = -Infinity;
  /** How far the newest live line lay behind the wall clock: flushing, a slow pipe, a wrong time zone. */
  #behindMs = 0;

  #firstMs: number | null = null;

  /** Own time of the first line that told one, null before it. */
  get firstMs(): number | null {
    return this.#firstMs;
  }

  firstSeen(lineMs: number | null): void {
    this.#firstMs ??= lineMs;
  }

  /** A line of a backlog whose time is read only when it is asked for, with the wall time of its reading. */
  #unread: { readonly line: Buffer; readonly nowMs: number } | null = null;

  /** Keeps a backlog's newest line for later: parsing one in each chunk cost a twentieth of a catch-up. */
  keep(line: Buffer, nowMs: number): void {
    this.#unread = { line: Buffer.from(line), nowMs };
  }

  /** The line that was kept, once. */
  takeKept(): { readonly line: Buffer; readonly nowMs: number } | null {
    const kept = this.#unread;
    this.#unread = null;
    return kept;
  }

  lineSeen(lineMs: number, nowMs: number, live: boolean): void {
    if (live) this.#behindMs = Math.max(0, nowMs - lineMs);
    this.#lineMs = Math.max(this.#lineMs, lineMs);
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
}
