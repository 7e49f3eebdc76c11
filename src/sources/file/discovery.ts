// Which files the configured paths name right now. Directories are read entry by entry and only where a pattern can
// still match; names are bytes. Nothing is opened or asked for its size here.

import { lstatSync, readdirSync, statSync } from "node:fs";
import { DEFAULT_EXCLUDES } from "./file-options.ts";
import { globTest, isLiteral, parseGlob, pathTest } from "./glob.ts";
import type { PathTest, Segment } from "./glob.ts";
import { changeOf, errnoOf } from "./look.ts";
import { decodeName, joinPath, splitPath, systemPath } from "./path-name.ts";

/** How deep `**` goes; deeper trees of logs do not exist, loops of bind mounts do. */
const MAX_DEPTH = 16;

export interface Discovery {
  /** Paths that were named one by one, whether or not they exist. */
  readonly literal: ReadonlySet<string>;
  /** Paths that a glob found, in the order of their names. */
  readonly found: ReadonlySet<string>;
  /** Directories whose entries decide about this result: what a watcher should watch. */
  readonly directories: ReadonlySet<string>;
  /** Directories that could not be read, with the errno name. */
  readonly failed: ReadonlyMap<string, string>;
}

export interface Entry {
  readonly name: string;
  readonly directory: boolean;
  readonly link: boolean;
}

/** Expands the paths of one source again and again. */
export class Discoverer {
  readonly #literal: string[] = [];
  readonly #globs: Segment[][] = [];
  readonly #tests: PathTest[] = [];
  readonly #userExcludes: PathTest[];
  readonly #excludes: PathTest[];
  /** When the directories of the last look had changed, null where that tells nothing. */
  #listed: ReadonlyMap<string, bigint | null> = new Map([["", null]]);

  constructor(paths: readonly string[], exclude: readonly string[]) {
    for (const path of paths) {
      // A file may really be called `app[1].log`.
      if (isLiteral(path) || exists(path)) this.#literal.push(path);
      else {
        this.#globs.push(...parseGlob(path));
        this.#tests.push(pathTest(path));
      }
    }
    this.#userExcludes = exclude.map(globTest);
    this.#excludes = [...DEFAULT_EXCLUDES.map(globTest), ...this.#userExcludes];
  }

  /** True for a path that the configuration names, whether or not it exists now. */
  covers(path: string): boolean {
    const { base } = splitPath(path);
    if (this.#literal.includes(path)) return true;
    return this.#tests.some((test) => test(path, base)) && !isExcluded(path, this.#excludes);
  }

  /** False while the directories that were listed last hold the same names: a look would give the same. */
  changed(): boolean {
    return [...this.#listed].some(
      ([directory, mtimeNs]) => mtimeNs === null || changeOf(directory) !== mtimeNs,
    );
  }

  look(): Discovery {
    const walk = new Walk(false);
    this.#listed = walk.changes;
    for (const segments of this.#globs) walk.descend("", segments, 0, 0);
    // Whoever writes a path out means it, also when it ends in .gz: only the user's own excludes hold for it.
    const literal = new Set(this.#literal.filter((path) => !isExcluded(path, this.#userExcludes)));
    for (const path of literal) walk.directories.add(splitPath(path).directory);
    const found = [...walk.found].filter((path) => !literal.has(path) && !isExcluded(path, this.#excludes));
    return { literal, found: new Set(found.sort()), directories: walk.directories, failed: walk.failed };
  }
}

/** Whatever stands at the paths that one pattern names, directories too. */
export function expandPattern(pattern: string): string[] {
  if (isLiteral(pattern) || exists(pattern)) return exists(pattern) ? [pattern] : [];
  const walk = new Walk(true);
  for (const segments of parseGlob(pattern)) walk.descend("", segments, 0, 0);
  return [...walk.found].sort();
}

/** The entries of a directory. @throws the error of the file system. */
export function listDirectory(directory: string): Entry[] {
  const path = systemPath(directory === "" ? "." : directory);
  return readdirSync(path, { encoding: "buffer", withFileTypes: true }).map((entry) => ({
    name: decodeName(entry.name),
    directory: entry.isDirectory(),
    link: entry.isSymbolicLink(),
  }));
}

class Walk {
  readonly found = new Set<string>();
  readonly directories = new Set<string>();
  readonly failed = new Map<string, string>();
  /** Change time of each directory before it was listed, null where it could not be or changes just now. */
  readonly changes = new Map<string, bigint | null>();
  readonly #listed = new Map<string, Entry[]>();
  readonly #withDirectories: boolean;

  constructor(withDirectories: boolean) {
    this.#withDirectories = withDirectories;
  }

  descend(directory: string, segments: readonly Segment[], at: number, depth: number): void {
    const segment = segments[at];
    if (segment === undefined || depth > MAX_DEPTH) return;
    const last = at === segments.length - 1;
    if (segment.kind === "literal") {
      // The empty first segment of an absolute path is the root.
      const path = at === 0 && segment.text === "" ? "/" : joinPath(directory, segment.text);
      if (!last) return this.descend(path, segments, at + 1, depth);
      this.directories.add(directory);
      if (exists(path)) this.found.add(path);
      return;
    }
    for (const entry of this.#list(directory)) {
      const path = joinPath(directory, entry.name);
      if (segment.kind === "pattern") {
        if (!segment.regex.test(entry.name)) continue;
        if (last) {
          if (!entry.directory || this.#withDirectories) this.found.add(path);
        } else if (entry.directory || (entry.link && isDirectory(path))) {
          this.descend(path, segments, at + 1, depth);
        }
      } else if (!entry.name.startsWith(".")) {
        // Links are not followed here: `**` would run through a loop of them sixteen times.
        if (entry.directory) this.descend(path, segments, at, depth + 1);
        else if (last) this.found.add(path);
      }
    }
    if (segment.kind === "any-depth" && !last) this.descend(directory, segments, at + 1, depth);
  }

  #list(directory: string): Entry[] {
    const known = this.#listed.get(directory);
    if (known !== undefined) return known;
    this.directories.add(directory);
    let entries: Entry[] = [];
    this.changes.set(directory, changeOf(directory));
    try {
      entries = listDirectory(directory);
    } catch (error) {
      const code = errnoOf(error);
      this.changes.set(directory, null);
      if (code !== "ENOENT" && code !== "ENOTDIR") this.failed.set(directory, code);
    }
    this.#listed.set(directory, entries);
    return entries;
  }
}

function isExcluded(path: string, excludes: readonly PathTest[]): boolean {
  const { base } = splitPath(path);
  return excludes.some((excluded) => excluded(path, base));
}

function exists(path: string): boolean {
  try {
    return lstatSync(systemPath(path), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(systemPath(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
