// One FILE as a log that gives what it holds in the order of time: opened when its turn comes, read block by block, and
// closed at its end.

import { timeOfLastLine } from "../core/lines/line-time.ts";
import { LineCutter } from "../sources/line-cutter.ts";
import type { Coverage } from "./coverage.ts";
import { firstLook } from "./first-look.ts";
import { type Input, InputFault } from "./input.ts";
import type { TimedLog } from "./merge.ts";
import { Ordered } from "./ordered.ts";
import type { Tally } from "./tally.ts";

/** A longer line is not read, as the daemon's default `max_line_bytes` has it. */
const MAX_LINE_BYTES = 2 ** 20;
/** A line may be this far ahead of the wall clock, unless the whole log is: then it was made for a test. */
const MAX_AHEAD_MS = 60_000;
/** A line may be this far ahead of lines that come after it: writers that flush late are, but not by so much. */
const MAX_DISORDER_MS = 3_600_000;
const LF = Buffer.from("\n");

/**
 * Reads whole lines and hands on what is to be judged. Returns the number of lines.
 * @param add takes an item and its own time, null when it tells none.
 */
export type ReadLines<Item> = (bytes: Buffer, add: (item: Item, timeMs: number | null) => void) => number;

export interface FileLogSetup<Item> {
  readonly name: string;
  readonly open: () => Input;
  readonly read: ReadLines<Item>;
  /** Called once all of it was read. */
  readonly ended: () => void;
  readonly tally: Tally;
  /** Told of which time there are lines; null where that does not matter. */
  readonly coverage: Coverage | null;
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** When it begins, as far as that is known; -Infinity: it has to be read to know. */
  readonly beginsMs: number;
}

export class FileLog<Item> implements TimedLog<Item> {
  readonly #setup: FileLogSetup<Item>;
  readonly #cutter: LineCutter;
  #input: Input | null = null;
  readonly #items: Ordered<Item>;
  /** Newest time of a line so far. */
  #newestMs: number;
  /** Later times are not believed. */
  #limitMs: number;
  /** Time of the last line that told one; null when what came after it does not. */
  #toldMs: number | null = null;
  /** Up to when its lines were looked at. */
  #coveredMs: number | null = null;
  #started = false;
  #ended = false;

  constructor(setup: FileLogSetup<Item>) {
    this.#setup = setup;
    this.#items = new Ordered(setup.beginsMs);
    this.#newestMs = setup.beginsMs;
    this.#limitMs = setup.nowMs + MAX_AHEAD_MS;
    this.#cutter = new LineCutter(MAX_LINE_BYTES, {
      lines: (bytes) => this.#lines(bytes.at(-1) === LF[0] ? bytes : Buffer.concat([bytes, LF])),
      tooLong: () => {
        setup.tally.tooLong += 1;
        setup.tally.lines += 1;
      },
    });
  }

  get boundMs(): number {
    return this.#items.boundMs;
  }

  /** Bytes on disk that were read so far. */
  get consumed(): number {
    return this.#input?.consumed ?? 0;
  }

  take(): Item | null {
    return this.#items.take();
  }

  async read(): Promise<void> {
    this.#input ??= this.#setup.open();
    try {
      const bytes = await this.#input.read();
      if (bytes !== null) this.#cutter.push(bytes);
      else this.#end();
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      const { name, tally } = this.#setup;
      tally.notice(`${name}: ${error.message}; what came before was read`);
      this.#end();
    }
    if (!this.#items.reach(this.#newestMs, this.#ended)) this.#setup.tally.hurried.add(this.#setup.name);
  }

  /** Reads no further. */
  close(): void {
    this.#ended = true;
    this.#input?.close();
  }

  #end(): void {
    this.#cutter.end();
    this.#setup.ended();
    this.close();
  }

  #lines(bytes: Buffer): void {
    const { read, tally, nowMs } = this.#setup;
    const lastMs = timeOfLastLine(bytes);
    if (!this.#started) {
      this.#started = true;
      const look = firstLook(bytes);
      tally.readable ||= look.readable;
      if (look.timeMs !== null && look.timeMs > nowMs) this.#limitMs = Infinity;
      if (look.timeMs !== null) this.#seen(look.timeMs);
      this.#toldMs = look.timeMs;
    }
    // What comes after tells that a stamp was wrong; a last line that goes back tells nothing.
    const orderedMs = lastMs !== null && lastMs >= this.#newestMs ? lastMs + MAX_DISORDER_MS : Infinity;
    const limitMs = Math.min(this.#limitMs, orderedMs);
    tally.bytes += bytes.length;
    tally.lines += read(bytes, (item, timeMs) => {
      const believed = timeMs !== null && timeMs <= limitMs;
      if (believed) this.#seen(timeMs);
      this.#items.add(item, believed ? timeMs : this.#newestMs);
    });
    if (lastMs !== null) this.#seen(lastMs);
    this.#cover(bytes, lastMs);
  }

  #cover(bytes: Buffer, lastMs: number | null): void {
    const { coverage } = this.#setup;
    const beforeMs = this.#toldMs;
    if (lastMs !== null && lastMs > this.#limitMs) return;
    this.#toldMs = lastMs;
    if (coverage === null || lastMs === null) return;
    if (beforeMs === null) coverage.hear(Math.min(this.#coveredMs ?? lastMs, lastMs), lastMs);
    else coverage.look(bytes, beforeMs, lastMs);
    this.#coveredMs = Math.max(this.#coveredMs ?? lastMs, lastMs);
  }

  #seen(timeMs: number): void {
    if (timeMs > this.#limitMs) return;
    this.#newestMs = Math.max(this.#newestMs, timeMs);
    this.#setup.tally.seen(timeMs);
  }
}
