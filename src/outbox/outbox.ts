// What must still be said, to whom, until it is said or given up aloud. The truth is in memory; its rows are documents
// of the state database, accepted in the same transaction as the transition that they speak of.

import type { Transition } from "../core/incidents/transition.ts";
import type { Clock } from "../host/clock.ts";
import type { Receiver } from "../receivers/receiver.ts";
import { DOCUMENT } from "../state/change.ts";
import type { DocumentRow, StateChange } from "../state/change.ts";
import { fitted, LIMITS } from "./bounds.ts";
import type { Limits } from "./bounds.ts";
import { DeadLetters } from "./dead-letters.ts";
import type { OutboxFacts } from "./facts.ts";
import { type Budget, Flood, type FloodState } from "./flood.ts";
import { type Fallback, Lane } from "./lane.ts";
import { giveUp } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { Queue } from "./queue.ts";
import { ByHand } from "./by-hand.ts";
import { deliveryIdOf, waitingSinceMs } from "./row.ts";
import type { OutboxRow } from "./row.ts";
import { Threads } from "./threads.ts";

export interface OutboxOptions {
  readonly receivers: ReadonlyMap<string, Receiver>;
  /** Receiver to its fallback; rings are the configuration's error. */
  readonly fallbacks: ReadonlyMap<string, Fallback>;
  /** What a receiver may be sent one by one before digests are; none: no bound. */
  readonly budgets?: ReadonlyMap<string, Budget>;
  /** Default `LIMITS`. */
  readonly limits?: Limits;
  /** The documents of a kind as the last process left them: `(kind) => state.documents(kind)`. */
  readonly kept: (kind: string) => readonly { readonly id: string; readonly data: string }[];
  readonly clock: Clock;
  readonly facts: OutboxFacts;
  /** In [0, 1); spreads retries. */
  readonly draw: () => number;
  /** Commits what deliveries change. A failure is remembered by the state, so the answer is not needed here. */
  readonly persist: (change: StateChange) => void;
  /** Lines that every message must carry at this moment, such as "state not persisted". */
  readonly warnings: () => readonly string[];
}

/** What a receiver has of an incident. */
export interface SentMessage {
  readonly reference: string;
  /** Of the newest word about it. */
  readonly sequence: number;
  /** A word about it is still to be said. */
  readonly waiting: boolean;
}

/** What the status page says of one receiver. */
export interface ReceiverView {
  readonly name: string;
  readonly outbox_messages: number;
  readonly circuit_open: boolean;
  readonly dead_letters: number;
  /** RFC 3339; null when nothing was accepted since the start. */
  readonly last_success_at: string | null;
  /** When the oldest waiting message was queued; null when none waits. */
  readonly oldest_at: string | null;
}

/**
 * The outbox of one configuration. A reload closes it and builds the next from the same database.
 * @example
 * const change = outbox.accept(transition, ["slack-oncall"], clock.now());
 * state.commit(joinChanges(batch, change)); // its failure changes nothing below
 * outbox.release();
 */
export class Outbox {
  /** What a person may look at and do. */
  readonly byHand: ByHand;
  readonly #lanes = new Map<string, Lane>();
  readonly #ledger: Ledger;
  readonly #limits: Limits;

