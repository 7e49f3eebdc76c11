// What one run has read, in numbers, and what a person must know about it.

import { plural } from "../receivers/numbers.ts";

/** Notices kept; a thousand damaged files need not all be named. */
const MAX_NOTICES = 100;

const HURRIED =
  "over 50,000 events within a minute, out of order: some were judged at the time of what stands before";

export class Tally {
  lines = 0;
  /** Bytes of lines, decompressed. */
  bytes = 0;
  events = 0;
  /** Lines over 1 MiB, which are not read. */
  tooLong = 0;
  /** Events that tell no time of their own. */
  undated = 0;
  /** Events over a minute ahead of the wall clock. */
  future = 0;
  /** Files with more events within a minute, and out of order, than wait to be put in order. */
  readonly hurried = new Set<string>();
  /** Some line could be read as a record. */
  readable = false;
  /** Times of the first and the last dated line, milliseconds since the epoch; infinite while there is none. */
  firstMs = Infinity;
  lastMs = -Infinity;
  readonly #notices: string[] = [];

  notice(text: string): void {
    if (this.#notices.length < MAX_NOTICES) this.#notices.push(text);
  }

  /** A dated line was seen. */
  seen(timeMs: number): void {
    this.firstMs = Math.min(this.firstMs, timeMs);
    this.lastMs = Math.max(this.lastMs, timeMs);
  }

  /** Sentences for the reader of the result. */
  get notices(): readonly string[] {
    const counted = [
      [plural(this.tooLong, "line", "lines"), this.tooLong, "over 1 MiB: not read"],
      [
        plural(this.undated, "event", "events"),
        this.undated,
        "without a time: counted at the time of what stands before",
      ],
      [
        plural(this.future, "event", "events"),
        this.future,
        "from the future: counted at the time of what stands before",
      ],
    ] as const;
    const hurried = [...this.hurried].map((name) => `${name}: ${HURRIED}`).slice(0, MAX_NOTICES);
    return [
      ...this.#notices,
      ...hurried,
      ...counted.filter(([, n]) => n > 0).map(([many, , what]) => `${many} ${what}`),
    ];
  }
}
