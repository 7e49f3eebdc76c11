// What a person sees of the outbox and may do about it: look at what waits and what was given up, offer it again now, or
// drop it. Nothing is undone by it: what a receiver accepted stays said.

import type { Transition } from "../core/incidents/transition.ts";
import type { FailureClass } from "../receivers/receiver.ts";
import type { DocumentRow } from "../state/change.ts";
import type { DeadLetter, GivenUp } from "./dead-letters.ts";
import type { Lane } from "./lane.ts";
import { giveUp } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import type { Waiting } from "./queue.ts";
import { rowDocument, rowGone } from "./row.ts";
import type { OutboxRow } from "./row.ts";

/** One message, waiting or given up. Times are RFC 3339. */
export interface OutboxEntry {
  /** The delivery's id. */
  readonly id: string;
  readonly receiver: string;
  /** `sending` is being handed over at this moment; `dead` was given up. */
  readonly state: "waiting" | "sending" | "dead";
  readonly queued_at: string;
  /** Attempts that failed in this process; null for what was given up. */
  readonly failures: number | null;
  readonly last_failure: FailureClass | null;
  /** Why and when it was given up; null while it waits. */
  readonly reason: GivenUp | null;
  readonly given_up_at: string | null;
  /** What it says. */
  readonly transition: Transition;
}

/** Which messages: one by its id, or everything of one receiver. */
export type Selection = { readonly id: string } | { readonly receiver: string };

/** What became of each selected message: its id. */
export interface HandResult {
  readonly done: readonly string[];
  /** Ids left as they are, each with a reason for a person. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

export class ByHand {
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #ledger: Ledger;

  constructor(lanes: ReadonlyMap<string, Lane>, ledger: Ledger) {
    this.#lanes = lanes;
    this.#ledger = ledger;
  }

  /** What waits, by receiver and oldest first, then what was given up in the last seven days. */
  list(): OutboxEntry[] {
    const waiting = [...this.#lanes.values()].flatMap(({ queue }) => queue.all().map(entryOf));
    return [...waiting, ...this.#ledger.letters.list().map(deadEntryOf)];
  }

  /** Whether a receiver, or a message to it, is there. */
  knows(receiver: string): boolean {
    return this.#lanes.has(receiver) || this.list().some((entry) => entry.receiver === receiver);
  }

  /** Offers waiting messages now, whatever their back-off, and takes given-up ones back into the queue. */
  retry(selection: Selection): HandResult {
    const done: string[] = [];
    const refused: { id: string; reason: string }[] = [];
    const documents: DocumentRow[] = [];
    const chosen = this.#chosen(selection);
    for (const { id, receiver, state } of chosen) {
      if (state !== "dead") {
        done.push(id);
        continue;
      }
      const reason = this.#retryRefusal(id, receiver);
      if (reason !== null) refused.push({ id, reason });
      else {
        documents.push(...this.#takeBack(id));
        done.push(id);
      }
    }
    if (documents.length > 0) this.#ledger.persist({ documents });
    for (const receiver of new Set(chosen.map((entry) => entry.receiver))) this.#lanes.get(receiver)?.hurry();
    return { done, refused };
  }

  /** Forgets messages. What waited is given up aloud, but kept nowhere: a person has decided. */
  drop(selection: Selection): HandResult {
    const done: string[] = [];
    const refused: { id: string; reason: string }[] = [];
    const documents: DocumentRow[] = [];
    for (const { id, receiver, state } of this.#chosen(selection)) {
      if (state === "sending") {
        refused.push({ id, reason: "it is being handed over at this moment" });
        continue;
      }
      documents.push(...(state === "dead" ? this.#forget(id) : this.#dropWaiting(id, receiver)));
      done.push(id);
    }
    if (documents.length > 0) this.#ledger.persist({ documents });
    return { done, refused };
  }

  #chosen(selection: Selection): OutboxEntry[] {
    return this.list().filter((entry) =>
      "id" in selection ? entry.id === selection.id : entry.receiver === selection.receiver,
    );
  }

  /** Why a message that was given up cannot be said any more; null when it can. */
  #retryRefusal(id: string, receiver: string): string | null {
    if (!this.#lanes.has(receiver)) return `there is no receiver ${receiver} in the configuration any more`;
    const row = this.#ledger.letters.list().find((letter) => letter.row.deliveryId === id)?.row;
    const thread =
      row === undefined ? null : this.#ledger.threads.get(row.transition.incident.id, row.receiver);
    // Said now, it would turn a message that stands as resolved back into a firing one.
    return row !== undefined && (thread?.said ?? 0) > row.sequence
      ? "the receiver has accepted newer news of this incident since"
      : null;
  }

  #takeBack(id: string): DocumentRow[] {
    const { letters, clock } = this.#ledger;
    const taken = letters.take(id);
    const lane = taken === null ? undefined : this.#lanes.get(taken.letter.row.receiver);
    if (taken === null || lane === undefined) return [];
    const row: OutboxRow = { ...taken.letter.row, retriedAtMs: clock.now() };
    const dropped = lane.queue.takeBack(row, clock.monotonic());
    // The row first: where it was itself the one that gave way, its deletion comes after it.
    return [
      taken.document,
      rowDocument(row),
      ...dropped.flatMap((lost) => giveUp(this.#ledger, lost, "dropped")),
    ];
  }

  #forget(id: string): DocumentRow[] {
    const taken = this.#ledger.letters.take(id);
    return taken === null ? [] : [taken.document];
  }

  #dropWaiting(id: string, receiver: string): DocumentRow[] {
    const lane = this.#lanes.get(receiver);
    const waiting = lane?.queue.all().find(({ row }) => row.deliveryId === id);
    if (lane === undefined || waiting === undefined) return [];
    const { row } = waiting;
    lane.queue.remove(waiting);
    lane.wake();
    this.#ledger.facts.failed(receiver, "dropped", row.transition.event, JSON.stringify(row.transition));
    return [rowGone(row)];
  }
}

function entryOf({ row, inFlight, failures, lastFailure }: Waiting): OutboxEntry {
  return {
    id: row.deliveryId,
    receiver: row.receiver,
    state: inFlight ? "sending" : "waiting",
    queued_at: new Date(row.queuedAtMs).toISOString(),
    failures,
    last_failure: lastFailure,
    reason: null,
    given_up_at: null,
    transition: row.transition,
  };
}

function deadEntryOf({ row, reason, givenUpAtMs }: DeadLetter): OutboxEntry {
  return {
    id: row.deliveryId,
    receiver: row.receiver,
    state: "dead",
    queued_at: new Date(row.queuedAtMs).toISOString(),
    failures: null,
    last_failure: null,
    reason,
    given_up_at: new Date(givenUpAtMs).toISOString(),
    transition: row.transition,
  };
}
