// How a hand-over ends: what an acceptance or a failure changes in the queue, the pace and the books of one receiver.

import type { Outcome } from "../receivers/receiver.ts";
import { DOCUMENT } from "../state/change.ts";
import type { DocumentRow } from "../state/change.ts";
import type { Digest } from "./digest.ts";
import type { Flood } from "./flood.ts";
import { giveUp } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { nextStep } from "./next-step.ts";
import type { Pace } from "./pace.ts";
import type { Queue, Waiting } from "./queue.ts";
import { rowGone } from "./row.ts";

export interface EndingSetup {
  readonly queue: Queue;
  readonly pace: Pace;
  readonly flood: Flood;
  readonly ledger: Ledger;
  /** Has the fallback say it, if there is one and it is an alarm. */
  readonly divert: (waiting: Waiting) => void;
}

export class Ending {
  /** Wall time of the last acceptance in this process, milliseconds since the epoch. */
  lastSuccessAtMs: number | null = null;
  /** Messages given up for want of room since then. */
  lost = 0;
  readonly #setup: EndingSetup;

  constructor(setup: EndingSetup) {
    this.#setup = setup;
  }

  /** It was accepted; the documents to commit. @param reference what the receiver wants back with the next. */
  delivered(waiting: Waiting, digest: Digest | null, reference: string | null): DocumentRow[] {
    const { queue, pace, flood, ledger } = this.#setup;
    const { clock, facts, threads } = ledger;
    const { row } = waiting;
    const { event, incident } = row.transition;
    queue.remove(waiting);
    this.lost = 0;
    this.lastSuccessAtMs = clock.now();
    facts.delivered(row.receiver, event, this.lastSuccessAtMs - row.queuedAtMs, incident.id);
    if (digest === null) flood.accepted(clock.monotonic());
    else flood.digested(clock.monotonic());
    // It works again: what failed before need not wait any longer.
    for (const other of queue.all()) other.notBeforeMs = 0;
    pace.delivered();
    return [
      rowGone(row),
      ...this.#floodDocument(row.receiver),
      ...threads.accepted(incident.id, row.receiver, row.sequence, reference, clock.now()),
      ...(digest?.others ?? []).flatMap((other) => this.#digested(other, incident.id)),
    ];
  }

  #floodDocument(id: string): DocumentRow[] {
    const { flood, ledger } = this.#setup;
    if (flood.budget === null) return [];
    const state = flood.state(ledger.clock.now(), ledger.clock.monotonic());
    return [{ kind: DOCUMENT.flood, id, data: JSON.stringify(state) }];
  }

  /** It was said in the digest of another. */
  #digested(waiting: Waiting, lead: string): DocumentRow[] {
    const { queue, ledger } = this.#setup;
    const { clock, facts, threads } = ledger;
    const { row } = waiting;
    const { event, incident } = row.transition;
    queue.remove(waiting);
    facts.digested(row.receiver, event, incident.rule, incident.id, lead);
    return [rowGone(row), ...threads.accepted(incident.id, row.receiver, row.sequence, null, clock.now())];
  }

  /** It was not accepted; the documents to commit. */
  failed(waiting: Waiting, outcome: Outcome & { kind: "failed" }): DocumentRow[] {
    const { queue, pace, ledger, divert } = this.#setup;
    const { clock, threads } = ledger;
    const { row } = waiting;
    const nowMs = clock.monotonic();
    waiting.failures += 1;
    waiting.lastFailure = outcome.class;
    const { event, incident } = row.transition;
    const kept = threads.refer(incident.id, row.receiver, outcome.reference, clock.now());
    const next = nextStep(outcome.class, outcome.retryAfterMs, event, waiting.failures, ledger.draw());
    pace.failed(outcome.class, next.step === "await_person", nowMs);
    switch (next.step) {
      case "retry":
        waiting.notBeforeMs = nowMs + next.afterMs;
        waiting.mayHaveArrived ||= next.mayHaveArrived;
        return kept;
      case "pause":
        pace.pause(nowMs + next.afterMs);
        return kept;
      case "await_person":
        return kept;
      case "forget":
        queue.remove(waiting);
        return [rowGone(row), ...kept];
      case "give_up":
        divert(waiting);
        queue.remove(waiting);
        return [...giveUp(ledger, row, "payload"), ...kept];
    }
  }
}
