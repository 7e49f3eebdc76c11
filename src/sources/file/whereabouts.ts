// Where the file of a saved position is now, wherever rotation has put it.

import { closeSync } from "node:fs";
import { openFile } from "./generation.ts";
import { findInflated } from "./inflate.ts";
import { firstKin } from "./kin.ts";
import type { Kin } from "./kin.ts";
import { lookAt } from "./look.ts";
import type { FileLook } from "./look.ts";
import type { SavedGeneration } from "./positions.ts";
import type { Register } from "./register.ts";
import { withoutTwins } from "./siblings.ts";
import type { Neighbourhood } from "./siblings.ts";

/** Where the bytes of a saved position are now. */
export type Place =
  | { readonly kind: "plain"; readonly path: string; readonly fd: number; readonly look: FileLook }
  | { readonly kind: "compressed"; readonly path: string }
  /** Its own file, but the bytes up to the position are gone. */
  | { readonly kind: "truncated" }
  /** Its own file, but it cannot be opened now. */
  | { readonly kind: "closed"; readonly path: string; readonly code: string };

export class Whereabouts {
  readonly #neighbourhood: Neighbourhood;
  readonly #register: Register;

  constructor(neighbourhood: Neighbourhood, register: Register) {
    this.#neighbourhood = neighbourhood;
    this.#register = register;
  }

  /**
   * First by inode, then by what the bytes say, plain files before compressed ones.
   * @param path that is followed now. @param places the paths that its files were read under.
   * @returns null when it is nowhere.
   */
  async locate(path: string, saved: SavedGeneration, places: readonly string[]): Promise<Place | null> {
    const own =
      this.#own(path, saved) ??
      this.#own(saved.path, saved) ??
      this.#neighbourhood.find(places, saved.ino, (other) => this.#own(other, saved));
    if (own !== null) return own;
    const kin = firstKin([path], saved, saved.offset, this.#isCopy);
    return kin === null ? this.copyOf(saved, places) : { kind: "plain", ...kin };
  }

  /** The very file of a saved position, if it lies at `path`. */
  #own(path: string, saved: SavedGeneration): Place | null {
    const look = lookAt(path);
    if (look.kind !== "file" || look.ino !== saved.ino) return null;
    const isIt = (kin: Kin): boolean => kin.look.ino === saved.ino && kin.kinship !== "other";
    const kin = firstKin([path], saved, saved.offset, isIt);
    if (kin?.kinship === "truncated") {
      closeSync(kin.fd);
      return { kind: "truncated" };
    }
    if (kin !== null) return { kind: "plain", ...kin };
    if (look.birthtimeNs !== saved.birthtimeNs) return null;
    const opened = openFile(path);
    if (opened.kind === "failed" && opened.code !== "ENOENT") {
      return { kind: "closed", path, code: opened.code };
    }
    if (opened.kind === "opened") closeSync(opened.fd);
    return null;
  }

  /** True for a copy that is not read as something else. */
  readonly #isCopy = (kin: Kin): boolean => kin.kinship === "copy" && this.#register.known(kin.look) === null;

  /** Another file that holds what was read. */
  async copyOf(saved: SavedGeneration, places: readonly string[]): Promise<Place | null> {
    const siblings = withoutTwins(this.#neighbourhood.rotatedOf(...places));
    const fresh = siblings.filter((one) => this.#register.known(one.look) === null);
    const plain = fresh.filter(({ rotated, look }) => !rotated.compressed && look.size >= saved.offset);
    const kin = firstKin(
      plain.map((one) => one.path),
      saved,
      saved.offset,
      this.#isCopy,
    );
    if (kin !== null) return { kind: "plain", ...kin };
    const packed = fresh.filter((one) => one.rotated.compressed).map((one) => one.path);
    const path = await findInflated(packed.toReversed(), saved, saved.offset);
    return path === null ? null : { kind: "compressed", path };
  }
}
