// All generations a source knows, by path and by inode, and what is to be committed about them. One inode is read once,
// however many names and globs lead to it; one that was read to its end is remembered for a day, so that a later rename
// does not make it new.

import { closeSync } from "node:fs";
import { Chain } from "./chain.ts";
import { Generation, openFile } from "./generation.ts";
import { inodeKey } from "./identity.ts";
import type { FileId } from "./identity.ts";
import { compressionOf } from "./inflate.ts";
import type { FileLook } from "./look.ts";
import { currentName } from "./path-name.ts";
import type { Ledger } from "./positions.ts";
import type { Reports } from "./reports.ts";

/** How long a generation that is over keeps its position, milliseconds: a rotation cycle of a day. */
const REMEMBERED_MS = 24 * 3_600_000;

export class Register {
  readonly chains = new Map<string, Chain>();
  readonly #byInode = new Map<string, Generation>();
  readonly #chainOf = new Map<Generation, Chain>();
  readonly #ledger: Ledger;
  readonly #reports: Reports;
  #nextSeq: number;

  /** @param firstSeq above every number that a saved generation has. */
  constructor(reports: Reports, ledger: Ledger, firstSeq: number) {
    this.#reports = reports;
    this.#ledger = ledger;
    this.#nextSeq = firstSeq;
  }

  /** The chain of a path, begun when there is none. */
  chain(path: string, literal: boolean): Chain {
    let chain = this.chains.get(path);
    if (chain === undefined) {
      chain = new Chain(path, literal);
      this.chains.set(path, chain);
    }
    return chain;
  }

  /** The generation that is or was read from this very file, whatever it is called now. */
  known(look: FileId): Generation | null {
    const generation = this.#byInode.get(inodeKey(look));
    return generation?.id.birthtimeNs === look.birthtimeNs ? generation : null;
  }

  chainOf(generation: Generation): Chain | null {
    return this.#chainOf.get(generation) ?? null;
  }

  /** Opens a file that is not known; null when it is, or cannot be opened: a name may have moved on since it was seen. */
  openNew(path: string): { readonly fd: number; readonly look: FileLook } | null {
    const opened = openFile(path);
    if (opened.kind === "failed") return null;
    if (this.known(opened.look) === null) return opened;
    closeSync(opened.fd);
    return null;
  }

  /**
   * A new generation at the young end of `chain`, reading at `offset`.
   * @param current false for one that lies under the chain's path no more.
   */
  begin(chain: Chain, path: string, fd: number, look: FileLook, offset: number, current = true): Generation {
    const generation = new Generation(this.#nextSeq++, chain.path, path, look);
    generation.current = current;
    generation.attach(fd, look);
    const real = currentName(fd);
    if (real !== path) generation.real = real;
    if (offset > 0) {
      generation.seek(offset);
      generation.growHead();
    } else if (compressionOf(fd) !== null) {
      generation.close();
      generation.inflateFrom = [path];
    }
    this.enlist(chain, generation);
    this.#reports.opened(path, offset);
    return generation;
  }

  /** Puts a generation into a chain, taking it out of the one it stood in. */
  enlist(chain: Chain, generation: Generation): void {
    this.#chainOf.get(generation)?.remove(generation);
    generation.stream = chain.path;
    generation.finishedMs = null;
    chain.add(generation);
    if (generation.current) chain.current = generation;
    this.#chainOf.set(generation, chain);
    this.#byInode.set(inodeKey(generation.id), generation);
    this.#ledger.note(generation);
  }

  /** Remembers a generation that is over, or that a saved position tells of. */
  remember(generation: Generation): void {
    this.#byInode.set(inodeKey(generation.id), generation);
  }

  /** Its place has changed: that is to be committed although nothing was read of it. */
  note(generation: Generation): void {
    this.#ledger.note(generation);
  }

  /** A saved generation lies nowhere: said once, and known again for as long as its file may turn up. */
  miss(generation: Generation, nowMs: number): void {
    generation.current = false;
    generation.finishedMs = nowMs;
    this.remember(generation);
    this.#ledger.note(generation);
  }

  /** The bytes of a saved generation are gone: its position says nothing any more. */
  drop(seq: number): void {
    this.#ledger.drop(seq);
  }

  /** The generation took over another descriptor, and with it another inode. */
  moveInode(generation: Generation, before: FileId): void {
    if (this.#byInode.get(inodeKey(before)) === generation) this.#byInode.delete(inodeKey(before));
    this.#byInode.set(inodeKey(generation.id), generation);
    this.#ledger.note(generation);
  }

  /** Closes a generation for good; its position is kept for as long as the file may turn up again. */
  finish(generation: Generation, nowMs: number, forget: boolean): void {
    this.#chainOf.get(generation)?.remove(generation);
    this.#chainOf.delete(generation);
    generation.growHead();
    generation.close();
    generation.current = false;
    generation.finishedMs = nowMs;
    this.#reports.closed(generation.path);
    if (forget) this.#forget(generation);
    else this.#ledger.note(generation);
  }

  /** Generations that are over and not forgotten. */
  finished(): Generation[] {
    return [...this.#byInode.values()].filter(({ finishedMs }) => finishedMs !== null);
  }

  /** Forgets what has been over for longer than a day. */
  prune(nowMs: number): void {
    for (const generation of this.#byInode.values()) {
      const { finishedMs } = generation;
      if (finishedMs !== null && nowMs - finishedMs > REMEMBERED_MS) this.#forget(generation);
    }
  }

  #forget(generation: Generation): void {
    const key = inodeKey(generation.id);
    if (this.#byInode.get(key) === generation) this.#byInode.delete(key);
    this.#ledger.drop(generation.seq);
  }
}
