// Looks at the files of a source and obeys the verdicts: what has grown is queued for reading, what was rotated is
// handed to its succession, what cannot be told is left as it is.

import { closeSync } from "node:fs";
import type { SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import type { FileOptions } from "./file-options.ts";
import { encodingOf, openFile, readAt } from "./generation.ts";
import type { Generation } from "./generation.ts";
import { printMatches } from "./identity.ts";
import { lineStart } from "./line-ends.ts";
import type { LineReader } from "./line-reader.ts";
import { lookAt, lookThrough } from "./look.ts";
import type { FileLook, Look } from "./look.ts";
import { overBudget, pinnedAmong } from "./pinned.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";
import { judge } from "./rotation.ts";
import type { AnchorEvidence } from "./rotation.ts";
import type { Neighbourhood } from "./siblings.ts";
import { Succession, nlinkOf } from "./succession.ts";

export class Follower {
  /** Chains that have something to read. */
  readonly ready = new Set<Chain>();
  readonly #setup: SourceSetup;
  readonly #options: FileOptions;
  readonly #register: Register;
  readonly #reports: Reports;
  readonly #reader: LineReader;
  readonly #succession: Succession;

  constructor(
    setup: SourceSetup,
    options: FileOptions,
    neighbourhood: Neighbourhood,
    register: Register,
    reports: Reports,
    reader: LineReader,
  ) {
    this.#setup = setup;
    this.#options = options;
    this.#register = register;
    this.#reports = reports;
    this.#reader = reader;
    this.#succession = new Succession(setup.clock, neighbourhood, register, reports);
  }

  /** Looks at the file under a chain's path, and at those that were rotated away from it. */
  look(chain: Chain): void {
    this.#lookAtOld(chain);
    const look = lookAt(chain.path);
    const { current } = chain;
    if (current === null) this.#appear(chain, look);
    else this.#judge(chain, current, look, "unasked");
    if (chain.restlessUntilMs > 0) {
      const nowMs = this.#setup.clock.monotonic();
      this.#succession.beginBetween(chain);
      // Ended by a look, not by the time: looks may be far apart.
      if (nowMs >= chain.restlessUntilMs) chain.restlessUntilMs = 0;
    }
    chain.lookedMs = this.#setup.clock.now();
    if (chain.next !== null) this.ready.add(chain);
  }

  /** The reader found other bytes before the position than those it had read. */
  distrust(chain: Chain, generation: Generation): void {
    const { fd } = generation;
    const at = generation === chain.current ? lookAt(chain.path) : null;
    // Renamed, too: what lies under its path comes first, so that copies of that are known as such.
    if (at !== null && at.kind !== "unobservable" && !this.#isAt(generation, at)) return this.look(chain);
    const look: Look = fd === null ? { kind: "missing" } : lookThrough(fd);
    if (look.kind === "file") this.#judge(chain, generation, look, this.#anchorOf(generation));
  }

  /** Ends a generation for good: what stands behind its last newline is handed on. */
  finish(generation: Generation): void {
    this.#reader.finish(generation);
    this.#register.finish(generation, this.#setup.clock.now(), nlinkOf(generation) === 0);
  }

  /** Lets go of deleted files that hold more of the disk than they may; what of them is unread is lost, and said. */
  letGo(): void {
    const { maxPinnedBytes } = this.#options;
    const all = [...this.#register.chains.values()].flatMap(({ generations }) => generations);
    for (const generation of overBudget(pinnedAmong(all), maxPinnedBytes)) {
      if (generation.atEnd) {
        this.finish(generation);
        continue;
      }
      const { path, size, offset } = generation;
      const detail = `deleted files held more than max_pinned_bytes (${maxPinnedBytes} bytes) of the disk: let go at byte ${offset} of ${size}`;
      this.#reports.gap(path, "pinned_budget", detail);
      this.#reports.lost(path, size - offset, "pinned_budget");
      this.#register.finish(generation, this.#setup.clock.now(), true);
    }
  }

  #judge(chain: Chain, generation: Generation, look: Look, anchor: AnchorEvidence): void {
    const { id, offset, size, mtimeNs, fresh, fd } = generation;
    // The names that are left only matter for a path without a file: everywhere else a system call is saved.
    const nlink = look.kind === "missing" ? nlinkOf(generation) : fd === null ? null : 1;
    const verdict = judge({ ...id, offset, size, mtimeNs, fresh, nlink }, look, anchor);
    switch (verdict) {
      case "verify":
        return this.#judge(chain, generation, look, this.#anchorOf(generation));
      case "unchanged":
        chain.trouble = null;
        return;
      case "grown":
        if (look.kind === "file") this.#grow(chain, generation, look);
        return;
      case "truncated":
      case "rewritten":
        if (look.kind === "file") this.#startOver(chain, generation, look, verdict);
        return;
      case "replaced":
        if (look.kind === "file") this.#replace(chain, generation, look);
        return;
      case "moved":
      case "deleted":
        this.#succession.retire(generation);
        if (verdict === "deleted") this.#reports.rotated(chain, "delete");
        this.#succession.beginBetween(chain);
        return this.#reports.missing(chain);
      case "irregular":
        this.#succession.retire(generation);
        return this.#reports.failed(chain, look.kind === "irregular" ? look.code : "EIO", "follow");
      case "unobservable":
        return this.#reports.failed(chain, look.kind === "unobservable" ? look.code : "EIO", "look at");
    }
  }

  #grow(chain: Chain, generation: Generation, look: FileLook): void {
    chain.trouble = null;
    // A line that has not ended may have been filled in or written anew: it is read again from its start.
    if (look.size <= generation.size) generation.scanned = 0;
    // Where nothing was read nothing can differ: only what lies beside it tells that the file began anew since.
    if (generation.offset === 0) this.#succession.beginBetween(chain);
    // Noted only once it can be read: what could not be opened must look grown at the next look too.
    if (generation.fd === null && !this.#reopen(chain, generation)) return;
    generation.see(look);
    generation.unread = true;
  }

  /** A file whose descriptor was given back has changed. Gives false when it has nothing to read at its position. */
  #reopen(chain: Chain, generation: Generation): boolean {
    const opened = openFile(chain.path);
    if (opened.kind === "failed") {
      this.#reports.failed(chain, opened.code, "open");
      return false;
    }
    const { anchor } = generation.identity();
    generation.attach(opened.fd, opened.look);
    generation.seek(generation.offset);
    const before = generation.anchor;
    if (printMatches(anchor, before.subarray(before.length - anchor.length))) return true;
    this.#startOver(chain, generation, opened.look, "rewritten");
    return false;
  }

  #startOver(chain: Chain, generation: Generation, look: FileLook, how: "truncated" | "rewritten"): void {
    if (generation.fd === null) {
      const opened = openFile(chain.path);
      if (opened.kind === "failed") return this.#reports.failed(chain, opened.code, "open");
      generation.fd = opened.fd;
    }
    this.#succession.startOver(chain, generation, look, how);
  }

  #replace(chain: Chain, generation: Generation, look: FileLook): void {
    this.#succession.retire(generation);
    const code = this.#succession.replace(chain, generation, look);
    if (code === null) chain.trouble = null;
    else this.#reports.failed(chain, code, "open");
  }

  /** Nothing was read under the path so far, or what was read is gone. */
  #appear(chain: Chain, look: Look): void {
    if (look.kind === "missing") return this.#reports.missing(chain);
    if (look.kind === "irregular") return this.#reports.failed(chain, look.code, "follow");
    if (look.kind === "unobservable") return this.#reports.failed(chain, look.code, "look at");
    if (this.#succession.takeBack(chain, look)) {
      chain.trouble = null;
      // It may have begun anew while it was away.
      if (chain.current !== null) this.#judge(chain, chain.current, look, "unasked");
      return;
    }
    const opened = openFile(chain.path);
    if (opened.kind === "failed") return this.#reports.failed(chain, opened.code, "open");
    const { fd } = opened;
    // Rotated since the look: the next one tells.
    if (this.#register.known(opened.look) !== null) return closeSync(fd);
    chain.trouble = null;
    const copied =
      chain.lookedMs !== null && chain.beginAt === null
        ? this.#succession.beginBetween(chain, opened, true)
        : null;
    const end = Math.min(chain.beginAt ?? 0, opened.look.size);
    const offset = end === 0 ? 0 : lineStart(fd, end, encodingOf(readAt(fd, 0, 2)));
    const generation = this.#register.begin(chain, chain.path, fd, opened.look, offset);
    generation.replayUntil = chain.historyTo;
    generation.copy = copied;
    // Nothing to read yet: its descriptor may be given back at once.
    generation.unread = offset < opened.look.size;
    chain.beginAt = null;
    chain.historyTo = 0;
  }

  /** Rotated generations: late writers give more, quiet ones are closed. */
  #lookAtOld(chain: Chain): void {
    const nowMs = this.#setup.clock.monotonic();
    for (const generation of chain.generations.slice()) {
      if (generation.current || generation.fd === null) continue;
      const look = lookThrough(generation.fd);
      if (look.kind !== "file") continue;
      generation.unlinked = look.nlink === 0;
      if (look.size !== generation.size || look.mtimeNs !== generation.mtimeNs) {
        generation.see(look);
        generation.unread = true;
      } else if (!generation.unread && nowMs - generation.activeMs >= this.#options.rotateQuietMs) {
        this.finish(generation);
      }
    }
  }

  #isAt(generation: Generation, look: Look): boolean {
    return look.kind === "file" && this.#register.known(look) === generation;
  }

  /** Whether the first bytes and those before the position are still what was read. */
  #anchorOf(generation: Generation): AnchorEvidence {
    const { fd, anchor, head, offset } = generation;
    if (fd === null) return "same";
    const same =
      anchor.equals(readAt(fd, offset - anchor.length, anchor.length)) &&
      printMatches(head, readAt(fd, 0, head.length));
    return same ? "same" : "differs";
  }
}
