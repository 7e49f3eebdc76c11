// The sign of life. It hangs on the evaluation loop: at its turn a made-up line must come through and the state must be
// saved, then the monitor is asked for. Whatever stands still (the loop, a rule, the disk), the monitor hears nothing.

import type { Clock } from "../host/clock.ts";
import type { Outcome } from "../receivers/receiver.ts";

export interface HeartbeatSetup {
  readonly everyMs: number;
  readonly clock: Clock;
  /** The rule whose made-up line does not come through; null when all do. */
  readonly probe: (nowMs: number) => string | null;
  /** Saves the state; false when the disk did not take it. */
  readonly save: () => boolean;
  /** Asks for the monitor's address once. */
  readonly beat: (nowMs: number, signal: AbortSignal) => Promise<Outcome>;
  readonly facts: {
    heartbeatSent(nowMs: number): void;
    heartbeatFailed(detail: string): void;
  };
}

export class Heartbeat {
  readonly #setup: HeartbeatSetup;
  readonly #closed = new AbortController();
  #lastMs = -Infinity;
  #underWay: Promise<void> | null = null;

  constructor(setup: HeartbeatSetup) {
    this.#setup = setup;
  }

  /** To be called by the evaluation loop at each turn. */
  turned(): void {
    const { clock, everyMs } = this.#setup;
    // One that hangs is not overtaken: its own time limit ends it.
    if (clock.monotonic() - this.#lastMs < everyMs || this.#underWay !== null) return;
    this.#lastMs = clock.monotonic();
    const why = this.#whyNot();
    if (why !== null) return this.#setup.facts.heartbeatFailed(why);
    this.#underWay = this.#beat();
  }

  /** Breaks off what is under way. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#underWay;
  }

  #whyNot(): string | null {
    const { clock, probe, save } = this.#setup;
    const stuck = probe(clock.now());
    if (stuck !== null) return `not sent: a made-up line of the rule ${stuck} did not come through`;
    return save() ? null : "not sent: the state could not be saved";
  }

  async #beat(): Promise<void> {
    const { clock, beat, facts } = this.#setup;
    const outcome = await beat(clock.now(), this.#closed.signal);
    if (outcome.kind === "delivered") facts.heartbeatSent(clock.now());
    else if (!this.#closed.signal.aborted) facts.heartbeatFailed(outcome.detail);
    this.#underWay = null;
  }
}
