// Rotated files whose descriptor was closed after their quiet time. A program that never opens its log anew may write into
// one much later: it is looked at now and then, and what it has gained is handed on.

import type { Chain } from "./chain.ts";
import { openOf } from "./descriptors.ts";
import { openFile } from "./generation.ts";
import type { Generation } from "./generation.ts";
import { compressionOf } from "./inflate.ts";
import { lookAt } from "./look.ts";
import type { Look } from "./look.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";
import type { Neighbourhood, Sibling } from "./siblings.ts";

/** Most files looked at in one poll (2 ms): a day's rotations of thousands of logs take their turns. */
const LOOKS_PER_POLL = 500;

/** Files that may be woken in one poll although the descriptors are used up: they were read, and are closed, next. */
export const LEAST_WOKEN = 256;

export class Dormant {
  readonly #neighbourhood: Neighbourhood;
  readonly #register: Register;
  readonly #reports: Reports;
  /** Those that have not had their turn in this round. */
  #round: Generation[] = [];
  /** What was found beside streams within this poll. */
  readonly #moved = new Map<string, ReadonlyMap<Generation | null, Sibling>>();

  constructor(neighbourhood: Neighbourhood, register: Register, reports: Reports) {
    this.#neighbourhood = neighbourhood;
    this.#register = register;
    this.#reports = reports;
  }

  /** Looks at the next few, and opens no more than there may be. Gives the chains in which something is to be read again. */
  wake(maxOpenFiles: number): Chain[] {
    if (this.#round.length === 0) this.#round = this.#register.finished();
    const woken: Chain[] = [];
    this.#moved.clear();
    // More than may be open wait for the next round: what was read is closed by then.
    const most = maxOpenFiles - openOf(this.#register.chains.values());
    for (const generation of this.#round.splice(0, LOOKS_PER_POLL)) {
      const look = this.#find(generation);
      if (look.kind !== "file" || generation.finishedMs === null || generation.isSpent(look)) continue;
      const chain = woken.length < Math.max(most, LEAST_WOKEN) ? this.#open(generation) : null;
      if (chain !== null) woken.push(chain);
    }
    return woken;
  }

  /** Rotation may have moved it on since. */
  #find(generation: Generation): Look {
    const look = lookAt(generation.path);
    if (look.kind === "file" && this.#register.known(look) === generation) return look;
    const place = this.#movedOf(generation.stream).get(generation);
    if (place === undefined) return { kind: "missing" };
    generation.path = place.path;
    return place.look;
  }

  /** Where the files of a stream lie by now: hundreds of them may have been moved on at once. */
  #movedOf(stream: string): ReadonlyMap<Generation | null, Sibling> {
    let moved = this.#moved.get(stream);
    if (moved === undefined) {
      const rotated = this.#neighbourhood.rotatedOf(stream);
      moved = new Map(rotated.map((one) => [this.#register.known(one.look), one]));
      this.#moved.set(stream, moved);
    }
    return moved;
  }

  #open(generation: Generation): Chain | null {
    const { path, stream } = generation;
    const opened = openFile(path);
    if (opened.kind === "failed") return null;
    generation.attach(opened.fd, opened.look);
    if (compressionOf(opened.fd) !== null) {
      generation.close();
      return null;
    }
    generation.seek(generation.offset);
    generation.current = false;
    generation.unread = true;
    const chain = this.#register.chain(stream, false);
    this.#register.enlist(chain, generation);
    this.#reports.opened(path, generation.offset);
    return chain;
  }
}
