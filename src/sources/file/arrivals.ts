// Files that the configured paths name and that are not followed yet: from where each is read, and which of them are
// only other names, or copies, of files that are followed already.

import { closeSync } from "node:fs";
import type { SourceSetup } from "../source.ts";
import { isCopyOf } from "./copies.ts";
import type { Discoverer, Discovery } from "./discovery.ts";
import type { FileOptions } from "./file-options.ts";
import { startOf } from "./first-sight.ts";
import { openFile } from "./generation.ts";
import { lookAt } from "./look.ts";
import type { FileLook } from "./look.ts";
import { joinPath, splitPath } from "./path-name.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";
import { possibleBases, rotatedNames } from "./rotated-names.ts";

/** Most files that one source follows; beyond it the ones changed last are kept. */
const MAX_TRACKED_FILES = 20_000;

export class Arrivals {
  readonly #setup: SourceSetup;
  readonly #options: FileOptions;
  readonly #discoverer: Discoverer;
  readonly #register: Register;
  readonly #reports: Reports;
  readonly #pathKnown: (path: string) => boolean;
  #starting = true;
  #failedDirectories = new Set<string>();
  #overflowSaid = false;

  /** @param pathKnown true for paths that the source looked for when it ran before. */
  constructor(
    setup: SourceSetup,
    options: FileOptions,
    discoverer: Discoverer,
    register: Register,
    reports: Reports,
    pathKnown: (path: string) => boolean,
  ) {
    this.#setup = setup;
    this.#reports = reports;
    this.#options = options;
    this.#discoverer = discoverer;
    this.#register = register;
    this.#pathKnown = pathKnown;
  }

  /** Begins a chain for every path that is new, and ends those of paths that are gone for good. */
  scan(): Discovery {
    const discovery = this.#discoverer.look();
    this.#sayFailed(discovery.failed);
    const paths = [...discovery.literal, ...discovery.found];
    for (const path of this.#withinLimit(this.#setup.follow ? paths : this.#queueRotated(paths))) {
      this.#meet(path, discovery);
    }
    const wanted = new Set(paths);
    for (const [path, chain] of this.#register.chains) {
      if (!wanted.has(path) && chain.generations.length === 0) this.#register.chains.delete(path);
    }
    this.#starting = false;
    return discovery;
  }

  #meet(path: string, discovery: Discovery): void {
    if (this.#register.chains.has(path)) return;
    const literal = discovery.literal.has(path);
    const look = lookAt(path);
    if (look.kind !== "file") {
      // A glob also names directories and sockets; only what was written out is worth a word.
      if (literal || look.kind === "unobservable") this.#register.chain(path, literal);
      return;
    }
    const known = this.#register.known(look);
    if (known !== null && (known.finishedMs === null || known.isSpent(look))) return;
    const rotatedName = this.#followedBase(path, discovery) !== null;
    if (known === null && rotatedName && this.#isCopy(path, look)) return;
    const chain = this.#register.chain(path, literal);
    if (known !== null) return;
    const start = startOf({
      follow: this.#setup.follow,
      starting: this.#starting,
      pathKnown: this.#pathKnown(path),
      from: this.#options.from,
      ctimeMs: Number(look.ctimeNs / 1_000_000n),
      mtimeMs: Number(look.mtimeNs / 1_000_000n),
      lastCommitMs: this.#setup.lastCommitMs,
      rotatedName,
    });
    if (start.at === "end") chain.beginAt = look.size;
    else if (start.history) chain.historyTo = look.size;
  }

  /**
   * Batch mode reads a log and its rotated files as one stream, oldest first, so that events come in the order of their
   * time. Gives the paths that remain.
   */
  #queueRotated(paths: readonly string[]): readonly string[] {
    const named = new Set(paths);
    const rotated = Map.groupBy(paths, (path) => {
      const { directory, base } = splitPath(path);
      const originals = possibleBases(base).map((name) => joinPath(directory, name));
      return originals.find((original) => named.has(original)) ?? null;
    });
    for (const [original, olds] of rotated) {
      if (original === null || this.#register.chains.has(original)) continue;
      const { directory, base } = splitPath(original);
      const chain = this.#register.chain(original, true);
      for (const { name } of rotatedNames(
        base,
        olds.map((path) => splitPath(path).base),
      )) {
        const path = joinPath(directory, name);
        const opened = openFile(path);
        if (opened.kind === "failed") this.#reports.trouble(path, opened.code, "open");
        else if (this.#register.known(opened.look) !== null) closeSync(opened.fd);
        else this.#register.begin(chain, path, opened.fd, opened.look, 0, false);
      }
    }
    return rotated.get(null) ?? [];
  }

  /** The followed path that `path` is a rotated name of. */
  #followedBase(path: string, discovery: Discovery): string | null {
    const { directory, base } = splitPath(path);
    for (const name of possibleBases(base)) {
      const original = joinPath(directory, name);
      if (this.#register.chains.has(original) || discovery.literal.has(original)) return original;
      if (discovery.found.has(original)) return original;
    }
    return null;
  }

  /** True for the copy that copytruncate is making, or has made, of a file that is followed. */
  #isCopy(path: string, look: FileLook): boolean {
    const { directory, base } = splitPath(path);
    const originals = possibleBases(base).flatMap(
      (name) => this.#register.chains.get(joinPath(directory, name))?.generations ?? [],
    );
    if (originals.length === 0) return false;
    const opened = openFile(path);
    if (opened.kind === "failed") return false;
    // A copy in the making may be too short to tell: it is looked at again at the next scan.
    const original = originals.find((one) => look.size < one.head.length || isCopyOf(opened, one));
    if (original !== undefined) original.copy = opened.look;
    closeSync(opened.fd);
    return original !== undefined;
  }

  #withinLimit(paths: readonly string[]): readonly string[] {
    if (paths.length <= MAX_TRACKED_FILES) return paths;
    const changed = new Map(
      paths.map((path) => {
        const look = lookAt(path);
        return [path, look.kind === "file" ? Number(look.mtimeNs / 1_000_000n) : 0] as const;
      }),
    );
    const kept = [...paths].sort((a, b) => (changed.get(b) ?? 0) - (changed.get(a) ?? 0));
    if (!this.#overflowSaid) {
      const left = paths.length - MAX_TRACKED_FILES;
      const action = `follow this and ${left - 1} files changed longer ago`;
      this.#reports.trouble(kept[MAX_TRACKED_FILES] ?? "", "EMFILE", action);
      this.#overflowSaid = true;
    }
    return kept.slice(0, MAX_TRACKED_FILES);
  }

  #sayFailed(failed: ReadonlyMap<string, string>): void {
    for (const [directory, code] of failed) {
      if (this.#failedDirectories.has(directory)) continue;
      this.#reports.trouble(directory, code, "list the directory");
    }
    this.#failedDirectories = new Set(failed.keys());
  }
}
