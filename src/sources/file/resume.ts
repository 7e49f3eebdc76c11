// Goes on after a restart: finds the file of every saved position again, wherever rotation has put it, and begins what
// was written behind it, oldest first. What cannot be found is a gap, said aloud.

import type { SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import { openFile } from "./generation.ts";
import { UNSEEN_MS } from "./first-sight.ts";
import { findInflated } from "./inflate.ts";
import { isLink, lookAt } from "./look.ts";
import { revive } from "./positions.ts";
import type { SavedGeneration } from "./positions.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";
import { compareFile, withoutTwins } from "./siblings.ts";
import type { Neighbourhood, Sibling } from "./siblings.ts";

/** Rotated files that cannot be decompressed here. */
const UNREADABLE = /\.(?:bz2|xz|lz4|Z|zip)$/;

/** Where the bytes of a saved position are now. */
type Place =
  | { readonly kind: "plain"; readonly path: string }
  | { readonly kind: "compressed"; readonly path: string }
  /** Its own file, but the bytes up to the position are gone. */
  | { readonly kind: "truncated" };

/** What is known of a chain once its saved generations were looked for. */
interface Found {
  readonly chain: Chain;
  readonly siblings: readonly Sibling[];
  /** Where the youngest of them lies, null when it is nowhere. */
  readonly youngest: string | null;
  /** True when what lies under the path now, if anything, is another file than before. */
  readonly rotated: boolean;
  /** Birth time of the youngest, wherever it is. */
  readonly bornNs: bigint;
}

export class Resumption {
  readonly #setup: SourceSetup;
  readonly #neighbourhood: Neighbourhood;
  readonly #register: Register;
  readonly #reports: Reports;

  constructor(setup: SourceSetup, neighbourhood: Neighbourhood, register: Register, reports: Reports) {
    this.#setup = setup;
    this.#neighbourhood = neighbourhood;
    this.#register = register;
    this.#reports = reports;
  }

  /**
   * Takes up saved generations, oldest first, by the chains that they stood in. All are found before any file is begun:
   * what lies under a path now may be the one that was read under another.
   */
  async take(saved: ReadonlyMap<Chain, readonly SavedGeneration[]>): Promise<void> {
    const found: Found[] = [];
    for (const [chain, ones] of saved) found.push(await this.#find(chain, ones));
    for (const one of found) this.#beginBehind(one);
  }

  async #find(chain: Chain, saved: readonly SavedGeneration[]): Promise<Found> {
    const places = [chain.path, ...saved.flatMap(({ real }) => real ?? [])];
    const siblings = withoutTwins(this.#neighbourhood.of(places));
    let youngest: string | null = null;
    let truncated = false;
    for (const one of saved) {
      const place = await this.#locate(chain, one, siblings);
      youngest = place !== null && place.kind !== "truncated" ? place.path : null;
      truncated = place?.kind === "truncated";
      if (place === null) this.#missed(one, siblings);
      else if (place.kind !== "truncated") this.#goOn(chain, one, place);
      else {
        const copy = await this.#copy(one, siblings);
        youngest = copy?.path ?? null;
        if (copy === null) {
          this.#reports.rotated(chain, "truncate");
          this.#reports.lost(one.path, one.size - one.offset, "truncated");
          this.#register.drop(one.seq);
        } else {
          this.#goOn(chain, one, copy);
          this.#reports.copyTruncated(chain);
        }
      }
    }
    const rotated = !truncated && saved.at(-1)?.current === true;
    return { chain, siblings, youngest, rotated, bornNs: saved.at(-1)?.birthtimeNs ?? 0n };
  }

  #beginBehind({ chain, siblings, youngest, rotated, bornNs }: Found): void {
    if (chain.current !== null) return;
    for (const sibling of this.#younger(siblings, youngest, bornNs)) this.#begin(chain, sibling.path, false);
    const look = lookAt(chain.path);
    if (look.kind !== "file" || this.#register.known(look) !== null) return;
    if (rotated) this.#reports.rotated(chain, isLink(chain.path) ? "symlink" : "rename");
    this.#begin(chain, chain.path, true);
  }

  /** First by inode, then by what the bytes say, plain files before compressed ones. */
  async #locate(chain: Chain, saved: SavedGeneration, siblings: readonly Sibling[]): Promise<Place | null> {
    for (const path of new Set([chain.path, saved.path, ...siblings.map((one) => one.path)])) {
      const look = lookAt(path);
      if (look.kind !== "file" || look.ino !== saved.ino) continue;
      const kinship = compareFile(path, saved, saved.offset);
      if (kinship === "truncated") return { kind: "truncated" };
      if (kinship !== "other") return { kind: "plain", path };
    }
    if (compareFile(chain.path, saved, saved.offset) === "copy") return { kind: "plain", path: chain.path };
    return this.#copy(saved, siblings);
  }

  async #copy(
    saved: SavedGeneration,
    siblings: readonly Sibling[],
  ): Promise<{ kind: "plain" | "compressed"; path: string } | null> {
    const fresh = siblings.filter((one) => one.rotated !== null && this.#register.known(one.look) === null);
    const plain = fresh.find(
      ({ path, look, rotated }) =>
        rotated?.compressed === false &&
        look.size >= saved.offset &&
        compareFile(path, saved, saved.offset) === "copy",
    );
    if (plain !== undefined) return { kind: "plain", path: plain.path };
    const packed = fresh.filter((one) => one.rotated?.compressed === true).map((one) => one.path);
    const path = await findInflated(packed.toReversed(), saved, saved.offset);
    return path === null ? null : { kind: "compressed", path };
  }

  #goOn(chain: Chain, saved: SavedGeneration, place: { kind: "plain" | "compressed"; path: string }): void {
    const { path } = place;
    const opened = openFile(path);
    if (opened.kind === "failed") return this.#reports.trouble(path, opened.code, "open");
    const generation = revive(saved);
    generation.attach(opened.fd, opened.look);
    generation.path = path;
    generation.current = path === chain.path;
    if (place.kind === "compressed") {
      generation.close();
      generation.inflateFrom = [path];
    } else generation.seek(saved.offset);
    this.#register.enlist(chain, generation);
    this.#reports.opened(path, saved.offset);
  }

  #begin(chain: Chain, path: string, current: boolean): void {
    const opened = this.#register.openNew(path);
    if (opened === null) return;
    const generation = this.#register.begin(chain, path, opened.fd, opened.look, 0);
    generation.current = current;
    if (current) return;
    chain.current = null;
    this.#reports.rotated(chain, "rename");
  }

  /** Rotated files behind the one at `path`; behind the last commit when that one is not among them. */
  #younger(siblings: readonly Sibling[], path: string | null, bornNs: bigint): Sibling[] {
    const at = siblings.findIndex((one) => one.path === path && one.rotated !== null);
    const scheme = siblings[at]?.rotated?.order[0] ?? null;
    const sinceMs = this.#setup.lastCommitMs ?? Number.POSITIVE_INFINITY;
    return siblings.filter((one, i) => {
      if (one.rotated === null || this.#register.known(one.look) !== null) return false;
      if (UNREADABLE.test(one.path)) return false;
      if (one.rotated.order[0] === scheme) return i > at;
      // rename keeps the time of change of the content, and gzip copies it.
      const changedMs = Number(one.look.mtimeNs / 1_000_000n);
      if (changedMs > sinceMs) return true;
      // Born, written and rotated between the last look and the last commit, which may be a poll later.
      return changedMs > sinceMs - UNSEEN_MS && one.look.birthtimeNs > bornNs;
    });
  }

  #missed(saved: SavedGeneration, siblings: readonly Sibling[]): void {
    this.#register.miss(revive(saved), this.#setup.clock.now());
    // Rotated, read to its end and removed: only a writer that never let go could have added to it.
    if (!saved.current && saved.offset >= saved.size) return;
    const unreadable = siblings.find(
      (one) => UNREADABLE.test(one.path) && one.rotated !== null && one.look.mtimeNs >= saved.mtimeNs,
    );
    if (unreadable !== undefined) {
      const detail = `read to byte ${saved.offset} before it was compressed in a way that cannot be read`;
      return this.#reports.gap(unreadable.path, "unsupported_compression", detail);
    }
    const detail = `read to byte ${saved.offset} of at least ${saved.size}; the file is nowhere to be found`;
    this.#reports.gap(saved.path, "generation_missed", detail);
    this.#reports.lost(saved.path, saved.size - saved.offset, "generation_missed");
  }
}
