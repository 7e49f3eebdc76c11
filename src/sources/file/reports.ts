// What a file source states about its files: each fact with the path as people may see it, and a trouble that lasts
// only once, not at every poll.

import type { GapCause, LossReason, RotationKind, SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import { shownPath } from "./path-name.ts";

export class Reports {
  readonly #setup: SourceSetup;

  constructor(setup: SourceSetup) {
    this.#setup = setup;
  }

  opened(path: string, offset: number): void {
    this.#setup.facts.fileOpened(this.#setup.name, shownPath(path), offset);
  }

  closed(path: string): void {
    this.#setup.facts.fileClosed(this.#setup.name, shownPath(path));
  }

  rotated(chain: Chain, kind: RotationKind): void {
    this.#setup.facts.fileRotated(this.#setup.name, shownPath(chain.path), kind);
  }

  /** A path that was written out is not there: said once until it has been there. */
  missing(chain: Chain): void {
    if (chain.trouble === "ENOENT") return;
    chain.trouble = "ENOENT";
    if (!chain.literal || chain.generations.length > 0) return;
    this.#setup.facts.fileMissing(this.#setup.name, shownPath(chain.path));
  }

  /** A path cannot be read: said once for each errno until it can. */
  failed(chain: Chain, code: string, action: string): void {
    if (chain.trouble === code) return;
    chain.trouble = code;
    this.trouble(chain.path, code, action);
  }

  trouble(path: string, code: string, action: string): void {
    this.#setup.facts.fileFailed(this.#setup.name, shownPath(path), code, action);
  }

  lost(path: string, bytes: number, reason: LossReason): void {
    if (bytes > 0) this.#setup.facts.bytesLost(this.#setup.name, shownPath(path), bytes, reason);
  }

  gap(path: string, cause: GapCause, detail: string): void {
    this.#setup.facts.gap(this.#setup.name, shownPath(path), cause, detail);
  }

  /** A file began anew before it was looked at again: how far it had grown by then, nobody knows. */
  rewritten(path: string, offset: number): void {
    this.gap(
      path,
      "rewritten",
      `what stood behind byte ${offset} was gone before it was read; no copy was found`,
    );
  }

  tooLong(path: string, bytes: number): void {
    this.#setup.facts.lineTooLong(this.#setup.name, shownPath(path), bytes);
  }

  /** copytruncate by its nature loses what is written between the last copy and the truncation: no file has it. */
  copyTruncated(chain: Chain): void {
    this.rotated(chain, "copytruncate");
    const detail = "what was written between the last copy and the truncation is in no file";
    this.gap(chain.path, "copytruncate_window", detail);
  }
}
