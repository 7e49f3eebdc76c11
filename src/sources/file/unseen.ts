// What rotation did between two looks, found by what lies beside a path: logs that were renamed before anyone saw them, and
// copies that copytruncate made. A copy is not news, neither after the truncation nor before it.

import { closeSync } from "node:fs";
import type { Chain } from "./chain.ts";
import { isCopyOf } from "./copies.ts";
import { Generation } from "./generation.ts";
import { inodeKey } from "./identity.ts";
import type { FileId } from "./identity.ts";
import { firstKin } from "./kin.ts";
import type { Kin } from "./kin.ts";
import { changeOf } from "./look.ts";
import type { FileLook } from "./look.ts";
import { splitPath } from "./path-name.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";
import { isNews, isStranger, withoutTwins } from "./siblings.ts";
import type { Neighbourhood, Sibling } from "./siblings.ts";

/** What the kernel's clock for change times may lag behind the wall clock, and a look behind its note, milliseconds. */
const LOOK_SLACK_MS = 50;
/** How often a copy is looked for while names are being moved. */
const MOST_LISTINGS = 4;

/** The file that lies under a path, opened and not known yet. */
export interface Live {
  readonly fd: number;
  readonly look: FileLook;
}

export class Unseen {
  readonly #neighbourhood: Neighbourhood;
  readonly #register: Register;
  readonly #reports: Reports;
  readonly #retire: (generation: Generation) => void;

  /** @param retire lets what was begun be drained. */
  constructor(
    neighbourhood: Neighbourhood,
    register: Register,
    reports: Reports,
    retire: (generation: Generation) => void,
  ) {
    this.#neighbourhood = neighbourhood;
    this.#register = register;
    this.#reports = reports;
    this.#retire = retire;
  }

  /**
   * Begins files that were rotated away between two looks, so that their path was never seen with them: those behind
   * the oldest that is still held in the order of rotation, or where none is left, those written since the last look.
   * @param live the file that lies under the path now, when it is not known yet.
   * @param renamed another file lies under the path than before: its names are moved, not its content.
   * @returns the copy that has been made of `live`, or is being made, if there is one.
   */
  begin(chain: Chain, live: Live | null, renamed: boolean): FileId | null {
    const fresh = live === null ? null : new Generation(0, chain.path, chain.path, live.look);
    if (live !== null && fresh !== null) fresh.fd = live.fd;
    const originals = fresh === null ? chain.generations.slice() : [...chain.generations, fresh];
    const siblings = withoutTwins(this.#neighbourhood.rotatedOf(chain.path));
    const at = siblings.findIndex(({ look }) => {
      const known = this.#register.known(look);
      return known !== null && known !== chain.current && chain.generations.includes(known);
    });
    const scheme = siblings[at]?.rotated.order[0] ?? null;
    const bornNs = siblings[at]?.look.birthtimeNs ?? 0n;
    const sinceMs = sinceLookAt(chain);
    for (const [i, sibling] of siblings.entries()) {
      const { path, rotated, look } = sibling;
      const behind = rotated.order[0] === scheme && i > at;
      // News come even before the oldest that is held: that one may have been truncated
      // before anything was read of it, and bears its later name with later lines.
      if (!behind && !isNews(look, sinceMs)) continue;
      if (isStranger(sibling, bornNs, chain.path)) continue;
      if (this.#register.known(look) !== null) continue;
      // What follows is asked of what was opened: names may have moved on since the directory was listed.
      const opened = this.#register.openNew(path);
      if (opened === null) continue;
      if (live !== null && inodeKey(opened.look) === inodeKey(live.look)) {
        closeSync(opened.fd);
        continue;
      }
      // The copy that copytruncate made is no generation of its own: the one it was made of takes it over.
      // One that is empty may be a copy in the making; where names move it is a log that nobody has written to yet.
      const empty = renamed && opened.look.size === 0;
      const original = empty ? undefined : originals.find((one) => isCopyOf(opened, one));
      if (original !== undefined) {
        original.copy = opened.look;
        closeSync(opened.fd);
        continue;
      }
      this.#retire(this.#register.begin(chain, path, opened.fd, opened.look, 0, false));
      this.#reports.rotated(chain, "rename");
    }
    return fresh?.copy ?? null;
  }

  /**
   * The copy that was made of a file before it was truncated: one that was seen before, or that what was read of the file
   * proves. Where that is too little, its name must say so and its time: then it is the oldest one written since the
   * last look.
   */
  copyOf(chain: Chain, old: Generation): Kin | null {
    old.growHead();
    const { directory } = splitPath(chain.path);
    for (let times = 1; ; times++) {
      const copy = this.#copyAmong(chain, old, this.#neighbourhood.rotatedOf(chain.path));
      // A name that is moved between the listing and the look at it seems to be missing.
      if (copy !== null || times === MOST_LISTINGS || changeOf(directory) !== null) return copy;
    }
  }

  #copyAmong(chain: Chain, old: Generation, siblings: readonly Sibling[]): Kin | null {
    const { copy, offset } = old;
    const identity = old.identity();
    const fresh = siblings.filter(
      ({ rotated, look }) =>
        !rotated.compressed && look.size >= offset && this.#register.known(look) === null,
    );
    const unknown = ({ look }: Kin): boolean => this.#register.known(look) === null;
    const isProven = (kin: Kin): boolean => kin.kinship === "copy" && unknown(kin);
    const agrees = (kin: Kin): boolean => kin.agrees && unknown(kin);
    const seen = fresh.filter(({ look }) => copy !== null && inodeKey(look) === inodeKey(copy));
    const written = fresh.filter(({ look }) => isNews(look, sinceLookAt(chain)));
    return (
      firstKin(pathsOf(seen), identity, offset, agrees) ??
      firstKin(pathsOf(fresh.toReversed()), identity, offset, isProven) ??
      firstKin(pathsOf(written), identity, offset, agrees)
    );
  }
}

function pathsOf(siblings: readonly Sibling[]): string[] {
  return siblings.map(({ path }) => path);
}

/** From when on a file is news to a chain, wall milliseconds. */
function sinceLookAt({ lookedMs }: Chain): number {
  return (lookedMs ?? Number.POSITIVE_INFINITY) - LOOK_SLACK_MS;
}
