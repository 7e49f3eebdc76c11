// What follows one generation with the next: a rename, a swapped link, a truncation with or without a copy, a file
// written anew. The old one keeps its place in the order and is drained; the path begins again at 0.

import { closeSync } from "node:fs";
import type { Clock } from "../../host/clock.ts";
import { RESTLESS_MS } from "./chain.ts";
import type { Chain } from "./chain.ts";
import { openFile, readAt } from "./generation.ts";
import type { Generation } from "./generation.ts";
import { HEAD_BYTES, printMatches } from "./identity.ts";
import type { FileId } from "./identity.ts";
import { isLink, lookAt, lookThrough } from "./look.ts";
import type { FileLook } from "./look.ts";
import { currentName } from "./path-name.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";
import type { Neighbourhood, Sibling } from "./siblings.ts";
import { Unseen } from "./unseen.ts";
import type { Live } from "./unseen.ts";

export class Succession {
  readonly #clock: Clock;
  readonly #neighbourhood: Neighbourhood;
  readonly #register: Register;
  readonly #reports: Reports;
  readonly #unseen: Unseen;

  constructor(clock: Clock, neighbourhood: Neighbourhood, register: Register, reports: Reports) {
    this.#clock = clock;
    this.#neighbourhood = neighbourhood;
    this.#register = register;
    this.#reports = reports;
    this.#unseen = new Unseen(neighbourhood, register, reports, (generation) => this.retire(generation));
  }

  /** Begins what was rotated away between two looks; `live` and `renamed` as for `Unseen.begin`. */
  beginBetween(chain: Chain, live: Live | null = null, renamed = false): FileId | null {
    return this.#unseen.begin(chain, live, renamed);
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
    let copied: FileId | null = null;
    const copy = this.#unseen.copyOf(chain, old);
    if (copy !== null) {
      old.attach(copy.fd, copy.look);
      old.path = copy.path;
      this.#register.moveInode(old, id);
      this.retire(old);
      this.#reports.copyTruncated(chain);
      copied = this.#unseen.begin(chain, { fd, look }, false);
    } else {
      old.fd = null;
      // logrotate may have compressed the copy by now; finding out takes longer than this turn.
      const packed = this.#rotated(chain).filter(
        (one) => one.rotated.compressed && this.#register.known(one.look) === null,
      );
      if (packed.length > 0) {
        old.inflateFrom = packed.map((one) => one.path).toReversed();
        // It may have been read to the end of what was there: without this its turn would never come.
        old.unread = true;
      } else {
        this.#reports.rotated(chain, how === "truncated" ? "truncate" : "rewrite");
        if (how === "rewritten") this.#reports.rewritten(chain.path, offset);
        else this.#reports.lost(chain.path, size - offset, how);
        this.#register.finish(old, this.#clock.now(), true);
      }
      old.current = false;
    }
    const fresh = this.#register.begin(chain, current ? chain.path : path, fd, look, 0, current);
    fresh.copy = copied;
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
    const copied = this.#unseen.begin(chain, opened, true);
    this.#register.begin(chain, chain.path, opened.fd, opened.look, 0).copy = copied;
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
