// One receiver's way out: it offers what waits, obeys what the receiver answers, and gives up aloud. Nothing that this
// receiver does can slow another one down.

import type { Receiver } from "../receivers/receiver.ts";
import { FAR_FROM_BOUND, NEAR_BOUND } from "./bounds.ts";
import { type Digest, digestOf } from "./digest.ts";
import { Ending } from "./ending.ts";
import type { Flood } from "./flood.ts";
import { handOver } from "./hand-over.ts";
import type { Ledger } from "./ledger.ts";
import { messageOf } from "./message-of.ts";
import { AT_ONCE, Pace } from "./pace.ts";
import type { Queue, Waiting } from "./queue.ts";
import { giveUp } from "./ledger.ts";
import { isAlarm } from "./row.ts";

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
  readonly #fallback: Fallback | null;
  readonly #ledger: Ledger;
  readonly #ended = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #pace: Pace;
  readonly #flood: Flood;
  readonly #ending: Ending;
  #loop: Promise<void> | null = null;
  #stopping = false;
  #nearBound = false;
  #nap: AbortController | null = null;

  constructor(receiver: Receiver, queue: Queue, fallback: Fallback | null, flood: Flood, ledger: Ledger) {
    this.receiver = receiver;
    this.queue = queue;
    this.#fallback = fallback;
    this.#ledger = ledger;
    this.#pace = new Pace((open) => ledger.facts.circuit(receiver.name, open));
    this.#flood = flood;
    const divert = (waiting: Waiting): void => this.#divert(waiting);
    this.#ending = new Ending({ queue, pace: this.#pace, flood, ledger, divert });
  }

  /** Wall time of the last acceptance in this process, milliseconds since the epoch. */
  get lastSuccessAtMs(): number | null {
    return this.#ending.lastSuccessAtMs;
  }

  /** Messages were given up for want of room: the next one says so. */
  lose(count: number): void {
    this.#ending.lost += count;
  }

  /** Something was added: says when the bound is near. */
  watchBound(): void {
    const { fill, size, bytes } = this.queue;
    if (fill < FAR_FROM_BOUND) this.#nearBound = false;
    if (this.#nearBound || fill < NEAR_BOUND) return;
    this.#nearBound = true;
    this.#ledger.facts.filling(this.receiver.name, size, bytes);
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
    const waiting = this.#callable().filter((one) => !this.#closes(one));
    if (waiting.length > this.#flood.room(this.#ledger.clock.monotonic(), 0))
      await this.#offerDigest(waiting);
    const take = (): Waiting | undefined => (this.#ended.signal.aborted ? undefined : this.#callable().at(0));
    const work = async (): Promise<void> => {
      for (let next = take(); next !== undefined; next = take()) {
        await this.#offer(next, null);
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
    // What is gathered for a digest does not wait in vain.
    if (this.#flood.holding && !this.#pace.open) return Infinity;
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
    const closing = due.filter((waiting) => this.#closes(waiting)).slice(0, places);
    const others = due.filter((waiting) => !this.#closes(waiting));
    const room = this.#flood.room(nowMs, this.#underWay.size);
    const single = others.slice(0, Math.max(0, Math.min(places - closing.length, room)));
    for (const waiting of [...closing, ...single]) {
      this.#pace.started();
      void this.#offer(waiting, null);
    }
    if (room > 0) this.#flood.release();
    else if (others.length > 0 && this.#flood.hold(nowMs) && places > 0 && this.#underWay.size === 0) {
      void this.#offerDigest(others);
    }
  }

  /** It ends what stands in the channel as burning, so that no budget may keep it back. */
  #closes({ row }: Waiting): boolean {
    const { event, incident } = row.transition;
    return (
      event === "resolved" &&
      (this.#ledger.threads.get(incident.id, row.receiver)?.reference ?? null) !== null
    );
  }

  /** Everything that waits, in one message. @param leads those that may be offered now. */
  async #offerDigest(leads: readonly Waiting[]): Promise<void> {
    const { budget } = this.#flood;
    const sayable = this.queue
      .all()
      .filter((waiting) => !waiting.held && !waiting.inFlight && !this.#closes(waiting));
    const digest = budget === null ? null : digestOf(leads, sayable, budget);
    if (digest === null) return;
    this.#pace.started();
    await this.#offer(digest.lead, digest);
  }

  /** When something can become due without anybody waking us. An attempt that ends wakes us. */
  #nextLookMs(): number {
    const startMs = (closes: boolean): number => {
      const heads = this.queue.heads().filter((waiting) => this.#closes(waiting) === closes);
      return this.#pace.nextStartMs(
        heads.map(({ notBeforeMs }) => notBeforeMs),
        this.#underWay.size,
      );
    };
    const floodMs = this.#flood.holding && this.#underWay.size > 0 ? Infinity : this.#flood.nextMs();
    return Math.min(
      this.queue.nextExpiryMs(),
      startMs(true),
      Math.max(startMs(false), floodMs),
      ...this.queue.all().map((waiting) => this.#divertAtMs(waiting)),
    );
  }

  async #offer(waiting: Waiting, digest: Digest | null): Promise<void> {
    for (const one of [waiting, ...(digest?.others ?? [])]) {
      one.inFlight = true;
      one.lastCall = this.#stopping;
    }
    const attempt = this.#attempt(waiting, digest);
    this.#underWay.add(attempt);
    await attempt;
    this.#underWay.delete(attempt);
    this.wake();
  }

  async #attempt(waiting: Waiting, digest: Digest | null): Promise<void> {
    const { clock, facts } = this.#ledger;
    const message = messageOf(this.#ledger, waiting, digest, this.#ending.lost);
    const beganMs = clock.monotonic();
    const outcome = await handOver(this.receiver, message, clock, this.#ended.signal);
    for (const one of [waiting, ...(digest?.others ?? [])]) one.inFlight = false;
    const result = outcome.kind === "delivered" ? "ok" : outcome.class;
    facts.attempted(this.receiver.name, result, clock.monotonic() - beganMs, outcome.detail);
    const documents =
      outcome.kind === "delivered"
        ? this.#ending.delivered(waiting, digest, outcome.reference)
        : this.#ending.failed(waiting, outcome);
    if (documents.length > 0) this.#ledger.persist({ documents });
  }

  #callable(): Waiting[] {
    if (this.#ledger.clock.monotonic() < this.#pace.pausedUntilMs) return [];
    return this.queue.heads().filter(({ lastCall }) => !lastCall);
  }
}
