// The plain rule for people who want one: fires as soon as the last `windowMs` hold `count` events. It learns nothing
// and needs no warm-up.

import type { Course, Detector, DetectorView, Evidence, Signal } from "./detector.ts";
import type { Holding } from "./detector-spec.ts";
import type { DetectorHistory } from "./history.ts";
import { SignalQueue } from "./signal-queue.ts";
import { StateReader, StateWriter } from "./state-bytes.ts";
import { StepCounts } from "./step-counts.ts";
import { TimeCounts } from "./time-counts.ts";

/** It stops once the window has held less than half of the count for a while: five minutes, unless told otherwise. */
const STOP_SHARE = 0.5;
const HOLD_MS = 300_000;
/** A hit this soon after a stop continues the same incident, unless told otherwise. */
const COOLDOWN_MS = 900_000;
const STATE_KIND = 2;
const STATE_VERSION = 4;

export class FixedThreshold implements Detector {
  readonly #count: number;
  readonly #windowMs: number;
  readonly #holdMs: number;
  readonly #cooldownMs: number;
  readonly #signals = new SignalQueue();
  readonly #window: TimeCounts;
  readonly #steps = new StepCounts();
  #nowMs = 0;
  /** First event of the window that fired; null while quiet. */
  #onsetMs: number | null = null;
  /** The most that the window has held since it fired, and the events since the onset. */
  #most = 0;
  #sinceOnset = 0;
  /** Since when the window has held too little to go on; null while it holds enough. */
  #calmSinceMs: number | null = null;
  #stopMs = -Infinity;
  /** Until then nobody can see. */
  #unseenUntilMs = -Infinity;

  /** @param count events that fire, at least 1. @param windowMs length of the window, 1 s to 7 d. */
  constructor(count: number, windowMs: number, { resolveAfterMs, cooldownMs }: Holding = {}) {
    this.#holdMs = resolveAfterMs ?? HOLD_MS;
    this.#cooldownMs = cooldownMs ?? COOLDOWN_MS;
    this.#count = count;
    this.#windowMs = windowMs;
    this.#window = new TimeCounts(windowMs);
  }

  observe(timeMs: number, count: number): void {
    const atMs = wholeMs(timeMs);
    this.advance(atMs);
    this.#steps.add(atMs, count);
    if (this.#nowMs - atMs >= this.#windowMs) return;
    if (this.#onsetMs === null) {
      // The event that makes the count reached fires; the rest of a batch comes after it.
      const first = Math.min(count, Math.max(0, this.#count - this.#window.total));
      this.#window.add(atMs, first);
      if (this.#window.total >= this.#count) this.#fire();
      if (count > first) this.#grow(atMs, count - first);
    } else this.#grow(atMs, count);
    if (this.#window.total >= this.#count * STOP_SHARE) this.#calmSinceMs = null;
  }

  advance(timeMs: number): void {
    const atMs = wholeMs(timeMs);
    if (atMs <= this.#nowMs) return;
    this.#leave(atMs);
    this.#nowMs = atMs;
    this.#steps.advance(atMs);
    if (this.#onsetMs === null || this.#calmSinceMs === null) return;
    const stopMs = this.#calmSinceMs + this.#holdMs;
    if (stopMs > atMs) return;
    const evidence = this.#evidence(this.#onsetMs);
    this.#onsetMs = null;
    this.#stopMs = stopMs;
    this.#signals.add({ kind: "stop", atMs: stopMs, why: "back_to_normal", evidence });
  }

  take(): readonly Signal[] {
    return this.#signals.take();
  }

  evidence(): Evidence | null {
    return this.#onsetMs === null ? null : this.#evidence(this.#onsetMs);
  }

  countSince(timeMs: number): number {
    return this.#window.countSince(timeMs);
  }

  course(): Course | null {
    if (this.#onsetMs === null) return null;
    if (this.#window.total >= this.#count) return "risen";
    return this.#calmSinceMs !== null && this.#calmSinceMs <= this.#nowMs ? "calm" : "ebbing";
  }

  view(): DetectorView {
    const windowSeconds = this.#windowMs / 1000;
    return {
      state: this.#onsetMs === null ? "quiet" : "firing",
      windowSeconds,
      windowEvents: this.#window.total,
      expected: null,
      expectedHigh: null,
      thresholds: [{ windowSeconds, count: this.#count }],
    };
  }

  history(): DetectorHistory {
    return this.#steps.view();
  }

  /** Nothing is ever learned. */
  pauseLearning(): void {}

  /** What nobody could see is no reason to stop: calm begins anew at its end. */
  markMissing(_fromMs: number, toMs: number): void {
    this.#unseenUntilMs = Math.max(this.#unseenUntilMs, wholeMs(toMs));
    if (this.#calmSinceMs !== null) this.#calmSinceMs = Math.max(this.#calmSinceMs, wholeMs(toMs));
  }

  snapshot(): Uint8Array {
    const to = new StateWriter(STATE_KIND, STATE_VERSION);
    for (const ms of [this.#nowMs, this.#onsetMs ?? NaN, this.#calmSinceMs ?? NaN, this.#stopMs])
      to.number(ms);
    to.number(this.#unseenUntilMs);
    to.count(this.#most);
    to.count(this.#sinceOnset);
    this.#window.save(to);
    this.#steps.save(to);
    return to.bytes();
  }

  /** Of another window too: what it held is counted on as far as the window of now reaches, and an incident goes on. */
  restore(bytes: Uint8Array): void {
    const from = new StateReader(bytes, STATE_KIND, STATE_VERSION);
    this.#nowMs = from.number();
    this.#onsetMs = numberOrNull(from.number());
    this.#calmSinceMs = numberOrNull(from.number());
    this.#stopMs = from.number();
    this.#unseenUntilMs = from.number();
    this.#most = from.count();
    this.#sinceOnset = from.count();
    this.#window.load(from);
    this.#steps.load(from);
    from.end();
    this.#leave(this.#nowMs);
  }

  /** The window of `atMs` no longer holds what is older than it is long. */
  #leave(atMs: number): void {
    while (this.#window.nextLeaveMs <= atMs) {
      const leaveMs = this.#window.nextLeaveMs;
      this.#window.dropOldest();
      // The moment it became too little is an event's leaving, however rarely time is told.
      if (this.#window.total < this.#count * STOP_SHARE) {
        this.#calmSinceMs ??= Math.max(leaveMs, this.#unseenUntilMs);
      }
    }
  }

  #fire(): void {
    this.#onsetMs = this.#window.oldestMs ?? this.#nowMs;
    this.#most = this.#window.total;
    this.#sinceOnset = this.#window.total;
    this.#calmSinceMs = null;
    const kind = this.#nowMs - this.#stopMs < this.#cooldownMs ? "reopen" : "start";
    this.#signals.add({ kind, atMs: this.#nowMs, evidence: this.#evidence(this.#onsetMs) });
  }

  /** More events while it fires. */
  #grow(atMs: number, count: number): void {
    this.#window.add(atMs, count);
    this.#sinceOnset += count;
    this.#most = Math.max(this.#most, this.#window.total);
  }

  #evidence(onsetMs: number): Evidence {
    return {
      windowSeconds: this.#windowMs / 1000,
      count: this.#most,
      expected: null,
      expectedHigh: null,
      ratio: null,
      logProbability: null,
      threshold: this.#count,
      onsetMs,
      sinceOnset: this.#sinceOnset,
    };
  }
}

/** Whole milliseconds since the epoch, never before it. */
function wholeMs(timeMs: number): number {
  return Math.max(0, Math.floor(timeMs));
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
