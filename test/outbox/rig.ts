// An outbox on a clock turned by hand, with receivers that answer as the test tells them, over a database in memory.

import type { IncidentView, Transition, TransitionEvent } from "../../src/core/incidents/transition.ts";
import type { OutboxFacts } from "../../src/outbox/facts.ts";
import { Outbox } from "../../src/outbox/outbox.ts";
import type { OutboxOptions } from "../../src/outbox/outbox.ts";
import type { OutboxRow } from "../../src/outbox/row.ts";
import type { FailureClass, Message, Outcome, Receiver } from "../../src/receivers/receiver.ts";
import type { StateDatabase } from "../../src/state/database.ts";
import { openState } from "../../src/state/open.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { recordingFacts } from "../support/recording-facts.ts";
import { transition as sample } from "../support/transitions.ts";

export const delivered = (reference: string | null = null): Outcome => ({
  kind: "delivered",
  reference,
  detail: "ok",
});

export const failed = (failure: FailureClass, retryAfterMs: number | null = null): Outcome => ({
  kind: "failed",
  class: failure,
  retryAfterMs,
  detail: failure,
  reference: null,
});

export type Answer = Outcome | Promise<Outcome>;

export class ScriptedReceiver implements Receiver {
  readonly kind = "scripted";
  readonly name: string;
  /** Everything that was offered, with the monotonic time. */
  readonly offers: { readonly message: Message; readonly atMs: number; readonly signal: AbortSignal }[] = [];
  /** Answers in order; after the last `always` is given. */
  script: Answer[] = [];
  always: Answer | (() => Answer) = delivered();
  readonly #clock: FakeClock;

  constructor(name: string, clock: FakeClock) {
    this.name = name;
    this.#clock = clock;
  }

  async deliver(message: Message, signal: AbortSignal): Promise<Outcome> {
    this.offers.push({ message, atMs: this.#clock.monotonic(), signal });
    const always = typeof this.always === "function" ? this.always : () => this.always as Answer;
    return this.script.shift() ?? always();
  }

  async verify(): Promise<Outcome> {
    return delivered();
  }

  async close(): Promise<void> {}

  /** What was offered, as words: `firing A #1`. */
  get heard(): string[] {
    return this.offers.map(({ message: { transition, sequence } }) => {
      return `${transition.event} ${transition.incident.id} #${sequence}`;
    });
  }

  /** Seconds at which something was offered. */
  get times(): number[] {
    return this.offers.map(({ atMs }) => atMs / 1000);
  }
}

/** An answer that the test gives later. */
export function later(): { answer: Promise<Outcome>; give(outcome: Outcome): void } {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  return { answer: promise, give: resolve };
}

/** A transition of the sample incident under the name `id`; `count` stands for its numbers. */
export function transition(
  event: TransitionEvent,
  id: string,
  count = 10,
  at = 0,
  more: Partial<IncidentView> = {},
): Transition {
  const time = new Date(Date.UTC(2026, 4, 25, 12) + at).toISOString();
  return sample(
    event,
    {
      id,
      short_id: id,
      started_at: time,
      fired_at: time,
      last_event_at: time,
      count,
      ratio: count,
      explanation: `${count} in 5m`,
      total: count,
      peak_per_minute: count,
      ...more,
    },
    { at: time, step: null },
  );
}

export function row(
  event: TransitionEvent,
  id: string,
  sequence: number,
  more: Partial<OutboxRow> = {},
): OutboxRow {
  return {
    deliveryId: `${id}.${sequence}.slack`,
    receiver: "slack",
    sequence,
    queuedAtMs: sequence * 1000,
    transition: transition(event, id, sequence, sequence * 1000),
    firedUnsaid: false,
    ...more,
  };
}

export interface Rig extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly outbox: Outbox;
  readonly slack: ScriptedReceiver;
  readonly email: ScriptedReceiver;
  readonly recording: ReturnType<typeof recordingFacts<OutboxFacts>>;
  readonly state: StateDatabase;
  /** Accepts, commits and releases at once, and lets the loops run. */
  say(transition: Transition, ...receivers: string[]): Promise<void>;
}

export interface RigOptions extends Partial<OutboxOptions> {
  readonly state?: StateDatabase;
  readonly clock?: FakeClock;
  /** What `slack` answers first, already to what is offered at the start. */
  readonly script?: Answer[];
}

/** Two receivers, `slack` and `email`, without a fallback unless the options give one; retries draw 0.5. */
export function rig(options: RigOptions = {}): Rig {
  const clock = options.clock ?? new FakeClock();
  const state = options.state ?? openState(null, clock.now());
  const recording = recordingFacts<OutboxFacts>();
  const slack = new ScriptedReceiver("slack", clock);
  slack.script = options.script ?? [];
  const email = new ScriptedReceiver("email", clock);
  const outbox = new Outbox({
    receivers: new Map([
      ["slack", slack],
      ["email", email],
    ]),
    fallbacks: new Map(),
    kept: (kind) => state.documents(kind),
    facts: recording.facts,
    draw: () => 0.5,
    persist: (change) => {
      state.commit(change);
    },
    warnings: () => [],
    ...options,
    clock,
  });
  outbox.start();
  return {
    clock,
    outbox,
    slack,
    email,
    recording,
    state,
    async say(said, ...receivers) {
      state.commit(outbox.accept(said, receivers.length === 0 ? ["slack"] : receivers, clock.now()));
      outbox.release();
      await clock.settle();
    },
    async [Symbol.asyncDispose]() {
      await outbox.close();
    },
  };
}
