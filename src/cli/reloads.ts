// Who wants the configuration read anew: SIGHUP, the HTTP API, or a file that changed. They are heard from the first moment
// to the last: a SIGHUP that nobody listens for ends the process, and a reload takes a while in which the next may come.

import type { Change } from "../http/face.ts";

type Answer = (refusals: readonly string[]) => void;

/** The wishes for a reload in this process; several that come before they are asked for count as one. */
export class Reloads {
  #asked = Promise.withResolvers<void>();
  /** Who waits for the reload to come, and for the one under way. */
  #waiting: Answer[] = [];
  #current: Answer[] = [];

  constructor() {
    process.on("SIGHUP", () => this.#asked.resolve());
  }

  /** Wishes for one. @returns why it was refused; empty: it is valid and taken on. */
  wish(): Promise<readonly string[]> {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    this.#waiting.push(resolve);
    this.#asked.resolve();
    return promise;
  }

  /** Resolves with the next wish, at once when one came since the last call. */
  async next(): Promise<void> {
    await this.#asked.promise;
    this.#asked = Promise.withResolvers<void>();
    this.#current = this.#waiting;
    this.#waiting = [];
  }

  /** Tells those who wished for the reload under way what became of it. */
  answer(refusals: readonly string[]): void {
    for (const tell of this.#current) tell(refusals);
    this.#current = [];
  }
}

/** What the HTTP API answers to a wish. */
export function answerTo(refusals: readonly string[]): Change {
  if (refusals.length === 0) return { status: 200, body: { reloaded: true } };
  const error = `The configuration was refused, the old one goes on: ${refusals.join("; ")}`;
  return { status: 422, body: { error, findings: refusals } };
}
