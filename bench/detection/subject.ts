// What the benchmark asks of a detector, ours or a peer's, and ours behind it.

import { NbScan } from "../../src/core/spikes/nb-scan.ts";
import type { AdaptiveSpec } from "../../src/core/spikes/detector-spec.ts";
import type { Series } from "./series.ts";

export interface Alert {
  readonly kind: "start" | "reopen" | "stop";
  readonly second: number;
}

export interface Subject {
  /** Events in time order. */
  observe(second: number, count: number): void;
  /** The clock has reached `second` without an event. */
  tick(second: number): void;
  readonly alerts: readonly Alert[];
}

/** The simulated Monday, 30 December 2024: day and week of the seasonal profiles are real ones. */
const MONDAY_MS = 1_735_516_800_000;
const TICK_SECONDS = 300;

export class OurSubject implements Subject {
  readonly alerts: Alert[] = [];
  readonly #detector: NbScan;
  #alerting = false;

  constructor(spec: AdaptiveSpec) {
    this.#detector = new NbScan(spec);
    this.#detector.advance(MONDAY_MS);
  }

  observe(second: number, count: number): void {
    this.#detector.observe(MONDAY_MS + second * 1000, count);
    this.#take();
  }

  tick(second: number): void {
    this.#detector.advance(MONDAY_MS + second * 1000);
    this.#take();
  }

  snapshotBytes(): number {
    return this.#detector.snapshot().length;
  }

  #take(): void {
    for (const { kind, atMs } of this.#detector.take()) {
      const second = (atMs - MONDAY_MS) / 1000;
      if (kind === "recurring" || (kind === "stop" && !this.#alerting)) continue;
      this.#alerting = kind !== "stop";
      this.alerts.push({ kind, second });
    }
  }
}

/** Feeds a series up to `end`, with a tick every five minutes. */
export function feed(subject: Subject, { seconds, counts }: Series, end: number): void {
  let tick = TICK_SECONDS;
  for (let i = 0; i < seconds.length; i++) {
    const second = seconds[i] as number;
    if (second >= end) break;
    for (; tick <= second; tick += TICK_SECONDS) subject.tick(tick);
    subject.observe(second, counts[i] as number);
  }
  for (; tick <= end; tick += TICK_SECONDS) subject.tick(tick);
}
