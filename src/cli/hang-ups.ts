// SIGHUP, heard from the first moment to the last: one that nobody listens for ends the process, and a reload takes a
// while in which the next one may come.

/** The hang-ups of this process; several that come before they are asked for count as one. */
export class HangUps {
  #asked = Promise.withResolvers<void>();

  constructor() {
    process.on("SIGHUP", () => this.#asked.resolve());
  }

  /** Resolves with the next one, at once when one came since the last call. */
  async next(): Promise<void> {
    await this.#asked.promise;
    this.#asked = Promise.withResolvers<void>();
  }
}
