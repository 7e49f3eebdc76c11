// The files around a path among which its older generations are looked for: those in its directory, and those in the
// places that `rotated` names.

import { closeSync } from "node:fs";
import { expandPattern, listDirectory } from "./discovery.ts";
import { openFile, readAt } from "./generation.ts";
import { bytesAgree, kinship, printMatches } from "./identity.ts";
import type { Candidate, Identity, Kinship } from "./identity.ts";
import { changeOf, lookAt } from "./look.ts";
import type { FileLook } from "./look.ts";
import { joinPath, realPath, splitPath } from "./path-name.ts";
import { compareRotated, parseRotated, possibleBases } from "./rotated-names.ts";
import type { RotatedName } from "./rotated-names.ts";

export interface Sibling {
  readonly path: string;
  /** How rotation named it; null for a file that only lies nearby. */
  readonly rotated: RotatedName | null;
  readonly look: FileLook;
}

/** Looks for siblings of paths, and remembers directories for as long as they have not changed. */
export class Neighbourhood {
  readonly #elsewhere: readonly string[];
  readonly #listings = new Map<string, Listing>();
  /** Where links led when they last led anywhere, by path. */
  readonly #real = new Map<string, string>();

  /** @param elsewhere directories or globs where rotated files go. */
  constructor(elsewhere: readonly string[]) {
    this.#elsewhere = elsewhere;
  }

  /** The files that rotation named after `path`, or after the file that links lead to from it, oldest first. */
  rotatedOf(path: string): Sibling[] {
    const elsewhere = this.#elsewhere.flatMap(filesAt);
    const rotated = this.#places(path).flatMap((place) => {
      const { directory, base } = splitPath(place);
      const names = this.#list(directory).byBase.get(base) ?? [];
      return look(place, [...names.map((name) => joinPath(directory, name)), ...elsewhere]);
    });
    return sorted(rotated.filter((one) => one.rotated !== null));
  }

  /** All files that lie beside any of `paths` or where rotated files go: rotated names first and oldest first. */
  of(paths: readonly string[]): Sibling[] {
    const elsewhere = this.#elsewhere.flatMap(filesAt);
    const places = new Set(paths.flatMap((path) => this.#places(path)));
    return sorted(
      [...places].flatMap((place) => look(place, [...filesIn(splitPath(place).directory), ...elsewhere])),
    );
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
    const seen = lookAt(candidate);
    if (seen.kind !== "file") continue;
    siblings.push({ path: candidate, rotated: parseRotated(base, splitPath(candidate).base), look: seen });
  }
  return siblings;
}

/** In the order of age, each path once: the one that is a rotated name goes before the one that only lies nearby. */
function sorted(siblings: readonly Sibling[]): Sibling[] {
  const byPath = new Map(
    siblings
      .toSorted(byAge)
      .toReversed()
      .map((one) => [one.path, one]),
  );
  return [...byPath.values()].toSorted(byAge);
}

/** Without compressed files that still lie beside what they are made of: while gzip works, only the plain one is whole. */
export function withoutTwins(siblings: readonly Sibling[]): Sibling[] {
  const paths = new Set(siblings.map((one) => one.path));
  return siblings.filter(
    ({ path, rotated }) => rotated?.compressed !== true || !paths.has(path.replace(/\.\w+$/, "")),
  );
}

/** What the bytes of a plain file say about a saved position. */
export function compareFile(path: string, known: Identity, offset: number): Kinship {
  const candidate = candidateAt(path, known, offset);
  return candidate === null ? "other" : kinship(known, offset, candidate);
}

/** True when a plain file holds the bytes that were read up to the position, however few these are. */
export function beginsAlike(path: string, known: Identity, offset: number): boolean {
  const candidate = candidateAt(path, known, offset);
  return candidate !== null && bytesAgree(candidate, offset);
}

function candidateAt(path: string, known: Identity, offset: number): Candidate | null {
  const opened = openFile(path);
  if (opened.kind === "failed") return null;
  const { fd, look } = opened;
  try {
    return {
      dev: look.dev,
      ino: look.ino,
      birthtimeNs: look.birthtimeNs,
      size: look.size,
      headMatches: printMatches(known.head, readAt(fd, 0, known.head.length)),
      anchorMatches: printMatches(
        known.anchor,
        readAt(fd, offset - known.anchor.length, known.anchor.length),
      ),
    };
  } finally {
    closeSync(fd);
  }
}

function byAge(a: Sibling, b: Sibling): number {
  if (a.rotated !== null && b.rotated !== null) return compareRotated(a.rotated, b.rotated);
  if (a.rotated !== null || b.rotated !== null) return a.rotated === null ? 1 : -1;
  return Number(a.look.mtimeNs - b.look.mtimeNs);
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
