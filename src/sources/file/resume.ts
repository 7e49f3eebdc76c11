// Goes on after a restart: finds the file of every saved position again, wherever rotation has put it, and begins what
// was written behind it, oldest first. What cannot be found is a gap, said aloud.

import type { SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import type { FileOptions } from "./file-options.ts";
import { openFile } from "./generation.ts";
import type { Generation } from "./generation.ts";
import type { Kinship } from "./identity.ts";
import { isLink, lookAt } from "./look.ts";
import { shownPath } from "./path-name.ts";
import { revive } from "./positions.ts";
import type { SavedGeneration } from "./positions.ts";
import type { Register } from "./register.ts";
import { compareFile, siblingsOf } from "./siblings.ts";
import type { Sibling } from "./siblings.ts";

interface Place {
  readonly path: string;
  readonly kinship: Kinship;
}

export class Resumption {
  readonly #setup: SourceSetup;
  readonly #options: FileOptions;
  readonly #register: Register;

  constructor(setup: SourceSetup, options: FileOptions, register: Register) {
    this.#setup = setup;
    this.#options = options;
    this.#register = register;
  }

  /** Takes up the saved generations of one path, oldest first. */
  take(chain: Chain, saved: readonly SavedGeneration[]): void {
    const siblings = siblingsOf(chain.path, this.#options.rotated);
    let last: Place | null = null;
    for (const one of saved) last = this.#takeOne(chain, one, siblings);
    if (chain.current !== null) return;
    const between = this.#younger(siblings, last?.path ?? null);
    for (const sibling of between) this.#begin(chain, sibling.path, false);
    const look = lookAt(chain.path);
    if (look.kind !== "file" || this.#register.known(look) !== null) return;
    if (last?.kinship !== "truncated") this.#rotated(chain, isLink(chain.path) ? "symlink" : "rename");
    this.#begin(chain, chain.path, true);
  }

  #takeOne(chain: Chain, saved: SavedGeneration, siblings: readonly Sibling[]): Place | null {
    const place = this.#locate(chain, saved, siblings);
    if (place === null) {
      this.#missed(chain, saved);
      return null;
    }
    if (place.kinship !== "truncated") {
      this.#goOn(chain, saved, place.path);
      return place;
    }
    const copy = this.#copy(saved, siblings);
    if (copy === null) {
      this.#rotated(chain, "truncate");
      this.#lose(chain, saved, "truncated");
      return place;
    }
    this.#goOn(chain, saved, copy);
    this.#rotated(chain, "copytruncate");
    const detail = "what was written between the last copy and the truncation is in no file";
    this.#setup.facts.gap(this.#setup.name, shownPath(chain.path), "copytruncate_window", detail);
    return { path: copy, kinship: "truncated" };
  }

  /** Where the bytes of a saved position are now: first by inode, then by what they say. */
  #locate(chain: Chain, saved: SavedGeneration, siblings: readonly Sibling[]): Place | null {
    const { offset } = saved;
    for (const path of new Set([chain.path, saved.path, ...siblings.map((one) => one.path)])) {
      const look = lookAt(path);
      if (look.kind !== "file" || look.ino !== saved.ino) continue;
      const kinship = compareFile(path, saved, offset);
      if (kinship !== "other") return { path, kinship };
    }
    const copy = this.#copy(saved, siblings);
    if (copy !== null) return { path: copy, kinship: "copy" };
    return compareFile(chain.path, saved, offset) === "copy" ? { path: chain.path, kinship: "copy" } : null;
  }

  #copy(saved: SavedGeneration, siblings: readonly Sibling[]): string | null {
    const copy = siblings.find(
      ({ path, look, rotated }) =>
        rotated?.compressed === false &&
        look.size >= saved.offset &&
        this.#register.known(look) === null &&
        compareFile(path, saved, saved.offset) === "copy",
    );
    return copy?.path ?? null;
  }

  #goOn(chain: Chain, saved: SavedGeneration, path: string): void {
    const opened = openFile(path);
    if (opened.kind === "failed") {
      this.#setup.facts.fileFailed(this.#setup.name, shownPath(path), opened.code, "open");
      return;
    }
    const generation = revive(saved);
    generation.attach(opened.fd, opened.look);
    generation.path = path;
    generation.current = path === chain.path;
    generation.seek(saved.offset);
    this.#register.enlist(chain, generation);
    this.#setup.facts.fileOpened(this.#setup.name, shownPath(path), saved.offset);
  }

  #begin(chain: Chain, path: string, current: boolean): Generation | null {
    const opened = openFile(path);
    if (opened.kind === "failed") return null;
    const generation = this.#register.begin(chain, path, opened.fd, opened.look, 0);
    if (!current) {
      generation.current = false;
      chain.current = null;
      this.#rotated(chain, "rename");
    }
    return generation;
  }

  /** Rotated files behind the one at `path`; behind the last commit when that one is not among them. */
  #younger(siblings: readonly Sibling[], path: string | null): Sibling[] {
    const at = siblings.findIndex((one) => one.path === path && one.rotated !== null);
    const sinceMs = this.#setup.lastCommitMs ?? Number.POSITIVE_INFINITY;
    return siblings.filter((one, i) => {
      if (one.rotated?.compressed !== false || this.#register.known(one.look) !== null) return false;
      // rename keeps the time of change of the content, and gzip copies it.
      return at >= 0 ? i > at : Number(one.look.mtimeNs / 1_000_000n) > sinceMs;
    });
  }

  #missed(chain: Chain, saved: SavedGeneration): void {
    const { facts, name } = this.#setup;
    const detail = `read to byte ${saved.offset} of at least ${saved.size}; the file is nowhere to be found`;
    facts.gap(name, shownPath(saved.path), "generation_missed", detail);
    this.#lose(chain, saved, "generation_missed");
  }

  #lose(chain: Chain, saved: SavedGeneration, reason: string): void {
    const lost = saved.size - saved.offset;
    if (lost > 0) this.#setup.facts.bytesLost(this.#setup.name, shownPath(chain.path), lost, reason);
  }

  #rotated(chain: Chain, kind: "rename" | "copytruncate" | "truncate" | "symlink"): void {
    this.#setup.facts.fileRotated(this.#setup.name, shownPath(chain.path), kind);
  }
}
