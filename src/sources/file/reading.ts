// Reads what is ready, in turns that are short enough for timers and HTTP to have theirs: one read of each file, round
// robin, so that a file with a backlog of gigabytes does not hold up the others.

import { setImmediate } from "node:timers/promises";
import type { SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import type { Follower } from "./follower.ts";
import type { Generation } from "./generation.ts";
import { findInflated, inflateOn } from "./inflate.ts";
import type { LineReader, LineReaderEvents, Step } from "./line-reader.ts";
import { lookAt } from "./look.ts";
import type { Ledger } from "./positions.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";

/** Work of one turn of the event loop, whichever comes first. */
const TURN_BYTES = 8 * 2 ** 20;
const TURN_MS = 10;
/**
 * While bytes flow, files are read this often instead of at every hint, milliseconds. At 10,000 lines a second a wake-up
 * costs more than what it reads; p99 of a message under load has 100 ms.
 */
export const HOT_READ_MS = 50;
/** A file is hot for this long after bytes were found, milliseconds: until the next read, however late that comes. */
const HOT_MS = 4 * HOT_READ_MS;

/** What reading needs of the source. */
export interface ReadingParts {
  readonly setup: SourceSetup;
  readonly maxLineBytes: number;
  readonly register: Register;
  readonly ledger: Ledger;
  readonly reports: Reports;
  readonly follower: Follower;
  readonly reader: LineReader;
  readonly events: LineReaderEvents;
  readonly signal: AbortSignal;
}

export class Reading {
  readonly #parts: ReadingParts;
  readonly #inflating = new Map<Chain, Promise<void>>();

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /** True while a compressed file is being read. */
  get inflating(): boolean {
    return this.#inflating.size > 0;
  }

  /** Reads until nothing is ready or `untilMs` of the monotonic clock is reached. */
  async run(untilMs: number): Promise<void> {
    const { follower, signal, setup } = this.#parts;
    while (follower.ready.size > 0 && !signal.aborted) {
      this.#turn();
      if (follower.ready.size > 0) await setImmediate();
      if (setup.clock.monotonic() >= untilMs) return;
    }
  }

  /** One turn over what these files have gained since they were last read, without a look; the rest stays ready. */
  readOn(chains: Iterable<Chain>): void {
    const { ready } = this.#parts.follower;
    for (const chain of chains) {
      if (chain.current === null || chain.current.fd === null) continue;
      chain.current.unread = true;
      ready.add(chain);
    }
    this.#turn();
  }

  /** Waits until one of the compressed files has been read. */
  async inflated(): Promise<void> {
    await Promise.race(this.#inflating.values());
  }

  /** Waits until no compressed file is read any more: after an abort that is at once. */
  async close(): Promise<void> {
    await Promise.all(this.#inflating.values());
  }

  #turn(): void {
    const { follower, setup } = this.#parts;
    const untilMs = setup.clock.monotonic() + TURN_MS;
    let bytes = 0;
    while (follower.ready.size > 0) {
      for (const chain of follower.ready) {
        bytes += this.#readOne(chain);
        if (bytes >= TURN_BYTES || setup.clock.monotonic() >= untilMs) return;
      }
    }
  }

  /** One read of one file. Gives the bytes read. */
  #readOne(chain: Chain): number {
    const { follower, reader, ledger } = this.#parts;
    // Taken out and put in again at the end of the set: that is the round robin.
    follower.ready.delete(chain);
    const generation = chain.next;
    if (generation === null) return 0;
    if (generation.inflateFrom !== null) {
      chain.inflating = true;
      this.#inflating.set(chain, this.#inflate(chain, generation, generation.inflateFrom));
      return 0;
    }
    const before = generation.offset;
    const step = reader.step(generation);
    if (generation.offset !== before) ledger.note(generation);
    const bytes = this.#obey(chain, generation, step);
    if (chain.next !== null) follower.ready.add(chain);
    return bytes;
  }

  #obey(chain: Chain, generation: Generation, step: Step): number {
    const { follower, reports, setup } = this.#parts;
    if (step.kind === "changed") {
      follower.distrust(chain, generation);
      return 0;
    }
    if (step.kind === "failed") {
      generation.unread = false;
      reports.failed(chain, step.code, "read");
      return 0;
    }
    // Before its successor begins, a rotated generation is read until a read gives nothing.
    generation.unread = step.kind === "more" || (!generation.current && step.bytes > 0);
    if (step.bytes > 0) {
      generation.activeMs = setup.clock.monotonic();
      // Now, while they are known to be what was read: after a truncation it is too late.
      generation.growHead();
      generation.size = Math.max(generation.size, generation.offset + generation.scanned);
      chain.hotUntilMs = generation.activeMs + HOT_MS;
    } else if (generation.current) {
      // A log to which a line is added now and then is read sooner at its hints, and for less.
      chain.hotUntilMs = 0;
    }
    return step.bytes;
  }

  async #inflate(chain: Chain, generation: Generation, paths: readonly string[]): Promise<void> {
    const { register, ledger, reports, follower, setup, maxLineBytes, events, signal } = this.#parts;
    const only = paths.length === 1 && generation.path === paths[0] ? generation.path : null;
    const path = only ?? (await findInflated(paths, generation.identity(), generation.offset));
    if (path === null) {
      reports.rotated(chain, "truncate");
      reports.lost(chain.path, generation.size - generation.offset, "truncated");
    } else {
      if (only === null) {
        reports.copyTruncated(chain);
        // From now on it is this file, which must not be taken for a new one.
        generation.path = path;
        const { id } = generation;
        const look = lookAt(path);
        if (look.kind === "file") {
          generation.id = { dev: look.dev, ino: look.ino, birthtimeNs: look.birthtimeNs };
        }
        register.moveInode(generation, id);
      }
      const counted: LineReaderEvents = {
        ...events,
        lines: (from, bytes, replay) => {
          events.lines(from, bytes, replay);
          ledger.note(from);
        },
      };
      const ended = await inflateOn(generation, path, maxLineBytes, counted, signal);
      if (ended.kind === "failed") {
        const detail = `${ended.code} behind byte ${generation.offset} of its decompressed content`;
        reports.gap(path, "gzip_corrupt", detail);
      }
    }
    this.#inflating.delete(chain);
    chain.inflating = false;
    if (signal.aborted) return;
    generation.inflateFrom = null;
    generation.unread = false;
    const look = lookAt(generation.path);
    if (path !== null && look.kind === "file") generation.see(look);
    // A file that lies compressed under a followed path stays known, one that was found beside it is over.
    register.finish(generation, setup.clock.now(), path === null);
    if (chain.next !== null) follower.ready.add(chain);
  }
}
