// What follows one generation with the next: a rename, a swapped link, a truncation with or without a copy, a file
// written anew. The old one keeps its place in the order and is drained; the path begins again at 0.

import { closeSync } from "node:fs";
import type { Clock } from "../../host/clock.ts";
import { RESTLESS_MS } from "./chain.ts";
import type { Chain } from "./chain.ts";
import { isCopyOf } from "./copies.ts";
import { openFile, readAt } from "./generation.ts";
import type { Generation } from "./generation.ts";
import { HEAD_BYTES, inodeKey, printMatches } from "./identity.ts";
import type { FileId } from "./identity.ts";
import { firstKin } from "./kin.ts";
import type { Kin } from "./kin.ts";
import { isLink, lookAt, lookThrough } from "./look.ts";
import type { FileLook } from "./look.ts";
import { currentName } from "./path-name.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";
import { isNews, isStranger, withoutTwins } from "./siblings.ts";
import type { Neighbourhood, Sibling } from "./siblings.ts";

/** What the kernel's clock for change times may lag behind the wall clock, and a look behind its note, milliseconds. */
const LOOK_SLACK_MS = 50;

export class Succession {
  readonly #clock: Clock;
  readonly #neighbourhood: Neighbourhood;
  readonly #register: Register;
  readonly #reports: Reports;

  constructor(clock: Clock, neighbourhood: Neighbourhood, register: Register, reports: Reports) {
    this.#clock = clock;
    this.#neighbourhood = neighbourhood;
    this.#register = register;
    this.#reports = reports;
  }

  /** Its path is another's, or nobody's: what it still holds is drained. */
  retire(generation: Generation): void {
    const chain = this.#register.chainOf(generation);
    if (chain !== null) chain.restlessUntilMs = this.#clock.monotonic() + RESTLESS_MS;
    if (chain?.current === generation) chain.current = null;
    generation.current = false;
    generation.unread = true;
    generation.activeMs = this.#clock.monotonic();
    if (generation.fd === null) return this.#findAgain(generation);
    generation.path = currentName(generation.fd) ?? generation.path;
    this.#register.note(generation);
  }

  /** The bytes up to the position are gone: the same inode begins anew, the unread rest is looked for in a copy. */
  startOver(chain: Chain, old: Generation, look: FileLook, how: "truncated" | "rewritten"): void {
    const { fd, size, offset, current, id, path } = old;
    if (fd === null) return;
    const siblings = this.#rotated(chain);
    const copy = this.#copyOf(old, siblings, (chain.lookedMs ?? Number.POSITIVE_INFINITY) - LOOK_SLACK_MS);
    if (copy !== null) {
      old.attach(copy.fd, copy.look);
      old.path = copy.path;
      this.#register.moveInode(old, id);
      this.retire(old);
      this.#reports.copyTruncated(chain);
      this.beginBetween(chain, look);
    } else {
      old.fd = null;
      // logrotate may have compressed the copy by now; finding out takes longer than this turn.
      const packed = siblings.filter(
        (one) => one.rotated.compressed && this.#register.known(one.look) === null,
      );
      if (packed.length > 0) old.inflateFrom = packed.map((one) => one.path).toReversed();
      else {
        this.#reports.rotated(chain, how === "truncated" ? "truncate" : "rewrite");
        if (how === "rewritten") this.#reports.rewritten(chain.path, offset);
        else this.#reports.lost(chain.path, size - offset, how);
        this.#register.finish(old, this.#clock.now(), true);
      }
      old.current = false;
    }
    const live = chain.current === old ? null : chain.current;
    const fresh = this.#register.begin(chain, current ? chain.path : path, fd, look, 0);
    if (!current) {
      fresh.current = false;
      chain.current = live;
    }
  }

  /** Another inode stands under the path. Gives the errno name when it cannot be opened. */
  replace(chain: Chain, old: Generation, look: FileLook): string | null {
    if (this.takeBack(chain, look)) return null;
    const opened = openFile(chain.path);
    if (opened.kind === "failed") return opened.code;
    if (this.#register.known(opened.look) !== null) {
      // Rotated once more since the look: the next one tells.
      closeSync(opened.fd);
      return null;
    }
    if (this.#isRewrite(old, opened.fd, opened.look)) {
      const { offset, id } = old;
      old.close();
      old.attach(opened.fd, opened.look);
      old.seek(offset);
      old.path = chain.path;
      old.current = true;
      chain.current = old;
      this.#register.moveInode(old, id);
      this.#reports.rotated(chain, "rewrite");
      return null;
    }
    const deleted = nlinkOf(old) === 0;
    this.#reports.rotated(chain, isLink(chain.path) ? "symlink" : deleted ? "delete" : "rename");
    this.beginBetween(chain, opened.look, true);
    this.#register.begin(chain, chain.path, opened.fd, opened.look, 0);
    return null;
  }

