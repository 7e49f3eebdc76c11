// The detectors of one group as one: the count of its events, and beside it the count of keys that were not seen lately.
// Which of the two fires is the incident's channel; the group fires as long as either does.

import { createDetector } from "../spikes/create-detector.ts";
import type { Course, Detector, DetectorView, Evidence, Signal } from "../spikes/detector.ts";
import type { DetectorSpec } from "../spikes/detector-spec.ts";
import type { DetectorHistory } from "../spikes/history.ts";
import { NewKeys } from "../spikes/new-keys.ts";
import type { Channel } from "./incident.ts";

/** A signal, and the channel that gave it. */
export interface ChannelSignal {
  readonly channel: Channel;
  readonly signal: Signal;
}

/** Numbers, and the channel that they are of. */
export interface ChannelEvidence {
  readonly channel: Channel;
  readonly evidence: Evidence;
}

/** The part that survives a restart. */
export interface ChannelsState {
  readonly firing: readonly Channel[];
  readonly events: Uint8Array;
  /** Null for a plain threshold. */
  readonly newKeys: Uint8Array | null;
}

/** The worst first. */
const COURSES: readonly Course[] = ["risen", "ebbing", "calm"];
const NONE: readonly never[] = Object.freeze([]);

export class Channels {
  readonly #events: Detector;
  /** Null for a plain threshold, which asked for nothing but its count. */
  readonly #newKeys: NewKeys | null;
  #firing: Channel[] = [];

  constructor(spec: DetectorSpec) {
    this.#events = createDetector(spec);
    this.#newKeys = spec.kind === "adaptive" ? new NewKeys(spec) : null;
  }

  /** True while no channel fires. */
  get quiet(): boolean {
    return this.#firing.length === 0;
  }

  /** @param keyDigest null when the event names no key. */
  observe(timeMs: number, keyDigest: string | null): void {
    this.#events.observe(timeMs, 1);
    this.#newKeys?.observe(timeMs, keyDigest);
  }

  /** Events of which nothing but the time is known. */
  observeCount(timeMs: number, count: number): void {
    this.#events.observe(timeMs, count);
  }

  advance(timeMs: number): void {
    this.#events.advance(timeMs);
    this.#newKeys?.detector.advance(timeMs);
  }

  markMissing(fromMs: number, toMs: number): void {
    this.#events.markMissing(fromMs, toMs);
    this.#newKeys?.markMissing(fromMs, toMs);
  }

  pauseLearning(on: boolean): void {
    this.#events.pauseLearning(on);
    this.#newKeys?.detector.pauseLearning(on);
  }

  /**
   * What happened since the last call, each signal once; `quiet` is true to each signal when it is handed over. It is asked
   * after every event, so that nothing is made for the answer "nothing".
   */
  take(): Iterable<ChannelSignal> {
    const events = this.#events.take();
    const newKeys = this.#newKeys?.detector.take() ?? NONE;
    return events.length + newKeys.length === 0 ? NONE : this.#handOver(events, newKeys);
  }

  /** What is unexpected now in the channels that fire. */
  *evidence(): Generator<ChannelEvidence> {
    for (const [channel, detector] of this.#all()) {
      const evidence = this.#firing.includes(channel) ? detector.evidence() : null;
      if (evidence !== null) yield { channel, evidence: this.#ofEvents(channel, evidence) };
    }
  }

  /** The newest numbers of what is unexpected in a channel, told or not; null while nothing is. */
  evidenceOf(channel: Channel): Evidence | null {
    const evidence = (channel === "events" ? this.#events : this.#newKeys?.detector)?.evidence() ?? null;
    return evidence === null ? null : this.#ofEvents(channel, evidence);
  }

  /** Events since the rise began, of the channel that has seen most; 0 when none fires. */
  get sinceOnset(): number {
    let most = 0;
    for (const { evidence } of this.evidence()) most = Math.max(most, evidence.sinceOnset);
    return most;
  }

  /** How what fires goes on: by the channel that is worst off; null while none fires. */
  course(): Course | null {
    const firing = this.#all().filter(([channel]) => this.#firing.includes(channel));
    const courses = new Set(firing.map(([, detector]) => detector.course()));
    return COURSES.find((course) => courses.has(course)) ?? null;
  }

  view(): DetectorView {
    return this.#events.view();
  }

  history(): DetectorHistory {
    return this.#events.history();
  }

  state(): ChannelsState {
    return {
      firing: this.#firing,
      events: this.#events.snapshot(),
      newKeys: this.#newKeys?.snapshot() ?? null,
    };
  }

  /** @throws RangeError when the state is of other detectors or another version. */
  restore(state: ChannelsState): void {
    this.#events.restore(state.events);
    if (state.newKeys !== null) this.#newKeys?.restore(state.newKeys);
    this.#firing = [...state.firing];
  }

  #all(): (readonly [Channel, Detector])[] {
    return [
      ["events", this.#events],
      ...(this.#newKeys === null ? [] : [["new_keys", this.#newKeys.detector] as const]),
    ];
  }

  *#handOver(events: readonly Signal[], newKeys: readonly Signal[]): Generator<ChannelSignal> {
    const all = [
      ...events.map((signal) => ({ channel: "events", signal }) as const),
      ...newKeys.map((signal) => ({ channel: "new_keys", signal }) as const),
    ];
    for (const { channel, signal: given } of all) {
      const signal = { ...given, evidence: this.#ofEvents(channel, given.evidence) };
      if (signal.kind === "start" || signal.kind === "reopen") this.#firing.push(channel);
      if (signal.kind === "stop") this.#firing = this.#firing.filter((other) => other !== channel);
      yield { channel, signal };
    }
  }

  /** The second channel counts keys; what has come since the onset is events in both. */
  #ofEvents(channel: Channel, evidence: Evidence): Evidence {
    if (channel === "events") return evidence;
    const sinceOnset = Math.max(evidence.sinceOnset, this.#events.countSince(evidence.onsetMs));
    return { ...evidence, sinceOnset };
  }
}