  constructor(options: OutboxOptions) {
    const { clock, facts, draw, persist, warnings, kept } = options;
    this.#limits = options.limits ?? LIMITS;
    const threads = new Threads(kept(DOCUMENT.thread));
    const letters = new DeadLetters(kept(DOCUMENT.deadLetter));
    const divert = (row: OutboxRow, fallback: string): void => this.#divert(row, fallback);
    this.#ledger = { clock, facts, draw, persist, warnings, threads, letters, divert };
    const floods = new Map(kept(DOCUMENT.flood).map(({ id, data }) => [id, JSON.parse(data) as FloodState]));
    for (const [name, receiver] of options.receivers) {
      const fallback = options.fallbacks.get(name) ?? null;
      const flood = new Flood(options.budgets?.get(name) ?? null);
      const earlier = floods.get(name);
      if (earlier !== undefined) flood.restore(earlier, clock.now(), clock.monotonic());
      this.#lanes.set(name, new Lane(receiver, new Queue(this.#limits), fallback, flood, this.#ledger));
    }
    this.byHand = new ByHand(this.#lanes, this.#ledger);
    this.#load(kept(DOCUMENT.outbox));
  }

  /** Begins to deliver. Rows of an earlier process go out with their old ids; nothing else is announced. */
  start(): void {
    for (const lane of this.#lanes.values()) lane.start();
  }

  /**
   * Queues a transition for each receiver, and a resolved one also for everyone else who was told of the incident (a
   * fallback must hear the end of what it heard begin).
   * @returns what belongs into the same commit as the transition. Nothing of it is said before `release`.
   */
  accept(transition: Transition, receiverNames: readonly string[], nowMs: number): StateChange {
    const told =
      transition.event === "resolved" ? this.#ledger.threads.receiversOf(transition.incident.id) : [];
    const documents: DocumentRow[] = [];
    for (const name of new Set([...receiverNames, ...told])) {
      const lane = this.#lanes.get(name);
      if (lane !== undefined) documents.push(...this.#queue(lane, transition, nowMs, true));
    }
    documents.push(...this.#ledger.threads.prune(nowMs), ...this.#ledger.letters.prune(nowMs));
    return { documents };
  }

  /** The message that a receiver has of an incident; null when it has none that can be referred to. */
  messageOf(incident: string, receiver: string): SentMessage | null {
    const thread = this.#ledger.threads.get(incident, receiver);
    const lane = this.#lanes.get(receiver);
    if (thread === null || thread.reference === null || lane === undefined) return null;
    const waiting = lane.queue.all().some(({ row }) => row.transition.incident.id === incident);
    return { reference: thread.reference, sequence: thread.sequence, waiting };
  }

  /** Whether a receiver has accepted a word about the incident. */
  hasHeard(incident: string, receiver: string): boolean {
    return (this.#ledger.threads.get(incident, receiver)?.said ?? 0) > 0;
  }

  /** The commit was made, or failed: either way what was accepted is said now, from memory if need be. */
  release(): void {
    for (const lane of this.#lanes.values()) {
      lane.queue.release();
      lane.wake();
    }
  }

  /**
   * For the end of all receivers or of some: one immediate attempt for every message that waits for them, within the grace.
   * Nothing is delivered any more after that.
   * @param graceMs after this, hand-overs under way are broken off; their messages stay queued.
   * @param leaving whether a receiver's messages have their last attempt; the others' wait for the next outbox.
   * @returns what is still unsaid; each is stated as well, so that a state that is thrown away leaves a trace.
   */
  async attemptAllDue(
    graceMs: number,
    leaving: (receiver: string) => boolean = () => true,
  ): Promise<readonly Transition[]> {
    const lanes = [...this.#lanes.values()].filter(({ receiver }) => leaving(receiver.name));
    const over = new AbortController();
    const attempts = async (): Promise<void> => {
      // Again, since a refused message may have gone to a fallback that was through already.
      do await Promise.all(lanes.map((lane) => lane.lastCall()));
      while (lanes.some(({ callable }) => callable) && !over.signal.aborted);
    };
    await Promise.race([attempts(), this.#ledger.clock.sleep(graceMs, over.signal)]);
    over.abort();
    await this.close();
    const unsaid = lanes.flatMap(({ queue }) => queue.all().map(({ row }) => row));
    for (const { receiver, transition } of unsaid) {
      this.#ledger.facts.unsaid(receiver, transition.event, transition.incident.id);
    }
    return unsaid.map(({ transition }) => transition);
  }

  /** Ends every loop and every hand-over; what waits stays in the database. The receivers are not closed. */
  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
  }

  view(): ReceiverView[] {
    return [...this.#lanes].map(([name, lane]) => ({
      name,
      outbox_messages: lane.queue.size,
      circuit_open: lane.circuitOpen,
      dead_letters: this.#ledger.letters.count(name),
      last_success_at: timeOrNull(lane.lastSuccessAtMs),
      oldest_at: timeOrNull(lane.queue.all().at(0)?.row.queuedAtMs ?? null),
    }));
  }

  #load(documents: readonly { readonly data: string }[]): void {
    const { clock, persist } = this.#ledger;
    const homeless: DocumentRow[] = [];
    for (const { data } of documents) {
      const row = JSON.parse(data) as OutboxRow;
      const lane = this.#lanes.get(row.receiver);
      const waitedMs = Math.max(0, clock.now() - waitingSinceMs(row));
      if (lane === undefined) homeless.push(...giveUp(this.#ledger, row, "dropped"));
      else lane.queue.load(row, clock.monotonic() - waitedMs);
    }
    if (homeless.length > 0) persist({ documents: homeless });
  }

  #queue(lane: Lane, transition: Transition, nowMs: number, held: boolean): DocumentRow[] {
    const { threads, facts, clock } = this.#ledger;
    const { name } = lane.receiver;
    const incident = transition.incident.id;
    const { thread, document } = threads.next(incident, name, transition.at, nowMs);
    const content = fitted(transition, this.#limits.rowBytes);
    const row: OutboxRow = {
      deliveryId: deliveryIdOf(incident, thread.sequence, name),
      receiver: name,
      sequence: thread.sequence,
      queuedAtMs: nowMs,
      transition: content ?? transition,
      firedUnsaid: false,
    };
    facts.queued(name, transition.event);
    if (content === null) return [document, ...giveUp(this.#ledger, row, "dropped")];
    const added = lane.queue.add(row, clock.monotonic(), held);
    if (added.coalesced !== null) facts.coalesced(name, added.coalesced);
    lane.lose(added.dropped.length);
    lane.watchBound();
    const dropped = added.dropped.flatMap((lost) => giveUp(this.#ledger, lost, "dropped"));
    return [document, ...added.documents, ...dropped];
  }

  #divert(row: OutboxRow, fallback: string): void {
    const lane = this.#lanes.get(fallback);
    const { transition, receiver } = row;
    const told = this.#ledger.threads.get(transition.incident.id, fallback);
    // It has a route of its own to this incident, or was asked before a restart.
    if (lane === undefined || (told !== null && told.lastAt >= transition.at)) return;
    this.#ledger.facts.fallback(receiver, fallback, transition.incident.id);
    this.#ledger.persist({ documents: this.#queue(lane, transition, this.#ledger.clock.now(), false) });
    lane.wake();
  }
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
