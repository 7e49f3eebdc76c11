// One receiver's way out: it offers what waits, obeys what the receiver answers, and gives up aloud. Nothing that this
// receiver does can slow another one down.

import type { Outcome, Receiver } from "../receivers/receiver.ts";
import { handOver } from "./hand-over.ts";
import { giveUp } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { nextStep } from "./next-step.ts";
import { AT_ONCE, Pace } from "./pace.ts";
import type { Queue, Waiting } from "./queue.ts";
import { isAlarm, rowGone } from "./row.ts";

/** Who speaks for a receiver that cannot be reached. */
export interface Fallback {
  readonly receiver: string;
  /** An alarm that has waited so long is said by the fallback too, milliseconds. */
  readonly afterMs: number;
}

/** The loop of one receiver, with its queue and its pace. */
export class Lane {
  readonly receiver: Receiver;
  readonly queue: Queue;
  /** Wall time of the last acceptance in this process, milliseconds since the epoch. */
  lastSuccessAtMs: number | null = null;

  readonly #fallback: Fallback | null;
  readonly #ledger: Ledger;
  readonly #ended = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #pace: Pace;
  #loop: Promise<void> | null = null;
  #stopping = false;
  #nap: AbortController | null = null;

  constructor(receiver: Receiver, queue: Queue, fallback: Fallback | null, ledger: Ledger) {
    this.receiver = receiver;
    this.queue = queue;
    this.#fallback = fallback;
    this.#ledger = ledger;
    this.#pace = new Pace((open) => ledger.facts.circuit(receiver.name, open));
  }

  get circuitOpen(): boolean {
    return this.#pace.open;
  }

  /** Begins to offer. Idempotent. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Forgets every wait that is ours: back-off and circuit. What the receiver itself asked for is kept. */
  hurry(): void {
    for (const waiting of this.queue.all()) waiting.notBeforeMs = 0;
    this.#pace.hurry(this.#ledger.clock.monotonic());
    this.wake();
  }

  /** Something changed: look again now. */
  wake(): void {
    this.#nap?.abort();
  }

