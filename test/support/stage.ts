// An engine on a stage: lines and time go in, transitions come out, and everything is written down and read back when a
// test says restart. Time is virtual.

import { createHash } from "node:crypto";
import { Engine, type EngineRule } from "../../src/core/engine.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { CoreFacts } from "../../src/core/facts.ts";
import { type Matcher, parseMatcher } from "../../src/core/incidents/matchers.ts";
import type { Expectation, SilenceSpec } from "../../src/core/incidents/silence.ts";
import type { SavedGroup } from "../../src/core/groups.ts";
import { isHeld } from "../../src/core/incidents/silence-report.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { eventLine } from "./log-lines.ts";
import { recordingFacts } from "./recording-facts.ts";

export const NOW = Date.UTC(2026, 4, 25, 12, 0, 0);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const ORIGIN = { source: "api", format: "auto", labels: {} } as const;
export const THRESHOLD: EngineRule = {
  name: "api_key_revoked",
  match: DEFAULT_MATCH,
  groupBy: ["service"],
  detector: { kind: "threshold", count: 5, windowMs: MINUTE },
  requestIdsMax: 10,
  routes: [],
  newKeyNotice: false,
  runbookUrl: null,
};

function matcher(text: string): Matcher {
  const parsed = parseMatcher(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

interface Plan {
  readonly match?: readonly string[];
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly expect?: Partial<Expectation>;
}

export function planned(plan: Plan = {}): SilenceSpec {
  const { match = ["service=checkout"], fromMs = NOW, untilMs = NOW + HOUR, expect = {} } = plan;
  return {
    id: "config:rotation",
    name: "rotation",
    match: match.map(matcher),
    times: { kind: "once", startsMs: fromMs, endsMs: untilMs },
    expect: { maxEvents: null, maxKeys: null, ...expect },
    comment: "CHG-17",
    createdBy: "payments",
  };
}

/** An engine with a virtual clock and everything that it said. */
export class Stage {
  readonly said: Transition[] = [];
  readonly recording = recordingFacts<CoreFacts>();
  #rules: readonly EngineRule[];
  /** What is on disk. */
  readonly #groups = new Map<string, SavedGroup>();
  readonly #runs = new Map<string, string>();
  #specs: readonly SilenceSpec[];
  engine: Engine;
  nowMs = NOW;

  constructor(specs: readonly SilenceSpec[] = [], ...rules: readonly EngineRule[]) {
    this.#rules = rules.length === 0 ? [THRESHOLD] : rules;
    this.#specs = specs;
    this.engine = this.#engine();
    this.define(specs);
  }

  #engine(): Engine {
    const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
    const { facts } = this.recording;
    return new Engine({ rules: this.#rules, digest, facts, watchedSinceMs: null, summarises: true });
  }

  define(specs: readonly SilenceSpec[]): void {
    this.#specs = specs;
    this.engine.silences.define(specs, this.nowMs);
  }

  read(text: string, live = true): Transition[] {
    return this.#take(
      this.engine.feed(
        { origin: ORIGIN, stream: "api.log", bytes: Buffer.from(text), replay: false },
        this.nowMs,
        live,
      ),
    );
  }

  /** Events of now. */
  events(count: number, service = "checkout", key?: string): Transition[] {
    const line = (i: number): string =>
      eventLine({
        timeMs: this.nowMs,
        requestId: `${this.nowMs}_${i}`,
        service,
        ...(key === undefined ? {} : { key }),
      });
    return this.read(Array.from({ length: count }, (_, i) => line(i)).join(""));
  }

  /** Events of now, of several services, read at once. */
  batch(services: Readonly<Record<string, number>>): Transition[] {
    const lines = Object.entries(services).flatMap(([service, count]) =>
      Array.from({ length: count }, (_, i) =>
        eventLine({ timeMs: this.nowMs, requestId: `${service}_${i}`, service }),
      ),
    );
    return this.read(lines.join(""));
  }

  /** Lets time pass; `perSecond` does something in each second of it. */
  pass(ms: number, perSecond: () => void = () => {}): Transition[] {
    const before = this.said.length;
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += SECOND;
      perSecond();
      this.#take(this.engine.tick(this.nowMs, () => "live"));
      this.#take(this.engine.endSilences(this.nowMs));
    }
    return this.said.slice(before);
  }

  /** @param rules of the configuration from now on; none: the same. */
  restart(...rules: readonly EngineRule[]): void {
    if (rules.length > 0) this.#rules = rules;
    for (const row of this.engine.takeDirty()) this.#groups.set(`${row.rule} ${row.group}`, row);
    for (const { id, data } of this.engine.silences.takeDirty()) {
      if (data === null) this.#runs.delete(id);
      else this.#runs.set(id, data);
    }
    this.engine = this.#engine();
    this.#take(this.engine.restore(this.#groups.values(), this.nowMs));
    this.engine.silences.restore([...this.#runs].map(([id, data]) => ({ id, data })));
    this.engine.silences.define(this.#specs, this.nowMs);
  }

  get delivered(): string[] {
    return this.said.filter((transition) => !isHeld(transition)).map(({ event }) => event);
  }

  #take(transitions: Transition[]): Transition[] {
    this.said.push(...transitions);
    return transitions;
  }
}

export const kinds = (said: readonly Transition[]): string[] => said.map(({ event }) => event);
