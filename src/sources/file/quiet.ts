// Which files a poll may pass over. Nearly all of a thousand files are quiet, and a look at each costs 6 us a second; while
// their directory holds the same names and its hints come, whatever happens to one of them is told. They are looked at all
// the same, but at every fifth poll only: a hint may be lost, and who writes through another name or another machine
// causes none.

import type { Chain } from "./chain.ts";
import { changeOf } from "./look.ts";

/** Without new bytes for this long, a file is quiet, milliseconds. */
const QUIET_MS = 5000;
/** A quiet file is looked at in one of so many polls. */
const QUIET_POLLS = 5;

export class Quiet {
  readonly #tellersOf: (chain: Chain) => readonly string[] | null;
  readonly #tells: (directory: string) => boolean;
  /** When the names of a directory last changed, as of the poll before; null: just now, or it cannot be told. */
  #changes = new Map<string, bigint | null>();

  /**
   * @param tellersOf the directories in which a change of this path would be seen; null where that is not known.
   * @param tells whether hints of this directory come, as far as anyone knows.
   */
  constructor(tellersOf: (chain: Chain) => readonly string[] | null, tells: (directory: string) => boolean) {
    this.#tellersOf = tellersOf;
    this.#tells = tells;
  }

  /**
   * Those of `chains` that are to be looked at in a poll.
   * @param nowMs monotonic milliseconds.
   * @param pollMs how often there is a poll, milliseconds.
   */
  due(chains: Iterable<Chain>, nowMs: number, pollMs: number): Chain[] {
    const calm = this.#calmDirectories();
    const overMs = nowMs - (QUIET_POLLS - 0.5) * pollMs;
    const due: Chain[] = [];
    for (const chain of chains) {
      const before = chain.polledTellers;
      const passed =
        chain.polledMs > overMs && before !== null && isQuiet(chain, nowMs) && before.every(calm);
      if (passed) continue;
      const tellers = this.#tellersOf(chain);
      chain.polledMs = nowMs;
      chain.polledTellers = tellers;
      // Asked now, so that the next poll has something to compare with.
      tellers?.forEach(calm);
      due.push(chain);
    }
    return due;
  }

  /** Whether a directory holds the same names as at the poll before, and its hints come. */
  #calmDirectories(): (directory: string) => boolean {
    const before = this.#changes;
    const changes = (this.#changes = new Map<string, bigint | null>());
    const known = new Map<string, boolean>();
    return (directory) => {
      let calm = known.get(directory);
      if (calm !== undefined) return calm;
      const change = changeOf(directory);
      changes.set(directory, change);
      calm = change !== null && change === before.get(directory) && this.#tells(directory);
      known.set(directory, calm);
      return calm;
    };
  }
}

/** Whether nothing is to be expected of a path: one file, read to its end, that has given nothing for a while. */
function isQuiet({ current, generations, trouble, restlessUntilMs }: Chain, nowMs: number): boolean {
  if (current === null || generations.length !== 1 || trouble !== null || restlessUntilMs > 0) return false;
  return current.offset === current.size && !current.fresh && nowMs - current.activeMs >= QUIET_MS;
}
