// What a chart of the log shows: events per stretch of time of each group, and what was usual and possible there when
// they came.

import { type Judge, MAX_SILENCE_MS } from "./judge.ts";

/** The adaptive detector learns in steps of this, on its own clock; also the width of a chart's finest bar. */
const STEP_MS = 300_000;
/** Samples of a group's usual counts kept: more than a chart has columns. Then every other one is dropped. */
const MAX_SAMPLES = 800;
/** As many groups as the engine has; what else comes is `other` there and is not charted. */
const MAX_GROUPS = 1000;

/** What was usual in a group at one moment, in a window of `stretchMs`. */
export interface Sample {
  readonly timeMs: number;
  readonly usual: number;
  /** 999 of 1000 such stretches hold at most this many. */
  readonly high: number;
}

export interface GroupTimeline {
  readonly rule: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** Length of a stretch, milliseconds: 5 min, or the window of a plain threshold. */
  readonly stretchMs: number;
  /** Count of a plain threshold; null for the adaptive detector. */
  readonly threshold: number | null;
  events: number;
  /** Events by number of the stretch since the epoch. */
  readonly counts: Map<number, number>;
  /** Oldest first; empty for a plain threshold, which knows no usual. */
  samples: Sample[];
}

export class Timeline {
  readonly #judge: Judge;
  readonly #groups = new Map<string, GroupTimeline>();
  /** Of the detector. */
  readonly #stretchMs: number;
  #stepMs: number;
  /** Samples since the step was last doubled, and half of those before. */
  #taken = 0;
  /** When the next sample is due. */
  #dueMs = -Infinity;

  /** @param judge whose detectors are asked for what is usual. @param timeScale of their clock. */
  constructor(judge: Judge, timeScale = 1) {
    this.#judge = judge;
    this.#stretchMs = STEP_MS * timeScale;
    this.#stepMs = this.#stretchMs;
  }

  add(rule: string, labels: GroupTimeline["labels"], timeMs: number, count: number): void {
    const group = this.#group(rule, labels);
    if (group === null) return;
    const stretch = Math.floor(timeMs / group.stretchMs);
    group.events += count;
    group.counts.set(stretch, (group.counts.get(stretch) ?? 0) + count);
  }

  /** The log has reached `timeMs`: samples what was usual on the way. */
  moveTo(timeMs: number): void {
    // Nothing is asked in a silence over which detectors forget: asking in steps would keep them from it.
    if (timeMs - this.#dueMs > MAX_SILENCE_MS) this.#dueMs = this.#next(timeMs);
    while (this.#dueMs <= timeMs) {
      this.#judge.advance(this.#dueMs);
      this.#sample(this.#dueMs);
      this.#dueMs = this.#next(this.#dueMs);
    }
  }

  /** The groups with the most events first. */
  groups(): GroupTimeline[] {
    return [...this.#groups.values()].filter(({ events }) => events > 0).sort((a, b) => b.events - a.events);
  }

  #next(timeMs: number): number {
    return timeMs - (timeMs % this.#stepMs) + this.#stepMs;
  }

  #sample(timeMs: number): void {
    for (const reading of this.#judge.engine.readings()) {
      const group = this.#groups.get(keyOf(reading.rule, Object.entries(reading.labels)));
      if (group === undefined || reading.expected === null || reading.expectedHigh === null) continue;
      const before = group.samples.at(-1);
      // While something is unexpected the detector holds fast to what was usual before, and tells another window.
      const calm = reading.windowSeconds * 1000 === group.stretchMs && reading.state !== "firing";
      if (!calm && before === undefined) continue;
      const { usual, high } =
        calm || before === undefined
          ? { usual: reading.expected, high: reading.expectedHigh }
          : { usual: before.usual, high: before.high };
      group.samples.push({ timeMs, usual, high });
    }
    this.#taken += 1;
    if (this.#taken <= MAX_SAMPLES) return;
    this.#taken /= 2;
    this.#stepMs *= 2;
    for (const group of this.#groups.values()) group.samples = group.samples.filter((_, i) => i % 2 === 1);
  }

  #group(rule: string, labels: GroupTimeline["labels"]): GroupTimeline | null {
    const key = keyOf(rule, labels);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (this.#groups.size >= MAX_GROUPS) return null;
    const spec = this.#judge.rules.find(({ name }) => name === rule)?.detector;
    const plain = spec?.kind === "threshold" ? spec : null;
    const group: GroupTimeline = {
      rule,
      labels,
      stretchMs: plain?.windowMs ?? this.#stretchMs,
      threshold: plain?.count ?? null,
      events: 0,
      counts: new Map(),
      samples: [],
    };
    this.#groups.set(key, group);
    return group;
  }
}

function keyOf(rule: string, labels: GroupTimeline["labels"]): string {
  return JSON.stringify([rule, labels]);
}
