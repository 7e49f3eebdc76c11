// The files around a path among which its older generations are looked for: those in its directory, and those in the
// places that `rotated` names.

import { expandPattern, listDirectory } from "./discovery.ts";
import { changeOf, lookAt } from "./look.ts";
import type { FileLook } from "./look.ts";
import { joinPath, realPath, splitPath } from "./path-name.ts";
import { COUNTED, compareRotated, parseRotated, possibleBases } from "./rotated-names.ts";
import type { RotatedName } from "./rotated-names.ts";

/** How often a directory is listed for one file while its names are being moved about. */
const MOST_LISTINGS = 8;

export interface Sibling {
  readonly path: string;
  /** How rotation named it. */
  readonly rotated: RotatedName;
  readonly look: FileLook;
}

/** Looks for siblings of paths, and remembers directories for as long as they have not changed. */
export class Neighbourhood {
  readonly #elsewhere: readonly string[];
  readonly #listings = new Map<string, Listing>();
  readonly #inodes = new Map<string, InodeIndex>();
  /** Where links led when they last led anywhere, by path. */
  readonly #real = new Map<string, string>();

  /** @param elsewhere directories or globs where rotated files go. */
  constructor(elsewhere: readonly string[]) {
    this.#elsewhere = elsewhere;
  }

  /** The files that rotation named after any of `paths`, or after the files that links lead to from them, oldest first. */
  rotatedOf(...paths: readonly string[]): Sibling[] {
    const elsewhere = this.#elsewhere.flatMap(filesAt);
    const rotated = this.#placesOf(paths).flatMap((place) => {
      const { directory, base } = splitPath(place);
      const names = this.#list(directory).byBase.get(base) ?? [];
      return look(place, [...names.map((name) => joinPath(directory, name)), ...elsewhere]);
    });
    return sorted(rotated);
  }

  /**
   * Where a file lies that is found by its inode, among those beside any of `paths` and where rotated files go.
   * @param found takes a path at which the inode was when its directory was listed; gives null when another file lies
   * there by now, which is then looked for anew.
   */
  find<T>(paths: readonly string[], ino: bigint, found: (path: string) => T | null): T | null {
    const seen = new Set<string>();
    for (const directory of this.#directoriesOf(paths)) {
      if (seen.has(directory)) continue;
      seen.add(directory);
      const known = this.#inodes.get(directory);
      for (const path of known?.paths(ino) ?? []) {
        const result = found(path);
        if (result !== null) return result;
      }
      for (let times = 0; times < MOST_LISTINGS; times++) {
        if (this.#inodes.get(directory)?.holds() === true) break;
        const index = new InodeIndex(directory);
        this.#inodes.set(directory, index);
        for (const path of index.paths(ino)) {
          const result = found(path);
          if (result !== null) return result;
        }
      }
    }
    return null;
  }

  /** Those of the paths first: following links costs more than a look at a listing. */
  *#directoriesOf(paths: readonly string[]): Generator<string> {
    for (const path of paths) yield splitPath(path).directory;
    for (const place of this.#placesOf(paths)) yield splitPath(place).directory;
    for (const path of this.#elsewhere.flatMap(expandPattern)) {
      yield lookAt(path).kind === "file" ? splitPath(path).directory : path;
    }
  }

  #placesOf(paths: readonly string[]): readonly string[] {
    return [...new Set(paths.flatMap((path) => this.#places(path)))];
  }

  /** The path, and where it leads to or last led to: rotation works on the names there. */
  #places(path: string): readonly string[] {
    const real = realPath(path) ?? this.#real.get(path);
    if (real === undefined || real === path) return [path];
    this.#real.set(path, real);
    return [path, real];
  }

  #list(directory: string): Listing {
    const seen = changeOf(directory);
    const known = this.#listings.get(directory);
    // Thousands of logs of one directory are rotated at once: listing it for each of them would take minutes.
    if (known !== undefined && seen !== null && known.mtimeNs === seen) return known;
    const byBase = new Map<string, string[]>();
    for (const path of filesIn(directory)) {
      const { base: name } = splitPath(path);
      for (const base of possibleBases(name)) {
        const names = byBase.get(base);
        if (names === undefined) byBase.set(base, [name]);
        else names.push(name);
      }
    }
    const listing = { mtimeNs: seen, byBase };
    this.#listings.set(directory, listing);
    return listing;
  }
}

