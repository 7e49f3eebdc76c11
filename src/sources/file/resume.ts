// Goes on after a restart: takes up every saved position in the file that it is found in, and begins what was written
// behind it, oldest first. What cannot be found is a gap, said aloud.

import { closeSync } from "node:fs";
import type { SourceSetup } from "../source.ts";
import { RESTLESS_MS } from "./chain.ts";
import type { Chain } from "./chain.ts";
import { openFile } from "./generation.ts";
import type { Generation } from "./generation.ts";
import { UNSEEN_MS } from "./first-sight.ts";
import { isLink, lookAt } from "./look.ts";
import { revive } from "./positions.ts";
import type { SavedGeneration } from "./positions.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";
import { isNews, isStranger, withoutTwins } from "./siblings.ts";
import type { Neighbourhood, Sibling } from "./siblings.ts";
import type { Place } from "./whereabouts.ts";
import { Whereabouts } from "./whereabouts.ts";

/** Rotated files that cannot be decompressed here. */
const UNREADABLE = /\.(?:bz2|xz|lz4|Z|zip)$/;

/** What is known of a chain once its saved generations were looked for. */
interface Found {
  readonly chain: Chain;
  /** The paths that its files were read under. */
  readonly places: readonly string[];
  /** The youngest of them, null when it is nowhere. */
  readonly youngest: Generation | null;
  /** True when what lies under the path now, if anything, is another file than before. */
  readonly rotated: boolean;
  /** Birth time of the youngest, wherever it is. */
  readonly bornNs: bigint;
}

export class Resumption {
  readonly #setup: SourceSetup;
  readonly #neighbourhood: Neighbourhood;
  readonly #whereabouts: Whereabouts;
  readonly #register: Register;
  readonly #reports: Reports;
  readonly #maxOpenFiles: number;
  #opened = 0;

  constructor(
    setup: SourceSetup,
    neighbourhood: Neighbourhood,
    register: Register,
    reports: Reports,
    maxOpenFiles: number,
  ) {
    this.#maxOpenFiles = maxOpenFiles;
    this.#setup = setup;
    this.#neighbourhood = neighbourhood;
    this.#whereabouts = new Whereabouts(neighbourhood, register);
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
    let youngest: Generation | null = null;
    let truncated = false;
    for (const one of saved) {
      const found = await this.#whereabouts.locate(chain.path, one, places);
      truncated = found?.kind === "truncated";
      const place = truncated ? await this.#whereabouts.copyOf(one, places) : found;
      youngest = null;
      if (place !== null && place.kind !== "truncated") {
        youngest = this.#goOn(chain, one, place);
        if (truncated) this.#reports.copyTruncated(chain);
      } else if (truncated) {
        this.#reports.rotated(chain, "truncate");
        this.#reports.rewritten(one.path, one.offset);
        this.#register.drop(one.seq);
      } else this.#missed(one, places);
    }
    const rotated = !truncated && saved.at(-1)?.current === true;
    return { chain, places, youngest, rotated, bornNs: saved.at(-1)?.birthtimeNs ?? 0n };
  }

