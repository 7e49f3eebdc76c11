// The adaptive detector: four sliding windows at once, each compared at every event with a count that chance would reach
// less often than the false-alarm budget allows, given what the group usually does. O(1) per event; no training pass.

import { BUDGET_SECONDS, BudgetControl } from "./budget-control.ts";
import type { Course, Detector, DetectorView, Evidence, Signal } from "./detector.ts";
import type { AdaptiveSpec } from "./detector-spec.ts";
import { Episode } from "./episode.ts";
import { detectorView, windowEvidence } from "./evidence.ts";
import { type DetectorHistory, NO_HISTORY } from "./history.ts";
import { IncidentChain, NEW_LEVEL_SECONDS } from "./incident-chain.ts";
import {
  BASE_BUCKET_SECONDS,
  FORGET_SECONDS,
  HOUR_SECONDS,
  LATENESS_SECONDS,
  LONGEST_WINDOW_SECONDS,
  REFERENCE_WINDOW,
  WINDOWS,
  WINDOW_SECONDS,
  wholeSecond,
} from "./scales.ts";
import { SignalQueue } from "./signal-queue.ts";
import { StateReader, StateWriter } from "./state-bytes.ts";
import { shortOf } from "./thresholds.ts";
import { Usual } from "./usual.ts";
import { WARM_UP_COUNT, WarmUp } from "./warm-up.ts";
import { WindowRing } from "./window-ring.ts";

const STATE_KIND = 1;
const STATE_VERSION = 3;

export class NbScan implements Detector {
  readonly #signals = new SignalQueue();
  readonly #budget: BudgetControl;
  readonly #usual: Usual;
  readonly #windows = new WindowRing();
  readonly #chain: IncidentChain;
  readonly #warmUp = new WarmUp();
  /** Newest second seen; -1 before the first. */
  #nowSecond = -1;
  #episode: Episode | null = null;

  constructor(spec: AdaptiveSpec) {
    const budgetSeconds = BUDGET_SECONDS[spec.sensitivity];
    this.#chain = new IncidentChain(spec);
    this.#budget = new BudgetControl(budgetSeconds);
    this.#usual = new Usual(budgetSeconds, spec.minCount);
  }

