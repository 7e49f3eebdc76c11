// Each receiver is asked once an hour whether a delivery would be possible, so that a revoked token is known before the
// incident that needs it. Nothing is sent.

import type { Clock } from "../host/clock.ts";
import type { Outcome, Receiver } from "../receivers/receiver.ts";

/** The first question, late enough for a restart in a loop to ask nobody. */
const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;
/** A provider that has not answered by then would not take an alert in time either. */
const TIMEOUT_MS = 30_000;

export interface CheckFacts {
  /** `detail` is the receiver's own, without secrets. */
  receiverChecked(receiver: string, ok: boolean, detail: string): void;
}

export class ReceiverChecks {
  readonly #receivers: ReadonlyMap<string, Receiver>;
  readonly #clock: Clock;
  readonly #facts: CheckFacts;
  readonly #last = new Map<string, boolean>();

  constructor(receivers: ReadonlyMap<string, Receiver>, clock: Clock, facts: CheckFacts) {
    this.#receivers = receivers;
    this.#clock = clock;
    this.#facts = facts;
  }

  /** What the last check of a receiver found; null before the first. */
  lastOf(receiver: string): boolean | null {
    return this.#last.get(receiver) ?? null;
  }

  /** Asks until `signal` aborts, one receiver after the other. */
  async follow(signal: AbortSignal): Promise<void> {
    for (let waitMs = FIRST_MS; ; waitMs = EVERY_MS) {
      await this.#clock.sleep(waitMs, signal);
      for (const receiver of this.#receivers.values()) {
        if (signal.aborted) return;
        await this.#check(receiver, signal);
      }
      if (signal.aborted) return;
    }
  }

  async #check(receiver: Receiver, signal: AbortSignal): Promise<void> {
    const call = new AbortController();
    const stop = (): void => call.abort();
    signal.addEventListener("abort", stop, { once: true });
    const outcome = await Promise.race([asked(receiver, call.signal), this.#silence(call.signal)]);
    call.abort();
    signal.removeEventListener("abort", stop);
    if (signal.aborted) return;
    const ok = outcome.kind === "delivered";
    this.#last.set(receiver.name, ok);
    this.#facts.receiverChecked(
      receiver.name,
      ok,
      ok ? outcome.detail : `${outcome.class}: ${outcome.detail}`,
    );
  }

  async #silence(signal: AbortSignal): Promise<Outcome> {
    await this.#clock.sleep(TIMEOUT_MS, signal);
    return failed("no answer in 30 s");
  }
}

async function asked(receiver: Receiver, signal: AbortSignal): Promise<Outcome> {
  try {
    return await receiver.verify(signal);
  } catch (error) {
    // The text may hold an address with a secret in it; the name does not.
    return failed(`the check failed with ${error instanceof Error ? error.name : typeof error}`);
  }
}

function failed(detail: string): Outcome {
  return { kind: "failed", class: "transient", retryAfterMs: null, detail, reference: null };
}