/** The files of one directory by their inode. */
class InodeIndex {
  readonly #directory: string;
  /** Change time of the directory, null when it changed while it was listed, or could have changed unseen. */
  readonly #changedNs: bigint | null;
  readonly #paths = new Map<bigint, string[]>();

  constructor(directory: string) {
    this.#directory = directory;
    const before = changeOf(directory);
    for (const path of filesIn(directory)) {
      const look = lookAt(path);
      if (look.kind !== "file") continue;
      const paths = this.#paths.get(look.ino);
      if (paths === undefined) this.#paths.set(look.ino, [path]);
      else paths.push(path);
    }
    this.#changedNs = before === changeOf(directory) ? before : null;
  }

  /** True while the directory holds the very names that it held when it was listed. */
  holds(): boolean {
    return this.#changedNs !== null && changeOf(this.#directory) === this.#changedNs;
  }

  paths(ino: bigint): readonly string[] {
    return this.#paths.get(ino) ?? [];
  }
}

interface Listing {
  /** Change time of the directory when it was listed, null when it could have changed within that tick. */
  readonly mtimeNs: bigint | null;
  /** Names by the log they may be rotated names of. */
  readonly byBase: ReadonlyMap<string, string[]>;
}

function look(path: string, candidates: readonly string[]): Sibling[] {
  const { base } = splitPath(path);
  const siblings: Sibling[] = [];
  for (const candidate of candidates) {
    if (candidate === path) continue;
    const rotated = parseRotated(base, splitPath(candidate).base);
    if (rotated === null) continue;
    const seen = lookAt(candidate);
    if (seen.kind === "file") siblings.push({ path: candidate, rotated, look: seen });
  }
  return siblings;
}

/** In the order of age, each path once: a name may have been given to the path and to where it leads. */
function sorted(siblings: readonly Sibling[]): Sibling[] {
  const byPath = new Map(siblings.map((one) => [one.path, one]));
  const all = [...byPath.values()].sort((a, b) => compareRotated(a.rotated, b.rotated));
  const counted = all.filter(({ rotated }) => rotated.order[0] === COUNTED);
  const [highest, lowest] = [counted[0], counted.at(-1)];
  const upwards = highest !== undefined && lowest !== undefined && highest.look.mtimeNs > lowest.look.mtimeNs;
  if (!upwards) return all;
  return [...all.filter(({ rotated }) => rotated.order[0] !== COUNTED), ...counted.toReversed()];
}

/** Without compressed files that still lie beside what they are made of: while gzip works, only the plain one is whole. */
export function withoutTwins(siblings: readonly Sibling[]): Sibling[] {
  const paths = new Set(siblings.map((one) => one.path));
  return siblings.filter(
    ({ path, rotated }) => !rotated.compressed || !paths.has(path.replace(/\.\w+$/, "")),
  );
}

/** How long a program goes on writing into a log that was renamed, where nobody saw it, nanoseconds. */
const LATE_NS = 1_000_000_000n;

/**
 * True where `worker.1.log` is rather the log of another worker: it was there before `bornNs`, when the last known one
 * came, or it is still written although another file lies under the path by now.
 */
export function isStranger({ rotated, look }: Sibling, bornNs: bigint, path: string): boolean {
  if (rotated.order[0] !== COUNTED || look.birthtimeNs === 0n) return false;
  const live = lookAt(path);
  return look.birthtimeNs <= bornNs || (live.kind === "file" && look.mtimeNs > live.birthtimeNs + LATE_NS);
}

/** True for a file that came and was written since `sinceMs`, wall milliseconds; shifting old ones changes neither time. */
export function isNews({ mtimeNs, birthtimeNs }: FileLook, sinceMs: number): boolean {
  const ms = (ns: bigint): number => Number(ns / 1_000_000n);
  return ms(mtimeNs) >= sinceMs && (birthtimeNs === 0n || ms(birthtimeNs) >= sinceMs);
}

/** What an entry of `rotated` names: the files of a directory, or those that a glob finds. */
function filesAt(pattern: string): string[] {
  return expandPattern(pattern).flatMap((path) => (lookAt(path).kind === "file" ? [path] : filesIn(path)));
}

function filesIn(directory: string): string[] {
  try {
    return listDirectory(directory)
      .filter((entry) => !entry.directory)
      .map((entry) => joinPath(directory, entry.name));
  } catch {
    // A directory that cannot be read has no siblings to offer; that the log itself cannot be read is said elsewhere.
    return [];
  }
}
