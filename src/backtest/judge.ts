// One setting's judgement of a log: the daemon's engine, given events and time as it would have had them then.

import { Engine, type EngineRule } from "../core/engine.ts";
import type { RevokedEvent } from "../core/events/event.ts";
import type { CoreFacts } from "../core/facts.ts";
import type { Counted } from "../core/incidents/counted.ts";
import type { SilenceSpec } from "../core/incidents/silence.ts";
import type { Transition } from "../core/incidents/transition.ts";
import { Found } from "./found.ts";
import type { Variant } from "./variant.ts";

/** While an incident is open, time moves in steps of this: windows slide by it, and steps of a minute would skip words. */
const STEP_MS = 10_000;
const DAY_MS = 86_400_000;
/** A log that is silent for longer is taken to have ended: detectors begin anew, as after any jump of this length. */
export const MAX_SILENCE_MS = 28 * DAY_MS;

export interface JudgeSetup {
  readonly rules: readonly EngineRule[];
  readonly variant: Variant;
  /** How much slower than the daemon's the clock of adaptive detectors is, for counts of more than an hour each; default 1. */
  readonly timeScale?: number;
  readonly digest: (text: string) => string;
  /** Declared silences; what they hold back is shown and told as held, and nothing is learned from their time. */
  readonly silences: readonly SilenceSpec[];
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
  #learnUntilMs = -Infinity;

  constructor({ rules, variant, silences, timeScale = 1, digest, onTransition }: JudgeSetup) {
    this.variant = variant;
    this.rules = rules.map((rule) => {
      const detector = variant.detector(rule.detector);
      return { ...rule, detector: detector.kind === "adaptive" ? { ...detector, timeScale } : detector };
    });
    const facts: CoreFacts = {
      ...NO_FACTS,
      suppressed: (_, reason) => {
        if (reason === "recurring" && this.#clockMs >= this.#learnUntilMs) this.found.recurring += 1;
      },
    };
    this.engine = new Engine({ rules: this.rules, digest, facts, watchedSinceMs: null, summarises: false });
    this.engine.silences.define(silences, -Infinity);
    this.#onTransition = onTransition;
  }

  /**
   * The log begins at `timeMs`: what happens later in a group that is new did not happen before.
   * @param learnMs for so long it is only learned from: what fires then is told to nobody.
   */
  begin(timeMs: number, learnMs: number): void {
    this.#learnUntilMs = timeMs + learnMs;
    this.#goTo(timeMs);
  }

  /** The log has reached `timeMs`. While nothing is open and no silence declared, only events can change anything, so that time is cheap. */
  moveTo(timeMs: number): void {
    // On a grid of the clock, so that it does not matter who asks how often.
    const stepping = (): boolean => this.found.open > 0 || this.engine.silences.active;
    for (let dueMs = after(this.#clockMs, STEP_MS); stepping() && dueMs <= timeMs; dueMs += STEP_MS) {
      this.#goTo(dueMs);
    }
    // A group that is quiet for a month while others are not has been watched all the time.
    if (timeMs - this.#clockMs <= MAX_SILENCE_MS) {
      for (let dueMs = after(this.#clockMs, DAY_MS); dueMs <= timeMs; dueMs += DAY_MS) this.#goTo(dueMs);
    }
    this.#clockMs = Math.max(this.#clockMs, timeMs);
  }

  /** The same, and every group is told, so that it can be asked what is usual now. */
  advance(timeMs: number): void {
    this.moveTo(timeMs);
    this.#goTo(timeMs);
  }

  /** Of the time between two moments no log tells. */
  unseen(fromMs: number, toMs: number): void {
    this.moveTo(fromMs);
    this.engine.unseen(fromMs, toMs);
  }

  event(event: RevokedEvent, labels: Readonly<Record<string, string>>): void {
    this.#say(this.engine.observe(event, labels, this.#clockMs));
  }

  count(rule: string, labels: Readonly<Record<string, string>>, counted: Counted): void {
    this.#say(this.engine.observeCounts(rule, labels, counted, this.#clockMs));
  }

  /** What a group counted between two moments is not known. */
  missing(rule: string, labels: Readonly<Record<string, string>>, fromMs: number, toMs: number): void {
    this.#say(this.engine.missCounts(rule, labels, fromMs, toMs));
  }

  /** The log has ended, or reading was stopped, at the time that was reached. */
  end(): void {
    if (this.#clockMs === -Infinity) return;
    this.#say(this.engine.advance(this.#clockMs));
    this.found.end(this.engine.openIncidents(), this.#clockMs);
  }

  #goTo(timeMs: number): void {
    this.#clockMs = timeMs;
    this.#say(this.engine.advance(timeMs));
    if (this.engine.silences.declared) this.#say(this.engine.endSilences(timeMs));
  }

  #say(transitions: readonly Transition[]): void {
    for (const transition of transitions) {
      if (Date.parse(transition.incident.fired_at ?? transition.at) < this.#learnUntilMs) continue;
      // A backtest judges as if it had been running then: nothing is late.
      const said = { ...transition, late_seconds: 0 };
      this.found.add(said);
      this.#onTransition(said, this.variant);
    }
  }
}

/** The next moment on a grid of `stepMs`. */
function after(timeMs: number, stepMs: number): number {
  return (Math.floor(timeMs / stepMs) + 1) * stepMs;
}

function nothing(): void {}

/** Nobody scrapes a backtest; what a person must know is counted while reading. */
const NO_FACTS: CoreFacts = {
  linesRead: nothing,
  lineRejected: nothing,
  eventCounted: nothing,
  futureEvent: nothing,
  sourceUnseen: nothing,
  lateEvent: nothing,
  groupOverflow: nothing,
  keyEvicted: nothing,
  transition: nothing,
  suppressed: nothing,
  groupStateDropped: nothing,
};
