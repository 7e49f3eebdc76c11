// Joins the parts of lines that a container runtime cut at 8 or 16 KiB. Parts of stdout and stderr interleave, so each
// pipe of each stream has its own.

import type { BytePlace } from "./chunk.ts";
import type { Peeled } from "./unwrap.ts";

/** Characters of one joined line; what is longer is dropped to its end, as a line over `max_line_bytes` is. */
const MAX_JOINED_LENGTH = 1024 * 1024;

/**
 * Lines after which an unfinished line is given up: its program was killed. The runtime writes all parts of a line in
 * one go, so that only a few lines of the other pipe stand between; and while a line is open, every line is read.
 */
const MAX_WAITED_LINES = 1000;

interface Open {
  /** The wrapper of its first part. */
  readonly peeled: Peeled;
  texts: string[];
  length: number;
  places: BytePlace[];
}

/** An unfinished line that is waited for no longer. */
export interface GivenUp {
  readonly peeled: Peeled;
  /** What came of it; null when that was over the bound. */
  readonly text: string | null;
}

/** Stays empty: what streams without an unfinished line have. A map of its own would cost each of thousands 340 bytes. */
const NONE = new Map<string, Open>();

/** The unfinished lines of one stream, by pipe. */
export class Parts {
  #open = NONE;
  #waited = 0;

  /** True while some line of the stream is unfinished: then every next line must be looked at. */
  get waiting(): boolean {
    return this.#open.size > 0;
  }

  /** Where the parts that are waited for lie, as far as that is known. */
  get places(): BytePlace[] {
    return [...this.#open.values()].flatMap(({ places }) => places);
  }

  /** Keeps a part that is to be continued. */
  add(pipe: string, peeled: Peeled, text: string, place: BytePlace | null): void {
    if (this.#open === NONE) this.#open = new Map();
    const open = this.#open.get(pipe) ?? { peeled, texts: [], length: 0, places: [] };
    open.length += text.length;
    if (open.length > MAX_JOINED_LENGTH) open.texts = [];
    else {
      open.texts.push(text);
      if (place !== null) open.places.push(place);
    }
    this.#open.set(pipe, open);
    this.#waited = 0;
  }

  /** A line of the stream went by while some line was unfinished. @returns the lines that are given up with it. */
  passLine(): GivenUp[] {
    this.#waited += 1;
    return this.#waited > MAX_WAITED_LINES ? this.giveUp() : [];
  }

  /** Waits no longer: the rest of these lines will not come. */
  giveUp(): GivenUp[] {
    const open = [...this.#open.values()];
    this.#open = NONE;
    return open.map(({ peeled, texts, length }) => ({
      peeled,
      text: length > MAX_JOINED_LENGTH ? null : texts.join(""),
    }));
  }

  /** Whether the pipe has an unfinished line. */
  has(pipe: string): boolean {
    return this.#open.has(pipe);
  }

  /** The finished line, its last part being `text`; null when it is over the bound. */
  finish(pipe: string, text: string): string | null {
    const open = this.#open.get(pipe);
    if (open === undefined) return text;
    this.#open.delete(pipe);
    if (open.length + text.length > MAX_JOINED_LENGTH) return null;
    return open.texts.join("") + text;
  }
}