  /** Goes on with a file that is known, when it lies under this path now; true when there is nothing to begin. */
  takeBack(chain: Chain, look: FileLook): boolean {
    const known = this.#register.known(look);
    if (known === null) return false;
    const owner = this.#register.chainOf(known);
    // Another name of a file that is read under its own: a hard link, or a glob that also matches rotated names.
    if (owner !== null && owner !== chain && !this.#hasLeft(owner, known)) return true;
    if (owner === null && known.isSpent(look)) return true;
    known.current = true;
    known.path = chain.path;
    known.unread = true;
    this.#register.enlist(chain, known);
    if (known.fd === null) this.#openAgain(known, chain.path);
    if (owner !== null) this.#reports.rotated(chain, "reattach");
    return true;
  }

  /** True when the owner's path holds another file and the generation lies under none of its rotated names. */
  #hasLeft(owner: Chain, generation: Generation): boolean {
    const look = lookAt(owner.path);
    if (look.kind !== "file" || this.#register.known(look) === generation) return false;
    return !this.#rotated(owner).some((one) => this.#register.known(one.look) === generation);
  }

  /**
   * Begins files that were rotated away between two looks, so that their path was never seen with them: those behind
   * the oldest that is still held in the order of rotation, or where none is left, those written since the last look.
   * @param live the file that lies under the path now, when it is not known yet.
   * @param renamed another file lies under the path than before: its names are moved, not its content.
   */
  beginBetween(chain: Chain, live: FileId | null = null, renamed = false): void {
    const siblings = withoutTwins(this.#rotated(chain));
    const at = siblings.findIndex(({ look }) => {
      const known = this.#register.known(look);
      return known !== null && known !== chain.current && chain.generations.includes(known);
    });
    const scheme = siblings[at]?.rotated.order[0] ?? null;
    const bornNs = siblings[at]?.look.birthtimeNs ?? 0n;
    const sinceMs = (chain.lookedMs ?? Number.POSITIVE_INFINITY) - LOOK_SLACK_MS;
    for (const [i, sibling] of siblings.entries()) {
      const { path, rotated, look } = sibling;
      const behind = rotated.order[0] === scheme && i > at;
      // News come even before the oldest that is held: that one may have been truncated
      // before anything was read of it, and bears its later name with later lines.
      if (!behind && !isNews(look, sinceMs)) continue;
      if (isStranger(sibling, bornNs, chain.path)) continue;
      if (this.#register.known(look) !== null) continue;
      // The copy that copytruncate made is no generation of its own: the one it was made of takes it over.
      // One that is empty may be a copy in the making; where names move it is a log that nobody has written to yet.
      if (!(renamed && look.size === 0) && chain.generations.some((one) => isCopyOf(path, one))) continue;
      const opened = this.#register.openNew(path);
      if (opened === null) continue;
      // Asked of what was opened: the live file may have got this name since the directory was listed.
      if (live !== null && inodeKey(opened.look) === inodeKey(live)) {
        closeSync(opened.fd);
        continue;
      }
      this.retire(this.#register.begin(chain, path, opened.fd, opened.look, 0));
      this.#reports.rotated(chain, "rename");
    }
  }

  /**
   * The copy that was made of a file before it was truncated. What was read of a file proves its copy. Where that is too
   * little, its name must say so and its time: then it is the oldest one written since `sinceMs`, wall milliseconds.
   */
  #copyOf(old: Generation, siblings: readonly Sibling[], sinceMs: number): Kin | null {
    old.growHead();
    const identity = old.identity();
    const fresh = siblings.filter(
      ({ rotated, look }) =>
        !rotated.compressed && look.size >= old.offset && this.#register.known(look) === null,
    );
    const pathsOf = (siblings: readonly Sibling[]): string[] => siblings.map(({ path }) => path);
    const unknown = ({ look }: Kin): boolean => this.#register.known(look) === null;
    return (
      firstKin(
        pathsOf(fresh.toReversed()),
        identity,
        old.offset,
        (kin) => kin.kinship === "copy" && unknown(kin),
      ) ??
      firstKin(
        pathsOf(fresh.filter(({ look }) => isNews(look, sinceMs))),
        identity,
        old.offset,
        (kin) => kin.agrees && unknown(kin),
      )
    );
  }

  /** Editors and `sed -i` write the same text into a new file: known by its whole head and the bytes we read last. */
  #isRewrite(old: Generation, fd: number, look: FileLook): boolean {
    old.growHead();
    const { head, anchor, offset } = old;
    return (
      nlinkOf(old) === 0 &&
      head.length === HEAD_BYTES &&
      look.size >= offset &&
      printMatches(head, readAt(fd, 0, HEAD_BYTES)) &&
      anchor.equals(readAt(fd, offset - anchor.length, anchor.length))
    );
  }

  /** A generation whose descriptor was given back lost its path: its inode is looked for beside it. */
  #findAgain(generation: Generation): void {
    const { stream, path, id } = generation;
    const openAgain = (at: string): true | null => (this.#openAgain(generation, at) ? true : null);
    if (this.#neighbourhood.find([stream, path], id.ino, openAgain) !== null) this.#register.note(generation);
    else {
      this.#reports.lost(generation.path, generation.size - generation.offset, "deleted");
      this.#register.finish(generation, this.#clock.now(), true);
    }
  }

  #openAgain(generation: Generation, path: string): boolean {
    const opened = openFile(path);
    if (opened.kind === "failed") return false;
    if (this.#register.known(opened.look) !== generation) {
      closeSync(opened.fd);
      return false;
    }
    generation.attach(opened.fd, opened.look);
    generation.seek(generation.offset);
    generation.path = path;
    return true;
  }

  #rotated(chain: Chain): Sibling[] {
    return this.#neighbourhood.rotatedOf(chain.path);
  }
}

/** Names that the inode of an open generation still has; null when its descriptor is closed. */
export function nlinkOf(generation: Generation): number | null {
  const look = generation.fd === null ? null : lookThrough(generation.fd);
  return look?.kind === "file" ? look.nlink : null;
}
