// One setting's judgement of a log: the daemon's engine, given events and time as it would have had them then.

import { Engine, type EngineRule } from "../core/engine.ts";
import type { RevokedEvent } from "../core/events/event.ts";
import type { CoreFacts } from "../core/facts.ts";
import type { Counted } from "../core/incidents/group.ts";
import type { Transition } from "../core/incidents/transition.ts";
import { Found } from "./found.ts";
import type { Variant } from "./variant.ts";

/** While an incident is open, time moves in steps of this: windows slide by it, and steps of a minute would skip words. */
const STEP_MS = 10_000;

export interface JudgeSetup {
  readonly rules: readonly EngineRule[];
  readonly variant: Variant;
  readonly digest: (text: string) => string;
  /** Told of each transition as it comes. */
  readonly onTransition: (transition: Transition, variant: Variant) => void;
}

export class Judge {
  readonly variant: Variant;
  readonly engine: Engine;
  readonly found = new Found();
  readonly rules: readonly EngineRule[];
  readonly #onTransition: JudgeSetup["onTransition"];
  #clockMs = -Infinity;

  constructor({ rules, variant, digest, onTransition }: JudgeSetup) {
    this.variant = variant;
    this.rules = rules.map((rule) => ({ ...rule, detector: variant.detector(rule.detector) }));
    const facts: CoreFacts = {
      ...NO_FACTS,
      suppressed: (_, reason) => {
        if (reason === "recurring") this.found.recurring += 1;
      },
    };
    this.engine = new Engine({ rules: this.rules, digest, facts, watchedSinceMs: null });
    this.#onTransition = onTransition;
  }

  /** The log begins at `timeMs`: what happens later in a group that is new did not happen before. */
  begin(timeMs: number): void {
    this.#say(this.engine.advance(timeMs));
  }

  /** The log has reached `timeMs`. While nothing is open, only events can change anything, so that time costs nothing. */
  moveTo(timeMs: number): void {
    // On a grid of the clock, so that it does not matter who asks how often.
    for (let dueMs = stepAfter(this.#clockMs); this.found.open > 0 && dueMs <= timeMs; dueMs += STEP_MS) {
      this.#clockMs = dueMs;
      this.#say(this.engine.advance(dueMs));
    }
    this.#clockMs = Math.max(this.#clockMs, timeMs);
  }

  /** Tells every group that the log has reached `timeMs`, at which the judge already is. */
  advance(timeMs: number): void {
    this.#say(this.engine.advance(timeMs));
  }

  event(event: RevokedEvent, labels: Readonly<Record<string, string>>): void {
    this.#say(this.engine.observe(event, labels, this.#clockMs));
  }

  count(rule: string, labels: Readonly<Record<string, string>>, counted: Counted): void {
    this.#say(this.engine.observeCounts(rule, labels, counted, this.#clockMs));
  }

  /** The log has ended, or reading was stopped, at the time that was reached. */
  end(): void {
    if (this.#clockMs === -Infinity) return;
    this.#say(this.engine.advance(this.#clockMs));
    this.found.end(this.engine.openIncidents(), this.#clockMs);
  }

  #say(transitions: readonly Transition[]): void {
    for (const transition of transitions) {
      // A backtest judges as if it had been running then: nothing is late.
      const said = { ...transition, late_seconds: 0 };
      this.found.add(said);
      this.#onTransition(said, this.variant);
    }
  }
}

function stepAfter(timeMs: number): number {
  return (Math.floor(timeMs / STEP_MS) + 1) * STEP_MS;
}

function nothing(): void {}

/** Nobody scrapes a backtest; what a person must know is counted while reading. */
const NO_FACTS: CoreFacts = {
  linesRead: nothing,
  lineRejected: nothing,
  eventCounted: nothing,
  futureEvent: nothing,
  lateEvent: nothing,
  groupOverflow: nothing,
  transition: nothing,
  suppressed: nothing,
  groupStateDropped: nothing,
};
