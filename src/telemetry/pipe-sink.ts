// Writes text to a pipe without ever waiting for its reader: the thread pool writes, one piece at a time and in order,
// while what comes in between waits in memory up to a bound. What is beyond it is dropped, and the text says so.

import { write } from "node:fs";

/** Before a pipe that is set to refuse instead of block is tried again. */
const REFUSED_RETRY_MS = 20;

export class PipeSink {
  readonly #fd: number;
  readonly #maxWaitingChars: number;
  readonly #gapOf: (pieces: number) => string;
  readonly #idle: (() => void)[] = [];
  #waiting = "";
  #busy = false;
  #dropped = 0;

  /** @param maxWaitingChars text beyond it is dropped. @param gapOf stands in the place of so many dropped pieces. */
  constructor(fd: number, maxWaitingChars: number, gapOf: (pieces: number) => string) {
    this.#fd = fd;
    this.#gapOf = gapOf;
    this.#maxWaitingChars = maxWaitingChars;
  }

  write(text: string): void {
    if (this.#waiting.length + text.length > this.#maxWaitingChars) {
      this.#dropped += 1;
      return;
    }
    this.#waiting += this.#gap() + text;
    if (!this.#busy) this.#next();
  }

  /** Resolves when everything written so far has left, or `patienceMs` later. */
  flush(patienceMs: number): Promise<void> {
    if (!this.#busy) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const patience = setTimeout(resolve, patienceMs);
    this.#idle.push(resolve);
    return promise.finally(() => clearTimeout(patience));
  }

  #gap(): string {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped === 0 ? "" : this.#gapOf(dropped);
  }

  #next(): void {
    // After a burst nothing may come for hours, and the gap would stay untold.
    if (this.#waiting === "") this.#waiting = this.#gap();
    this.#busy = this.#waiting !== "";
    if (!this.#busy) {
      for (const tell of this.#idle.splice(0)) tell();
      return;
    }
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = "";
    this.#put(bytes);
  }

  #put(bytes: Buffer): void {
    write(this.#fd, bytes, (error, written) => {
      if (error === null) {
        const rest = bytes.subarray(written);
        return rest.length > 0 ? this.#put(rest) : this.#next();
      }
      if (error.code === "EAGAIN") return void setTimeout(() => this.#put(bytes), REFUSED_RETRY_MS);
      // A reader that went away (EPIPE) takes the log with it, not the daemon.
      this.#next();
    });
  }
}
