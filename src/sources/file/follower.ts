// Looks at the files of a source and obeys the verdicts: what has grown is queued for reading, what was rotated is
// drained under its new name while the path begins a new generation, what cannot be told is left as it is.

import type { SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import type { FileOptions } from "./file-options.ts";
import { openFile, readAt } from "./generation.ts";
import type { Generation } from "./generation.ts";
import { HEAD_BYTES, printMatches } from "./identity.ts";
import { lastLineEnd } from "./line-ends.ts";
import type { LineReader } from "./line-reader.ts";
import { isLink, lookAt, lookThrough } from "./look.ts";
import type { FileLook, Look } from "./look.ts";
import { currentName, shownPath } from "./path-name.ts";
import type { Register } from "./register.ts";
import { judge } from "./rotation.ts";
import type { AnchorEvidence } from "./rotation.ts";
import { compareFile, siblingsOf } from "./siblings.ts";

export class Follower {
  readonly #setup: SourceSetup;
  readonly #options: FileOptions;
  readonly #register: Register;
  readonly #reader: LineReader;
  /** Chains that have something to read. */
  readonly ready = new Set<Chain>();

  constructor(setup: SourceSetup, options: FileOptions, register: Register, reader: LineReader) {
    this.#setup = setup;
    this.#options = options;
    this.#register = register;
    this.#reader = reader;
  }

  /** Looks at the file under a chain's path, and at those that were rotated away from it. */
  look(chain: Chain): void {
    this.#lookAtOld(chain);
    const look = lookAt(chain.path);
    const { current } = chain;
    if (current === null) this.#appear(chain, look);
    else this.#judge(chain, current, look, "unasked");
    if (chain.next !== null) this.ready.add(chain);
  }

  /** The reader found other bytes before the position than those it had read. */
  distrust(chain: Chain, generation: Generation): void {
    const { fd } = generation;
    const look: Look = fd === null ? { kind: "missing" } : lookThrough(fd);
    if (look.kind === "file") this.#judge(chain, generation, look, this.#anchorOf(generation));
  }

  /** Ends a generation for good: what stands behind its last newline is handed on. */
  finish(generation: Generation): void {
    this.#reader.finish(generation);
    const deleted = generation.fd !== null && nlinkOf(generation) === 0;
    this.#register.finish(generation, this.#setup.clock.now(), deleted);
  }

  #judge(chain: Chain, generation: Generation, look: Look, anchor: AnchorEvidence): void {
    const { id, offset, size, mtimeNs, fd } = generation;
    // The names that are left only matter for a path without a file: everywhere else a system call is saved.
    const nlink = look.kind === "missing" ? nlinkOf(generation) : fd === null ? null : 1;
    const held = { ...id, offset, size, mtimeNs, nlink };
    const verdict = judge(held, look, anchor);
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
        this.#retire(generation);
        if (look.kind === "file") this.#replace(chain, generation, look);
        return;
      case "moved":
      case "deleted":
        this.#retire(generation);
        if (verdict === "deleted") this.#rotated(chain, "delete");
        return this.#missing(chain);
      case "irregular":
        this.#retire(generation);
        return this.#failed(chain, look.kind === "irregular" ? look.code : "EIO", "follow");
      case "unobservable":
        return this.#failed(chain, look.kind === "unobservable" ? look.code : "EIO", "look at");
    }
  }

  #grow(chain: Chain, generation: Generation, look: FileLook): void {
    chain.trouble = null;
    // A line that has not ended may have been filled in or written anew: it is read again from its start.
    if (look.size <= generation.size) generation.scanned = 0;
    generation.see(look);
    if (generation.fd === null && !this.#reopen(chain, generation)) return;
    generation.unread = true;
  }

  /** A closed generation has grown. Gives false when its bytes cannot be reached now. */
  #reopen(chain: Chain, generation: Generation): boolean {
    const opened = openFile(generation.path);
    if (opened.kind === "failed") {
      this.#failed(chain, opened.code, "open");
      return false;
    }
    const { offset } = generation;
    const identity = generation.identity();
    generation.attach(opened.fd, opened.look);
    generation.seek(offset);
    if (printMatches(identity.anchor, generation.anchor)) return true;
    this.#startOver(chain, generation, opened.look, "rewritten");
    return false;
  }

  /** The bytes up to the position are gone: the path begins anew, and the unread rest is looked for in a copy. */
  #startOver(chain: Chain, generation: Generation, look: FileLook, how: "truncated" | "rewritten"): void {
    const { fd, size, offset, current } = generation;
    if (fd === null) return;
    const copy = this.#copyOf(chain, generation);
    const lost = Math.max(0, size - offset);
    const before = generation.id;
    if (copy === null) {
      this.#rotated(chain, how === "truncated" ? "truncate" : "rewrite");
      if (lost > 0) this.#lost(chain, lost, how);
      generation.fd = null;
      this.#register.finish(generation, this.#setup.clock.now(), true);
    } else {
      generation.attach(copy.fd, copy.look);
      generation.path = copy.path;
      this.#retire(generation);
      this.#rotated(chain, "copytruncate");
      const { name, facts } = this.#setup;
      facts.gap(
        name,
        shownPath(chain.path),
        "copytruncate_window",
        "what was written between the last copy and the truncation is in no file",
      );
    }
    const live = chain.current;
    const fresh = this.#register.begin(chain, chain.path, fd, look, 0);
    if (!current) {
      fresh.current = false;
      chain.current = live;
    }
    if (copy !== null) this.#register.moveInode(generation, before);
  }

  #copyOf(chain: Chain, generation: Generation): { path: string; fd: number; look: FileLook } | null {
    generation.growHead();
    const identity = generation.identity();
    for (const sibling of siblingsOf(chain.path, this.#options.rotated).toReversed()) {
      if (sibling.rotated === null || sibling.rotated.compressed) continue;
      if (sibling.look.size < generation.offset || this.#register.known(sibling.look) !== null) continue;
      if (compareFile(sibling.path, identity, generation.offset) !== "copy") continue;
      const opened = openFile(sibling.path);
      if (opened.kind === "opened") return { path: sibling.path, fd: opened.fd, look: opened.look };
    }
    return null;
  }

  /** Another inode stands under the path. */
  #replace(chain: Chain, old: Generation, look: FileLook): void {
    if (this.#takeBack(chain, look)) return;
    const opened = openFile(chain.path);
    if (opened.kind === "failed") return this.#failed(chain, opened.code, "open");
    chain.trouble = null;
    if (this.#isRewrite(old, opened.fd, opened.look)) {
      const { offset, id } = old;
      old.close();
      old.attach(opened.fd, opened.look);
      old.seek(offset);
      old.path = chain.path;
      old.current = true;
      chain.current = old;
      this.#register.moveInode(old, id);
      return this.#rotated(chain, "rewrite");
    }
    this.#rotated(chain, isLink(chain.path) ? "symlink" : nlinkOf(old) === 0 ? "delete" : "rename");
    this.#beginBetween(chain, old);
    this.#register.begin(chain, chain.path, opened.fd, opened.look, 0);
  }

  /** Files that were rotated away between two looks, so that their path was never seen with them. */
  #beginBetween(chain: Chain, old: Generation): void {
    const siblings = siblingsOf(chain.path, this.#options.rotated).filter((one) => one.rotated !== null);
    const at = siblings.findIndex((one) => this.#register.known(one.look) === old);
    for (const sibling of at < 0 ? [] : siblings.slice(at + 1)) {
      if (sibling.rotated?.compressed !== false || this.#register.known(sibling.look) !== null) continue;
      const opened = openFile(sibling.path);
      if (opened.kind === "failed") continue;
      this.#retire(this.#register.begin(chain, sibling.path, opened.fd, opened.look, 0));
      this.#rotated(chain, "rename");
    }
  }

  /** Editors and `sed -i` write the same text into a new file: known by its whole head and the bytes we read last. */
  #isRewrite(old: Generation, fd: number, look: FileLook): boolean {
    old.growHead();
    const { head, anchor } = old;
    return (
      nlinkOf(old) === 0 &&
      head.length === HEAD_BYTES &&
      look.size >= old.offset &&
      printMatches(head, readAt(fd, 0, HEAD_BYTES)) &&
      anchor.equals(readAt(fd, old.offset - anchor.length, anchor.length))
    );
  }

  /** Nothing was read under the path so far, or what was read is gone. */
  #appear(chain: Chain, look: Look): void {
    switch (look.kind) {
      case "missing":
        return this.#missing(chain);
      case "irregular":
        return this.#failed(chain, look.code, "follow");
      case "unobservable":
        return this.#failed(chain, look.code, "look at");
      case "file":
        break;
    }
    if (this.#takeBack(chain, look)) return;
    const opened = openFile(chain.path);
    if (opened.kind === "failed") return this.#failed(chain, opened.code, "open");
    chain.trouble = null;
    const offset = chain.beginAt === null ? 0 : lineStart(opened.fd, Math.min(chain.beginAt, look.size));
    const generation = this.#register.begin(chain, chain.path, opened.fd, opened.look, offset);
    generation.replayUntil = chain.historyTo;
    chain.beginAt = null;
    chain.historyTo = 0;
  }

  /** Goes on with a file that is known, when it lies under this path now; true when there is nothing to begin. */
  #takeBack(chain: Chain, look: FileLook): boolean {
    const known = this.#register.known(look);
    if (known === null) return false;
    const owner = this.#register.chainOf(known);
    chain.trouble = null;
    // Another name of a file that is read under its own: a hard link, or a glob that also matches rotated names.
    if (owner !== null && owner !== chain && !this.#hasLeft(owner, known)) return true;
    if (owner === null && look.size <= known.offset) return true;
    const reattached = owner !== null;
    known.current = true;
    known.path = chain.path;
    known.unread = true;
    known.see(look);
    this.#register.enlist(chain, known);
    if (known.fd === null) this.#reopen(chain, known);
    if (reattached) this.#rotated(chain, "reattach");
    return true;
  }

  #hasLeft(owner: Chain, generation: Generation): boolean {
    const look = lookAt(owner.path);
    return (
      look.kind === "file" &&
      this.#register.known(look) !== generation &&
      !this.#isRotatedOf(owner, generation)
    );
  }

  #isRotatedOf(owner: Chain, generation: Generation): boolean {
    return siblingsOf(owner.path, this.#options.rotated).some(
      (one) => one.rotated !== null && this.#register.known(one.look) === generation,
    );
  }

  /** Rotated generations: late writers give more, quiet ones are closed. */
  #lookAtOld(chain: Chain): void {
    const nowMs = this.#setup.clock.monotonic();
    for (const generation of chain.generations.slice()) {
      if (generation.current || generation.fd === null) continue;
      const look = lookThrough(generation.fd);
      if (look.kind !== "file") continue;
      if (look.size !== generation.size || look.mtimeNs !== generation.mtimeNs) {
        generation.see(look);
        generation.unread = true;
      } else if (!generation.unread && nowMs - generation.activeMs >= this.#options.rotateQuietMs) {
        this.finish(generation);
      }
    }
  }

  #retire(generation: Generation): void {
    const chain = this.#register.chainOf(generation);
    if (chain?.current === generation) chain.current = null;
    generation.current = false;
    generation.unread = true;
    generation.activeMs = this.#setup.clock.monotonic();
    if (generation.fd !== null) generation.path = currentName(generation.fd) ?? generation.path;
  }

  #anchorOf(generation: Generation): AnchorEvidence {
    const { fd, anchor, offset } = generation;
    if (fd === null) return "same";
    return anchor.equals(readAt(fd, offset - anchor.length, anchor.length)) ? "same" : "differs";
  }

  #missing(chain: Chain): void {
    if (chain.trouble === "ENOENT") return;
    chain.trouble = "ENOENT";
    const { name, facts } = this.#setup;
    if (chain.literal && chain.generations.length === 0) facts.fileMissing(name, shownPath(chain.path));
  }

  #failed(chain: Chain, code: string, action: string): void {
    if (chain.trouble === code) return;
    chain.trouble = code;
    this.#setup.facts.fileFailed(this.#setup.name, shownPath(chain.path), code, action);
  }

  #rotated(chain: Chain, kind: Parameters<SourceSetup["facts"]["fileRotated"]>[2]): void {
    this.#setup.facts.fileRotated(this.#setup.name, shownPath(chain.path), kind);
  }

  #lost(chain: Chain, bytes: number, reason: string): void {
    this.#setup.facts.bytesLost(this.#setup.name, shownPath(chain.path), bytes, reason);
  }
}

/** Names that the inode of an open generation still has; null when it is closed. */
function nlinkOf(generation: Generation): number | null {
  const look = generation.fd === null ? null : lookThrough(generation.fd);
  return look?.kind === "file" ? look.nlink : null;
}

/** Bytes that are searched backwards for a newline at a time. */
const BACK_BYTES = 2 ** 16;

/** Where the line begins that is unfinished at `end`, so that the first line handed on is whole. */
function lineStart(fd: number, end: number): number {
  for (let to = end; to > 0; to -= BACK_BYTES) {
    const from = Math.max(0, to - BACK_BYTES);
    const bytes = readAt(fd, from, to - from);
    const found = lastLineEnd(bytes, 0, bytes.length, "utf8");
    if (found > 0) return from + found;
  }
  return 0;
}
