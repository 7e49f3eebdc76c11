// A detector on a timeline of seconds since a Monday: steady events, bursts, and the signals that came of them.

import assert from "node:assert/strict";
import type { Detector, Evidence, Signal } from "../../../src/core/spikes/detector.ts";
import { NbScan } from "../../../src/core/spikes/nb-scan.ts";
import type { AdaptiveSpec } from "../../../src/core/spikes/detector-spec.ts";

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;
const MONDAY_MS = 1_735_516_800_000;

export const MEDIUM: AdaptiveSpec = { sensitivity: "medium", minCount: 10 };

export function atMs(second: number): number {
  return MONDAY_MS + second * 1000;
}

/** Second of the timeline at which a signal came. */
export function secondOf(signal: Signal): number {
  return (signal.atMs - MONDAY_MS) / 1000;
}

export class Timeline {
  readonly detector: Detector;
  readonly signals: Signal[] = [];

  constructor(detector: Detector = new NbScan(MEDIUM)) {
    this.detector = detector;
    this.detector.advance(atMs(0));
  }

  /** One event every `seconds`, from `from` to before `to`. */
  every(seconds: number, from: number, to: number): this {
    for (let second = from; second < to; second += seconds) this.add(second, 1);
    return this;
  }

  /** `events` evenly over `seconds`, from `from` on. */
  burst(events: number, from: number, seconds: number): this {
    for (let i = 0; i < events; i++) this.add(from + Math.floor((i * seconds) / events), 1);
    return this;
  }

  add(second: number, count: number): this {
    this.detector.observe(atMs(second), count);
    this.signals.push(...this.detector.take());
    return this;
  }

  until(second: number): this {
    this.detector.advance(atMs(second));
    this.signals.push(...this.detector.take());
    return this;
  }

  /** Kinds of the signals in order. */
  get kinds(): string[] {
    return this.signals.map(({ kind }) => kind);
  }
}

/** Two days of one event every half hour, which every rule below can start from. */
export function quiet(detector?: NbScan): Timeline {
  return new Timeline(detector).every(30 * MINUTE, 7, 2 * DAY);
}

/** A job of 200 events every night, eight nights long. */
export function nightly(detector = new NbScan(MEDIUM)): Timeline {
  const timeline = quiet(detector);
  for (let night = 2; night < 10; night++) timeline.burst(200, night * DAY + 2 * HOUR, 2 * MINUTE);
  return timeline;
}

export function evidenceOf(timeline: Timeline, index = 0): Evidence {
  const signal = timeline.signals[index];
  assert.ok(signal !== undefined && signal.kind !== "stop", "no such signal");
  return signal.evidence;
}

export function expectedNow(timeline: Timeline): number {
  return timeline.detector.view().expected as number;
}
