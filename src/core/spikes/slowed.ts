// A detector on a slower clock: for counts of which each is of more than an hour, so that its longest window holds a whole
// one. All that is a length of time in it becomes so much longer; scaling time does not change a verdict.

import type { Course, Detector, DetectorView, Evidence, Signal } from "./detector.ts";
import type { DetectorHistory } from "./history.ts";

export class Slowed implements Detector {
  readonly #inner: Detector;
  readonly #factor: number;

  /** @param factor how many seconds are one of the inner detector's; at least 1. */
  constructor(inner: Detector, factor: number) {
    this.#inner = inner;
    this.#factor = factor;
  }

  observe(timeMs: number, count: number): void {
    this.#inner.observe(timeMs / this.#factor, count);
  }

  advance(timeMs: number): void {
    this.#inner.advance(timeMs / this.#factor);
  }

  take(): readonly Signal[] {
    const signals = this.#inner.take();
    return signals.length === 0 ? signals : signals.map((signal) => this.#signal(signal));
  }

  evidence(): Evidence | null {
    const evidence = this.#inner.evidence();
    return evidence === null ? null : this.#evidence(evidence);
  }

  countSince(timeMs: number): number {
    return this.#inner.countSince(timeMs / this.#factor);
  }

  course(): Course | null {
    return this.#inner.course();
  }

  view(): DetectorView {
    const view = this.#inner.view();
    const thresholds = view.thresholds.map((one) => ({
      ...one,
      windowSeconds: this.#longer(one.windowSeconds),
    }));
    return { ...view, windowSeconds: this.#longer(view.windowSeconds), thresholds };
  }

  history(): DetectorHistory {
    const history = this.#inner.history();
    return {
      ...history,
      stepSeconds: this.#longer(history.stepSeconds),
      fromMs: this.#longer(history.fromMs),
    };
  }

  pauseLearning(on: boolean): void {
    this.#inner.pauseLearning(on);
  }

  markMissing(fromMs: number, toMs: number): void {
    this.#inner.markMissing(fromMs / this.#factor, toMs / this.#factor);
  }

  snapshot(): Uint8Array {
    return this.#inner.snapshot();
  }

  restore(bytes: Uint8Array): void {
    this.#inner.restore(bytes);
  }

  #signal(signal: Signal): Signal {
    const evidence = this.#evidence(signal.evidence);
    const atMs = this.#longer(signal.atMs);
    return signal.kind === "recurring"
      ? { ...signal, atMs, evidence, withinSeconds: this.#longer(signal.withinSeconds) }
      : { ...signal, atMs, evidence };
  }

  #evidence(evidence: Evidence): Evidence {
    const { windowSeconds, onsetMs } = evidence;
    return { ...evidence, windowSeconds: this.#longer(windowSeconds), onsetMs: this.#longer(onsetMs) };
  }

  #longer(time: number): number {
    return time * this.#factor;
  }
}