  #beginBehind({ chain, places, youngest, rotated, bornNs }: Found): void {
    if (chain.current !== null) {
      if (chain.current.offset === 0) this.#beginBeside(chain, chain.current, places);
      return;
    }
    // Names may be moved while they are being looked at: what was left out is looked for once more.
    chain.restlessUntilMs = this.#setup.clock.monotonic() + RESTLESS_MS;
    const siblings = withoutTwins(this.#neighbourhood.rotatedOf(...places));
    for (const sibling of this.#younger(chain.path, siblings, youngest, bornNs))
      this.#begin(chain, sibling.path, false);
    const look = lookAt(chain.path);
    if (look.kind !== "file" || this.#register.known(look) !== null) return;
    if (rotated) this.#reports.rotated(chain, isLink(chain.path) ? "symlink" : "rename");
    // The first look begins it just as well.
    if (this.#opened >= this.#maxOpenFiles) return;
    this.#begin(chain, chain.path, true);
  }

  /** Where nothing was read nothing can differ: only what lies beside it tells that a file began anew since. */
  #beginBeside(chain: Chain, live: Generation, places: readonly string[]): void {
    const sinceMs = this.#setup.lastCommitMs ?? Number.POSITIVE_INFINITY;
    for (const one of withoutTwins(this.#neighbourhood.rotatedOf(...places))) {
      if (UNREADABLE.test(one.path) || !isNews(one.look, sinceMs)) continue;
      if (isStranger(one, live.id.birthtimeNs, chain.path)) continue;
      this.#begin(chain, one.path, false);
    }
  }

  #goOn(
    chain: Chain,
    saved: SavedGeneration,
    place: Exclude<Place, { kind: "truncated" }>,
  ): Generation | null {
    const { path } = place;
    const generation = revive(saved);
    generation.path = path;
    generation.current = path === chain.path;
    if (place.kind === "closed") return this.#waitFor(chain, generation, place.code);
    const opened = place.kind === "plain" ? place : openFile(path);
    if (opened.kind === "failed") {
      this.#reports.trouble(path, opened.code, "open");
      return null;
    }
    if (this.#opened >= this.#maxOpenFiles) {
      closeSync(opened.fd);
      return this.#waitFor(chain, generation, null);
    }
    this.#opened += 1;
    generation.attach(opened.fd, opened.look);
    if (place.kind === "compressed") {
      generation.close();
      generation.inflateFrom = [path];
    } else generation.seek(saved.offset);
    this.#register.enlist(chain, generation);
    this.#reports.opened(path, saved.offset);
    return generation;
  }

  /**
   * Its file is there and is not opened now: it is tried again at each poll, as one that has grown.
   * @param code why it cannot be; null when as many as may be are open.
   */
  #waitFor(chain: Chain, generation: Generation, code: string | null): Generation {
    generation.mtimeNs = 0n;
    generation.unread = false;
    if (generation.current) {
      generation.size = Math.min(generation.size, generation.offset);
      this.#register.enlist(chain, generation);
      if (code !== null) this.#reports.failed(chain, code, "open");
    } else {
      this.#register.miss(generation, this.#setup.clock.now());
      if (code !== null) this.#reports.trouble(generation.path, code, "open");
    }
    return generation;
  }

  #begin(chain: Chain, path: string, current: boolean): void {
    const opened = this.#register.openNew(path);
    if (opened === null) return;
    this.#register.begin(chain, path, opened.fd, opened.look, 0, current);
    if (!current) this.#reports.rotated(chain, "rename");
  }

  /** Rotated files behind `youngest`; behind the last commit when that one is not among them. */
  #younger(
    path: string,
    siblings: readonly Sibling[],
    youngest: Generation | null,
    bornNs: bigint,
  ): Sibling[] {
    const at = siblings.findIndex((one) => youngest !== null && this.#register.known(one.look) === youngest);
    const scheme = siblings[at]?.rotated.order[0] ?? null;
    const sinceMs = this.#setup.lastCommitMs ?? Number.POSITIVE_INFINITY;
    return siblings.filter((one, i) => {
      if (this.#register.known(one.look) !== null) return false;
      if (UNREADABLE.test(one.path)) return false;
      if (isStranger(one, bornNs, path)) return false;
      // Where nothing was read of the youngest, it may have begun anew: what it held before bears an older name.
      if (youngest?.offset === 0 && isNews(one.look, sinceMs)) return true;
      if (one.rotated.order[0] === scheme) return i > at;
      // rename keeps the time of change of the content, and gzip copies it.
      const changedMs = Number(one.look.mtimeNs / 1_000_000n);
      if (changedMs > sinceMs) return true;
      // Born, written and rotated between the last look and the last commit, which may be a poll later.
      return changedMs > sinceMs - UNSEEN_MS && one.look.birthtimeNs > bornNs;
    });
  }

  #missed(saved: SavedGeneration, places: readonly string[]): void {
    this.#register.miss(revive(saved), this.#setup.clock.now());
    // Rotated, read to its end and removed: only a writer that never let go could have added to it.
    if (!saved.current && saved.offset >= saved.size) return;
    const unreadable = this.#neighbourhood
      .rotatedOf(...places)
      .find((one) => UNREADABLE.test(one.path) && one.look.mtimeNs >= saved.mtimeNs);
    if (unreadable !== undefined) {
      const detail = `read to byte ${saved.offset} before it was compressed in a way that cannot be read`;
      return this.#reports.gap(unreadable.path, "unsupported_compression", detail);
    }
    const detail = `read to byte ${saved.offset} of at least ${saved.size}; the file is nowhere to be found`;
    this.#reports.gap(saved.path, "generation_missed", detail);
    this.#reports.lost(saved.path, saved.size - saved.offset, "generation_missed");
  }
}
