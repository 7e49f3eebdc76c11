// What was given up for good, kept for a while so that a person can read what nobody was told.

import { DOCUMENT } from "../state/change.ts";
import type { DocumentRow } from "../state/change.ts";
import type { OutboxRow } from "./row.ts";

/** Why nobody will be told; the words of `OutboxFacts.failed`. */
export type GivenUp = "auth" | "payload" | "expired" | "dropped";

/** One message that was given up. */
export interface DeadLetter {
  readonly reason: GivenUp;
  readonly givenUpAtMs: number;
  readonly row: OutboxRow;
}

const KEEP_MS = 7 * 86_400_000;
/** At most 6.4 MB, with rows of 64 KiB. */
const MAX_LETTERS = 100;

/** The letters of the last seven days, at most 100. */
export class DeadLetters {
  /** Oldest first. */
  readonly #letters = new Map<string, DeadLetter>();

  /** @param kept the documents of kind `dead_letter`, oldest first. */
  constructor(kept: readonly { readonly id: string; readonly data: string }[]) {
    for (const { id, data } of kept) this.#letters.set(id, JSON.parse(data) as DeadLetter);
  }

  /** Keeps one more; the documents to commit, which also delete what is too old or too much. */
  add(row: OutboxRow, reason: GivenUp, nowMs: number): DocumentRow[] {
    const letter: DeadLetter = { reason, givenUpAtMs: nowMs, row };
    this.#letters.set(row.deliveryId, letter);
    const added = { kind: DOCUMENT.deadLetter, id: row.deliveryId, data: JSON.stringify(letter) };
    return [added, ...this.prune(nowMs)];
  }

  /** Forgets what is too old or too much; the documents to commit. */
  prune(nowMs: number): DocumentRow[] {
    const gone: DocumentRow[] = [];
    for (const [id, letter] of this.#letters) {
      if (nowMs - letter.givenUpAtMs < KEEP_MS && this.#letters.size <= MAX_LETTERS) break;
      this.#letters.delete(id);
      gone.push({ kind: DOCUMENT.deadLetter, id, data: null });
    }
    return gone;
  }

  /** Takes one out; null when there is none of this id. */
  take(id: string): { readonly letter: DeadLetter; readonly document: DocumentRow } | null {
    const letter = this.#letters.get(id);
    if (letter === undefined) return null;
    this.#letters.delete(id);
    return { letter, document: { kind: DOCUMENT.deadLetter, id, data: null } };
  }

  count(receiver: string): number {
    return [...this.#letters.values()].filter(({ row }) => row.receiver === receiver).length;
  }

  list(): readonly DeadLetter[] {
    return [...this.#letters.values()];
  }
}
