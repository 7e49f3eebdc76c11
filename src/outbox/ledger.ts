// The bookkeeping that all receivers share: what was told to whom, what was given up, and what of it must be committed.

import type { Clock } from "../host/clock.ts";
import type { DocumentRow, StateChange } from "../state/change.ts";
import type { DeadLetters, GivenUp } from "./dead-letters.ts";
import type { OutboxFacts } from "./facts.ts";
import type { OutboxRow } from "./row.ts";
import { rowGone } from "./row.ts";
import type { Threads } from "./threads.ts";

/** What every lane works with. */
export interface Ledger {
  readonly clock: Clock;
  readonly facts: OutboxFacts;
  readonly threads: Threads;
  readonly letters: DeadLetters;
  /** In [0, 1). */
  draw(): number;
  /** Further lines that every message must carry at this moment. */
  warnings(): readonly string[];
  /** Commits. What could not be written is the state's to remember; the outbox goes on from memory. */
  persist(change: StateChange): void;
  /** Asks the fallback receiver to say the row too. */
  divert(row: OutboxRow, fallback: string): void;
}

/** Gives a message up aloud; the documents to commit. */
export function giveUp(ledger: Ledger, row: OutboxRow, reason: GivenUp): DocumentRow[] {
  ledger.facts.failed(row.receiver, reason, row.transition.event, JSON.stringify(row.transition));
  return [rowGone(row), ...ledger.letters.add(row, reason, ledger.clock.now())];
}