  observe(timeMs: number, count: number): void {
    this.advance(timeMs);
    const second = wholeSecond(timeMs);
    this.#usual.add(second, count);
    const shortest = this.#windows.shortestCovering(second);
    if (shortest === WINDOWS || this.#nowSecond - second > LONGEST_WINDOW_SECONDS) return;
    // A batch is taken in steps that end where something can happen, so that it decides exactly as single events do.
    for (let rest = count; rest > 0;) {
      const step = rest === 1 ? 1 : Math.min(rest, this.#undecided(this.#windows.heldSince(second)));
      this.#windows.add(second, step, shortest);
      this.#decide(second, step, this.#windows.heldSince(second));
      rest -= step;
    }
  }

  advance(timeMs: number): void {
    const second = wholeSecond(timeMs);
    if (!this.#warmUp.begun || second - this.#nowSecond > FORGET_SECONDS) this.#begin(second);
    while (this.#nowSecond < second) {
      // While an episode lasts, its end is looked for every 10 s, whenever the caller's ticks come.
      const step = this.#nowSecond - (this.#nowSecond % BASE_BUCKET_SECONDS) + BASE_BUCKET_SECONDS;
      const due = this.#usual.dueSecond;
      const next = this.#episode === null ? due : Math.min(step, due);
      this.#nowSecond = Math.min(next, second);
      this.#windows.advance(this.#nowSecond);
      if (this.#nowSecond < next) return;
      this.#considerStop(next);
      if (next === due && this.#usual.turn()) this.#closeBucket();
    }
  }

  take(): readonly Signal[] {
    return this.#signals.take();
  }

  evidence(): Evidence | null {
    return this.#episode?.evidence ?? null;
  }

  countSince(timeMs: number): number {
    return this.#windows.countSince(wholeSecond(timeMs));
  }

  course(): Course | null {
    return this.#episode?.course(this.#windows.counts) ?? null;
  }

  view(): DetectorView {
    const episode = this.#episode;
    const counts = this.#windows.counts;
    if (episode !== null) {
      const { windowSeconds, expected, expectedHigh } = episode.evidence;
      const count = counts[WINDOW_SECONDS.indexOf(windowSeconds)] as number;
      const shown = { windowSeconds, count, expected, expectedHigh };
      return detectorView(episode.muted ? "recurring" : "firing", shown, episode.thresholds);
    }
    const usual = this.#usual.now();
    const evidence = windowEvidence(REFERENCE_WINDOW, counts, usual);
    if (this.#warmUp.lasts(this.#nowSecond)) return detectorView("learning", evidence, [WARM_UP_COUNT]);
    return detectorView("quiet", evidence, this.#budget.alertCounts(usual.thresholds));
  }

  history(): DetectorHistory {
    return this.#warmUp.begun ? this.#usual.history() : NO_HISTORY;
  }

  pauseLearning(on: boolean): void {
    // Planned time is no part of the six hours after which an episode is the new level.
    if (this.#usual.paused && !on) this.#chain.restart(this.#nowSecond);
    this.#usual.pause(on);
  }

  markMissing(fromMs: number, toMs: number): void {
    const from = wholeSecond(fromMs);
    const to = wholeSecond(toMs);
    if (!this.#warmUp.begun || to <= from) return;
    this.advance(fromMs);
    this.#usual.markMissing(from, to);
    this.#episode?.unseen();
  }

  snapshot(): Uint8Array {
    const to = new StateWriter(STATE_KIND, STATE_VERSION);
    to.number(this.#nowSecond);
    for (const part of this.#parts()) part.save(to);
    to.flag(this.#episode !== null);
    this.#episode?.save(to);
    return to.bytes();
  }

  restore(bytes: Uint8Array): void {
    const from = new StateReader(bytes, STATE_KIND, STATE_VERSION);
    this.#nowSecond = from.number();
    for (const part of this.#parts()) part.load(from);
    this.#episode = from.flag() ? Episode.load(from) : null;
    from.end();
  }

  #parts(): readonly { save(to: StateWriter): void; load(from: StateReader): void }[] {
    return [this.#warmUp, this.#budget, this.#chain, this.#windows, this.#usual];
  }

  #begin(second: number): void {
    if (this.#episode !== null) this.#stop(this.#nowSecond, "back_to_normal");
    this.#warmUp.begin(second);
    this.#nowSecond = second;
    this.#windows.advance(second);
    this.#usual.begin(second);
  }

  #closeBucket(): void {
    const endSecond = this.#usual.bucketEndSecond;
    if (endSecond % HOUR_SECONDS === 0) this.#budget.review(endSecond);
    // An episode may have begun since the bucket ended.
    const touches = this.#episode !== null && this.#episode.onsetSecond < endSecond;
    this.#usual.closeBucket(touches ? endSecond : this.#chain.stopSecond);
    if (this.#episode === null || this.#usual.paused || !this.#chain.isNewLevel(endSecond)) return;
    this.#usual.acceptLevel(endSecond - NEW_LEVEL_SECONDS);
    this.#stop(endSecond, "new_level");
  }

  /** How many events of a batch can be added before the next decision has to be made. */
  #undecided(held: Float64Array): number {
    const episode = this.#episode;
    if (episode !== null) return episode.muted ? this.#budget.short(held, episode.thresholds) : Infinity;
    const short = shortOf(held, this.#usual.now().thresholds);
    return this.#warmUp.lasts(this.#nowSecond) ? Math.max(short, WARM_UP_COUNT - (held[0] as number)) : short;
  }

  /** @param held what each window has held since `second`, at which the events came. */
  #decide(second: number, added: number, held: Float64Array): void {
    const episode = this.#episode;
    if (episode !== null) {
      episode.grow(second < episode.onsetSecond ? 0 : added, held);
      if (second < episode.onsetSecond) this.#backdate(episode);
      if (episode.muted) this.#announce(episode, held);
      return;
    }
    const window = this.#usual.now().hit(held);
    if (window < 0) return;
    if (this.#warmUp.holdsBack(this.#nowSecond, held)) return;
    const opened = this.#open(window, held);
    this.#announce(opened, held);
    if (!opened.muted) return;
    const { evidence } = opened;
    const times = this.#budget.times(window, evidence.count);
    const withinSeconds = this.#budget.memorySeconds;
    this.#signals.add({ kind: "recurring", atMs: this.#nowSecond * 1000, evidence, times, withinSeconds });
  }

  #open(window: number, counts: Float64Array): Episode {
    const now = this.#nowSecond;
    this.#chain.begin(now);
    const usual = this.#usual.now();
    const onsetSecond = this.#windows.riseSecond(window, usual);
    this.#episode = new Episode({
      startSecond: now,
      onsetSecond,
      reopened: this.#chain.reopens(now),
      planned: this.#usual.paused,
      window,
      predictions: [...usual.predictions],
      thresholds: usual.thresholds.slice(),
      normalBelow: this.#usual.exclude(onsetSecond, now),
      counts,
      sinceOnset: this.#windows.countSince(onsetSecond),
    });
    return this.#episode;
  }

  /** A late event may show that an episode began earlier than it looked when it fired. */
  #backdate(episode: Episode): void {
    const now = this.#nowSecond;
    if (now - episode.startSecond > LATENESS_SECONDS) return;
    const onsetSecond = this.#windows.riseSecond(episode.window, episode);
    if (onsetSecond >= episode.onsetSecond) return;
    this.#usual.exclude(onsetSecond, now);
    episode.backdate(onsetSecond, this.#windows.countSince(onsetSecond));
  }

  /** Speaks up once a window holds more than what recurs within the budget. */
  #announce(episode: Episode, counts: Float64Array): void {
    if (!this.#budget.alerts(counts, episode.thresholds)) return;
    episode.alert(this.#budget.alertCounts(episode.thresholds));
    const { evidence } = episode;
    this.#signals.add({ kind: this.#chain.alertKind(episode), atMs: this.#nowSecond * 1000, evidence });
  }

  #considerStop(second: number): void {
    if (this.#episode === null) return;
    // No data is not good news: an episode does not end while nobody can see.
    if (this.#usual.unseen(second)) this.#episode.unseen();
    else if (this.#episode.calm(second, this.#windows.counts, this.#chain.holdMs))
      this.#stop(second, "back_to_normal");
  }

  #stop(second: number, why: "back_to_normal" | "new_level"): void {
    const episode = this.#episode as Episode;
    this.#chain.end(episode, second);
    if (!episode.planned) this.#budget.record(episode.startSecond, episode.peaks, episode.reopened);
    this.#budget.review(second);
    this.#episode = null;
    this.#windows.clear(second);
    this.#usual.resume();
    this.#signals.add({ kind: "stop", atMs: second * 1000, why, evidence: episode.evidence });
  }
}