  /**
   * Ends the loop and offers every waiting message once, whatever its back-off; a receiver that asked for silence keeps
   * it. Resolves when each has had its attempt.
   */
  async lastCall(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#loop;
    await Promise.all(this.#underWay);
    const take = (): Waiting | undefined => (this.#ended.signal.aborted ? undefined : this.#callable().at(0));
    const work = async (): Promise<void> => {
      for (let next = take(); next !== undefined; next = take()) {
        next.lastCall = true;
        await this.#offer(next);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** True while a message waits that has not had its last attempt. */
  get callable(): boolean {
    return this.#callable().length > 0;
  }

  /** Ends everything at once; what was under way stays queued. */
  async close(): Promise<void> {
    this.#stopping = true;
    this.#ended.abort();
    this.wake();
    await this.#loop;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#tidy();
      this.#offerDue();
      await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    this.#nap = new AbortController();
    const { clock } = this.#ledger;
    await clock.sleep(this.#nextLookMs() - clock.monotonic(), this.#nap.signal);
    this.#nap = null;
  }

  /** Gives up what is too old, and hands alarms that wait in vain to the fallback. */
  #tidy(): void {
    const nowMs = this.#ledger.clock.monotonic();
    const documents = this.queue
      .expire(nowMs)
      .flatMap(({ row, lastFailure }) =>
        giveUp(this.#ledger, row, lastFailure === "auth" ? "auth" : "expired"),
      );
    if (documents.length > 0) this.#ledger.persist({ documents });
    for (const waiting of this.queue.all()) {
      if (this.#pace.open || this.#divertAtMs(waiting) <= nowMs) this.#divert(waiting);
    }
  }

  /** When an alarm has waited long enough, or is told to; Infinity for what never falls back. */
  #divertAtMs(waiting: Waiting): number {
    if (this.#fallback === null || waiting.diverted || waiting.held || !isAlarm(waiting.row)) return Infinity;
    const { afterMs } = this.#fallback;
    const toldToWaitMs = this.#pace.pausedUntilMs - this.#ledger.clock.monotonic();
    return toldToWaitMs > afterMs ? 0 : waiting.sinceMs + afterMs;
  }

  #divert(waiting: Waiting): void {
    if (this.#divertAtMs(waiting) === Infinity || this.#fallback === null) return;
    waiting.diverted = true;
    this.#ledger.divert(waiting.row, this.#fallback.receiver);
  }

  #offerDue(): void {
    const nowMs = this.#ledger.clock.monotonic();
    const { places, backOff } = this.#pace.room(nowMs, this.#underWay.size);
    const due = this.queue.heads().filter(({ notBeforeMs }) => !backOff || notBeforeMs <= nowMs);
    for (const waiting of due.slice(0, places)) {
      this.#pace.started();
      void this.#offer(waiting);
    }
  }

  /** When something can become due without anybody waking us. An attempt that ends wakes us. */
  #nextLookMs(): number {
    const starts = this.queue.heads().map(({ notBeforeMs }) => notBeforeMs);
    return Math.min(
      this.queue.nextExpiryMs(),
      this.#pace.nextStartMs(starts, this.#underWay.size),
      ...this.queue.all().map((waiting) => this.#divertAtMs(waiting)),
    );
  }

  async #offer(waiting: Waiting): Promise<void> {
    waiting.inFlight = true;
    const attempt = this.#attempt(waiting);
    this.#underWay.add(attempt);
    await attempt;
    this.#underWay.delete(attempt);
    this.wake();
  }

  async #attempt(waiting: Waiting): Promise<void> {
    const { clock, facts, threads } = this.#ledger;
    const { row, failures } = waiting;
    const { deliveryId, transition, sequence, queuedAtMs } = row;
    const reference = threads.get(transition.incident.id, row.receiver)?.reference ?? null;
    const warnings = this.#ledger.warnings();
    const message = { deliveryId, transition, sequence, attempt: failures, queuedAtMs, warnings, reference };
    const beganMs = clock.monotonic();
    const outcome = await handOver(this.receiver, message, clock, this.#ended.signal);
    waiting.inFlight = false;
    const result = outcome.kind === "delivered" ? "ok" : outcome.class;
    facts.attempted(row.receiver, result, clock.monotonic() - beganMs, outcome.detail);
    const { id } = transition.incident;
    const documents =
      outcome.kind === "delivered"
        ? [
            ...this.#delivered(waiting),
            ...threads.accepted(id, row.receiver, sequence, outcome.reference, clock.now()),
          ]
        : [
            ...this.#failed(waiting, outcome),
            ...threads.refer(id, row.receiver, outcome.reference, clock.now()),
          ];
    if (documents.length > 0) this.#ledger.persist({ documents });
  }

  #delivered(waiting: Waiting) {
    const { clock, facts } = this.#ledger;
    const { row } = waiting;
    const { event, incident } = row.transition;
    this.queue.remove(waiting);
    this.lastSuccessAtMs = clock.now();
    facts.delivered(row.receiver, event, this.lastSuccessAtMs - row.queuedAtMs, incident.id);
    // It works again: what failed before need not wait any longer.
    for (const other of this.queue.all()) other.notBeforeMs = 0;
    this.#pace.delivered();
    return [rowGone(row)];
  }

  #failed(waiting: Waiting, outcome: Outcome & { kind: "failed" }) {
    const { clock } = this.#ledger;
    const { row } = waiting;
    const nowMs = clock.monotonic();
    waiting.failures += 1;
    waiting.lastFailure = outcome.class;
    const { event } = row.transition;
    const next = nextStep(outcome.class, outcome.retryAfterMs, event, waiting.failures, this.#ledger.draw());
    this.#pace.failed(outcome.class, next.step === "await_person", nowMs);
    switch (next.step) {
      case "retry":
        waiting.notBeforeMs = nowMs + next.afterMs;
        waiting.mayHaveArrived ||= next.mayHaveArrived;
        return [];
      case "pause":
        this.#pace.pause(nowMs + next.afterMs);
        return [];
      case "await_person":
        return [];
      case "forget":
        this.queue.remove(waiting);
        return [rowGone(row)];
      case "give_up":
        this.#divert(waiting);
        this.queue.remove(waiting);
        return giveUp(this.#ledger, row, "payload");
    }
  }

  #callable(): Waiting[] {
    if (this.#ledger.clock.monotonic() < this.#pace.pausedUntilMs) return [];
    return this.queue.heads().filter(({ lastCall }) => !lastCall);
  }
}
