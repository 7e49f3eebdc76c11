// A stretch of unexpected counts while it lasts: what was predicted when it began (frozen, so that it cannot make itself
// usual), how large it became, and when it has calmed down.

import type { Prediction } from "./baseline.ts";
import type { Course, Evidence } from "./detector.ts";
import { mostTelling, windowEvidence } from "./evidence.ts";
import { REFERENCE_WINDOW, WINDOWS, WINDOW_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** A window is watched once the episode's mean level would have filled it to twice what is still normal. */
const CLEARLY_ABNORMAL = 2;

export class Episode {
  readonly startSecond: number;
  /** When the rise in the window that hit began, to 10 s. */
  onsetSecond: number;
  /** It continues the episode that stopped less than an hour ago. */
  readonly reopened: boolean;
  /** It began in planned time: it may not raise what counts as recurring. */
  readonly planned: boolean;
  /** Predictions as they were when it began. */
  readonly predictions: readonly Prediction[];
  /** From which count on each window fires: as it was when it began, then as it was when it alerted. */
  readonly thresholds: Float64Array;
  /** q99 per window: below this a count is normal again. */
  readonly #normalBelow: Float64Array;
  /** The most that each window has held. */
  readonly peaks = new Float64Array(WINDOWS);
  /** The window that hit. */
  readonly window: number;
  #muted = true;
  /** The most telling numbers so far; null when more came since. Asked for after every event, it would cost 4 µs. */
  #evidence: Evidence | null = null;
  /** What the window that hit held, and all that came since. */
  #events: number;
  #sinceOnset: number;
  /** Windows on which the episode was clearly abnormal at some time. */
  readonly #clear = new Uint8Array(WINDOWS);
  #calmSinceSecond = Infinity;

  constructor(
    begin: Pick<
      Episode,
      "startSecond" | "onsetSecond" | "reopened" | "planned" | "predictions" | "thresholds" | "window"
    > & {
      readonly normalBelow: Float64Array;
      /** What each window holds. */
      readonly counts: Float64Array;
      /** Events since the onset. */
      readonly sinceOnset: number;
    },
  ) {
    this.startSecond = begin.startSecond;
    this.onsetSecond = begin.onsetSecond;
    this.reopened = begin.reopened;
    this.planned = begin.planned;
    this.predictions = begin.predictions;
    this.thresholds = begin.thresholds;
    this.window = begin.window;
    this.#normalBelow = begin.normalBelow;
    this.peaks.set(begin.counts);
    this.#events = begin.counts[begin.window] as number;
    this.#sinceOnset = begin.sinceOnset;
  }

  /** No larger than what recurs: not alerted so far. */
  get muted(): boolean {
    return this.#muted;
  }

  /** It alerts. @param thresholds from which count on each window does, which budget control may have raised. */
  alert(thresholds: Float64Array): void {
    this.#muted = false;
    this.thresholds.set(thresholds);
    this.#evidence = null;
  }

  /** The most telling numbers so far: how bad it got, not how it ebbs. */
  get evidence(): Evidence {
    return (this.#evidence ??= {
      ...windowEvidence(mostTelling(this.peaks, this, this.window), this.peaks, this),
      onsetMs: this.onsetSecond * 1000,
      sinceOnset: this.#sinceOnset,
    });
  }

  /** More events came. @param counts what each window holds now. */
  grow(count: number, counts: Float64Array): void {
    this.#events += count;
    this.#sinceOnset += count;
    this.#evidence = null;
    for (let i = 0; i < WINDOWS; i++) {
      if ((counts[i] as number) > (this.peaks[i] as number)) this.peaks[i] = counts[i] as number;
    }
  }

  /** Late events show that it began earlier. @param sinceOnset all events since then. */
  backdate(onsetSecond: number, sinceOnset: number): void {
    this.#events += sinceOnset - this.#sinceOnset;
    this.onsetSecond = onsetSecond;
    this.#sinceOnset = sinceOnset;
    this.#evidence = null;
  }

  /** What happens at `second` is unknown: calm has to begin anew. */
  unseen(): void {
    this.#calmSinceSecond = Infinity;
  }

  /** How it goes on, null for one that is no larger than what recurs. @param counts what each window holds now. */
  course(counts: Float64Array): Course | null {
    if (this.#muted) return null;
    if (this.thresholds.some((threshold, i) => (counts[i] as number) >= threshold)) return "risen";
    return this.#calmSinceSecond === Infinity ? "ebbing" : "calm";
  }

  /** Whether the watched window has been back to normal for `holdMs` at `second`. Asked every 10 s. */
  calm(second: number, counts: Float64Array, holdMs: number): boolean {
    const window = this.#watchedWindow(second);
    if ((counts[window] as number) >= (this.#normalBelow[window] as number)) {
      this.#calmSinceSecond = Infinity;
      return false;
    }
    this.#calmSinceSecond = Math.min(this.#calmSinceSecond, second);
    return second - this.#calmSinceSecond >= holdMs / 1000;
  }

  save(to: StateWriter): void {
    to.count(this.startSecond);
    to.count(this.onsetSecond);
    to.flag(this.reopened);
    to.flag(this.planned);
    for (const { mean, size } of this.predictions) {
      to.number(mean);
      to.number(size);
    }
    to.counts(this.thresholds);
    to.byte(this.window);
    to.counts(this.#normalBelow);
    to.counts(this.peaks);
    to.flag(this.#muted);
    to.count(this.#events);
    to.count(this.#sinceOnset);
    to.counts(this.#clear);
    to.number(this.#calmSinceSecond);
  }

  static load(from: StateReader): Episode {
    const head = {
      startSecond: from.count(),
      onsetSecond: from.count(),
      reopened: from.flag(),
      planned: from.flag(),
      predictions: WINDOW_SECONDS.map(() => ({ mean: from.number(), size: from.number() })),
      thresholds: perWindow(from),
      window: from.byte(),
      normalBelow: perWindow(from),
      counts: perWindow(from),
      sinceOnset: 0,
    };
    const episode = new Episode(head);
    episode.#muted = from.flag();
    episode.#events = from.count();
    episode.#sinceOnset = from.count();
    from.counts(episode.#clear);
    episode.#calmSinceSecond = from.number();
    return episode;
  }

  /**
   * The shortest window of 5 min or more on which the episode's mean level was clearly abnormal, else the longest: a
   * slow episode must not end because five minutes hold nothing unusual.
   */
  #watchedWindow(second: number): number {
    const duration = Math.max(1, second - this.onsetSecond);
    for (let i = REFERENCE_WINDOW; i < WINDOWS; i++) {
      const level = this.#events * Math.min(1, (WINDOW_SECONDS[i] as number) / duration);
      if (level >= CLEARLY_ABNORMAL * (this.#normalBelow[i] as number)) this.#clear[i] = 1;
      if (this.#clear[i] === 1) return i;
    }
    return WINDOWS - 1;
  }
}

function perWindow(from: StateReader): Float64Array {
  const values = new Float64Array(WINDOWS);
  from.counts(values);
  return values;
}
