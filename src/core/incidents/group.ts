// One group of a rule: its detectors, what was seen lately, and its incident when there is one. Events and time go in,
// transitions come out; everything can be written down and read back.

import type { RevokedEvent } from "../events/event.ts";
import type { DetectorView, Signal } from "../spikes/detector.ts";
import type { DetectorSpec } from "../spikes/detector-spec.ts";
import type { CoreFacts } from "../facts.ts";
import { Channels, type ChannelSignal } from "./channels.ts";
import { packGroup, unpackGroup } from "./group-state.ts";
import { incidentId } from "./ids.ts";
import {
  type Channel,
  grow,
  type Incident,
  incidentOf,
  reopened,
  rfc3339,
  strengthen,
  viewOf,
} from "./incident.ts";
import { HISTORY_MS, lateSeconds } from "./lifecycle.ts";
import { closingWord, firstWord, nextWord, type Word } from "./next-word.ts";
import { Sightings } from "./sightings.ts";
import type { Silences, Standing } from "./silences.ts";
import type { IncidentView, Transition } from "./transition.ts";

/** What a group takes from its rule. */
export interface GroupRule {
  readonly name: string;
  readonly detector: DetectorSpec;
  readonly requestIdsMax: number;
  readonly runbookUrl: string | null;
}

/** What the group is given by the engine. */
export interface GroupSetup {
  readonly rule: GroupRule;
  readonly labels: Readonly<Record<string, string>>;
  /** Keyed hash of a text, hex, at least 20 digits. */
  readonly digest: (text: string) => string;
  readonly facts: CoreFacts;
  readonly silences: Silences;
  /**
   * Since when the group would have been seen had anything happened in it, milliseconds since the epoch: a service whose
   * first events are a spike is not new to a log that has been watched for an hour. Null while it is restored.
   */
  readonly watchedSinceMs: number | null;
}

/** An event this far behind its group is outside every window: it trains the baseline and can raise nothing. */
const LATE_MS = 3_600_000;
/** An incident's profile is shown this long after it was resolved; then the last hour's is. */
const PROFILE_KEPT_MS = 3_600_000;

/** Some events that came at one time. */
export interface Counted {
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** At least 0. */
  readonly count: number;
}

export class Group {
  readonly #setup: GroupSetup;
  readonly #channels: Channels;
  readonly #sightings = new Sightings();
  #incident: Incident | null = null;
  #eventsTotal = 0;
  #clockMs = 0;
  #source = "";
  #plannedUntilMs: number | null = null;
  #out: Transition[] = [];

  constructor(setup: GroupSetup) {
    this.#setup = setup;
    this.#channels = new Channels(setup.rule.detector);
    if (setup.watchedSinceMs !== null) this.#channels.advance(setup.watchedSinceMs);
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#setup.labels;
  }

  /** Events since the state directory was created. */
  get eventsTotal(): number {
    return this.#eventsTotal;
  }

  /** The source of the newest event: whose time this group follows. */
  get source(): string {
    return this.#source;
  }

  get openIncident(): IncidentView | null {
    const incident = this.#incident;
    return incident === null || incident.resolvedAtMs !== null || incident.told === null
      ? null
      : this.#view(incident);
  }

  /** Every request id that is kept of an incident, at most 200; null when it is not this group's latest. */
  requestIdsOf(incident: string): string[] | null {
    return this.#incident?.id === incident ? this.#sightings.requestIds.kept() : null;
  }

  /** @param replay the event is history that was there before the log was first seen. */
  observe(event: RevokedEvent, nowMs: number, replay: boolean): void {
    // In a backlog no tick comes between: an incident that ended before this event must not count it.
    if (this.#open() !== null) this.#pass(event.timeMs, nowMs);
    const { rule, facts } = this.#setup;
    if (this.#clockMs - event.timeMs > LATE_MS) facts.lateEvent(rule.name, this.#clockMs - event.timeMs);
    this.#eventsTotal += 1;
    this.#source = event.source;
    this.#clockMs = Math.max(this.#clockMs, event.timeMs);
    this.#plan();
    const open = this.#open();
    this.#sightings.add(event, open !== null);
    if (open !== null) grow(open, event, this.#sightings.newestMinute);
    this.#channels.observe(event.timeMs, event.key?.digest ?? null);
    this.#obey(event, nowMs, replay);
  }

  /** Counts events of which nothing but the time is known. */
  observeCount({ source, timeMs, count }: Counted, nowMs: number): void {
    this.#source = source;
    if (count === 0) return this.advance(timeMs, nowMs);
    this.#pass(timeMs, nowMs);
    this.#eventsTotal += count;
    this.#clockMs = Math.max(this.#clockMs, timeMs);
    this.#plan();
    this.#sightings.addCount(timeMs, count);
    const before = this.#open();
    this.#channels.observeCount(timeMs, count);
    this.#obey(null, nowMs, false);
    const open = this.#open();
    if (open === null) return;
    // What fired is the first part of the batch that reached the threshold; all of it came at that moment.
    if (open === before) open.total += count;
    else open.total = Math.max(open.total, open.evidence.count);
    open.lastEventMs = Math.max(open.lastEventMs, timeMs);
    open.peakPerMinute = Math.max(open.peakPerMinute, this.#sightings.newestMinute);
  }

  /** Time has reached `timeMs` (event time) in this group without an event. */
  advance(timeMs: number, nowMs: number): void {
    this.#clockMs = Math.max(this.#clockMs, timeMs);
    this.#plan();
    this.#sightings.advance(timeMs);
    const resolvedAtMs = this.#incident?.resolvedAtMs ?? null;
    if (resolvedAtMs !== null && this.#clockMs - resolvedAtMs >= PROFILE_KEPT_MS) this.#sightings.end();
    this.#pass(timeMs, nowMs);
    const open = this.#open();
    if (open !== null) strengthen(open, this.#channels.evidence(open.channel));
  }

  /** What is to be said now; called when the engine has fed all it has, so that the numbers are the newest. */
  flush(nowMs: number): Transition[] {
    const incident = this.#open();
    if (incident !== null) {
      const present = nowMs - this.#clockMs < HISTORY_MS;
      const due = incident.told === null ? !incident.replay || present : present;
      const standing = this.#standing(incident, nowMs);
      const word = due ? nextWord(incident, standing, this.#clockMs) : null;
      if (word !== null) {
        this.#say(word, incident, incident.told === null ? incident.firingSinceMs : this.#clockMs, nowMs);
      } else if (incident.heldBy !== null && due) {
        // Its end may have been moved.
        incident.heldBy = standing.kind === "held" ? standing.by : null;
      }
    }
    if (this.#out.length === 0) return this.#out;
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /**
   * Somebody takes care of the open incident.
   * @returns false when it is not this group's, or is over.
   */
  acknowledge(incident: string, by: string, nowMs: number): boolean {
    const open = this.#open();
    if (open === null || open.id !== incident || open.told === null) return false;
    if (open.ack?.by === by) return true;
    open.ack = { by, atMs: this.#clockMs };
    this.#say(closingWord("acked", open), open, Math.max(nowMs, this.#clockMs), nowMs);
    return true;
  }

  /** The incident that lasted at or after a moment, with the newest numbers; null when none did. */
  incidentSince(timeMs: number): IncidentView | null {
    const incident = this.#incident;
    if (incident === null || incident.told === null) return null;
    return (incident.resolvedAtMs ?? Infinity) >= timeMs ? this.#view(incident) : null;
  }

  reading(): DetectorView & { readonly distinctKeys: number } {
    return { ...this.#channels.view(), distinctKeys: this.#sightings.profile().distinctKeys };
  }

  /** Everything that a restart must not forget, as bytes; the JSON holds no log text but masked keys and request ids. */
  snapshot(): Uint8Array {
    return packGroup({
      eventsTotal: this.#eventsTotal,
      clockMs: this.#clockMs,
      source: this.#source,
      incident: this.#incident,
      plannedUntilMs: this.#plannedUntilMs,
      ...this.#sightings.state(),
      ...this.#channels.state(),
    });
  }

  /** @returns why the bytes could not be used (the group then starts anew, keeping its count), null when they were. */
  restore(bytes: Uint8Array): string | null {
    const state = unpackGroup(bytes);
    if (state === null) return "written by another version";
    this.#eventsTotal = state.eventsTotal;
    this.#clockMs = state.clockMs;
    this.#source = state.source;
    try {
      this.#channels.restore(state);
    } catch (error) {
      if (error instanceof RangeError) return error.message;
      throw error;
    }
    this.#incident = state.incident;
    this.#plannedUntilMs = state.plannedUntilMs;
    this.#sightings.restore(state);
    return null;
  }

  #open(): Incident | null {
    return this.#incident?.resolvedAtMs === null ? this.#incident : null;
  }

  /** Nothing is learned from planned time; it ends where the silence ends, not where the next event lies. */
  #plan(): void {
    const { rule, labels, silences } = this.#setup;
    const before = this.#plannedUntilMs;
    const untilMs = silences.plannedUntil(rule.name, labels, this.#clockMs);
    this.#plannedUntilMs = untilMs;
    if ((before === null) === (untilMs === null)) return;
    if (before !== null) this.#channels.advance(Math.min(before, this.#clockMs));
    this.#channels.pauseLearning(untilMs !== null);
  }

  /**
   * What the silences of now mean for an incident: by the wall clock while the log is live, so that a silence ends when it
   * is said to end, and by the log's own time in a backlog.
   */
  #standing(incident: Incident, nowMs: number): Standing {
    const { rule, labels, silences } = this.#setup;
    const { top, distinctKeys } = this.#sightings.profile();
    const keys = top.keys.map(({ value }) => value);
    // Of keys that are not listed nothing is known: they are like none that a silence names.
    if (keys.length === 0 || distinctKeys > keys.length) keys.push("");
    const subject = { rule: rule.name, group: labels, severity: incident.severity, keys };
    return silences.standing(subject, nowMs - this.#clockMs < HISTORY_MS ? nowMs : this.#clockMs);
  }

  /** Lets the detectors know the time and does what follows from it. */
  #pass(timeMs: number, nowMs: number): void {
    this.#channels.advance(timeMs);
    this.#take(null, nowMs, false);
  }

  #obey(event: RevokedEvent | null, nowMs: number, replay: boolean): void {
    this.#take(event, nowMs, replay);
    const open = this.#open();
    if (open !== null) strengthen(open, this.#channels.evidence(open.channel));
  }

  #take(event: RevokedEvent | null, nowMs: number, replay: boolean): void {
    for (const given of this.#channels.take()) this.#signal(given, event, nowMs, replay);
  }

  #signal(
    { channel, signal }: ChannelSignal,
    event: RevokedEvent | null,
    nowMs: number,
    replay: boolean,
  ): void {
    switch (signal.kind) {
      case "start":
      case "reopen":
        // The second channel only confirms what the first one has already raised.
        if (this.#open() === null) {
          this.#start(channel, signal, event, replay && nowMs - signal.atMs >= HISTORY_MS);
        }
        return;
      case "recurring":
        return this.#setup.facts.suppressed(this.#setup.rule.name, "recurring");
      case "stop":
        if (this.#channels.quiet) this.#resolve(signal.atMs, signal.why, nowMs);
    }
  }

  #start(
    channel: Channel,
    signal: Extract<Signal, { kind: "start" | "reopen" }>,
    event: RevokedEvent | null,
    replay: boolean,
  ): void {
    const before = this.#incident;
    const { atMs, evidence } = signal;
    if (signal.kind === "reopen" && before !== null && before.told !== null) {
      this.#incident = reopened(before, atMs, evidence);
      return;
    }
    const { rule, labels, digest } = this.#setup;
    this.#sightings.begin(evidence.onsetMs);
    this.#incident = incidentOf({
      id: incidentId(atMs, digest(JSON.stringify([rule.name, labels, channel, atMs]))),
      channel,
      atMs,
      evidence,
      replay,
      event,
      source: this.#source,
      peakPerMinute: this.#sightings.peakSince(evidence.onsetMs),
    });
  }

  #resolve(atMs: number, why: "back_to_normal" | "new_level", nowMs: number): void {
    const incident = this.#open();
    if (incident === null) return;
    if (incident.told === null && incident.replay) {
      this.#setup.facts.suppressed(this.#setup.rule.name, "replay");
      this.#incident = null;
      return;
    }
    if (incident.told === null) {
      this.#say(firstWord(this.#standing(incident, nowMs)), incident, incident.firingSinceMs, nowMs);
    }
    incident.resolvedAtMs = atMs;
    incident.endedAs = why;
    this.#say(closingWord("resolved", incident), incident, atMs, nowMs);
  }

  #say(word: Word, incident: Incident, atMs: number, nowMs: number): void {
    const { facts, rule } = this.#setup;
    const { event, delivered, heldBy, exceeds } = word;
    const silence = exceeds?.by ?? heldBy;
    if (silence !== null) incident.silencedUntilMs = silence.untilMs;
    // It may have been ended before its time.
    else if (incident.heldBy !== null) incident.silencedUntilMs = Math.min(incident.heldBy.untilMs, nowMs);
    incident.heldBy = heldBy;
    incident.known ||= delivered;
    if (word.unacks) incident.ack = null;
    incident.told = {
      total: incident.total,
      severity: incident.severity,
      atMs: this.#clockMs,
      repeats: event === "repeat" ? (incident.told?.repeats ?? 0) + 1 : 0,
    };
    const transition: Transition = {
      version: 1,
      event,
      at: rfc3339(atMs),
      late_seconds: lateSeconds(atMs, nowMs),
      test: false,
      incident: {
        ...this.#view(incident),
        ...(exceeds === null ? {} : { explanation: exceeds.why }),
        silence: exceeds?.by.name ?? (delivered ? null : (heldBy?.name ?? null)),
      },
    };
    this.#out.push(transition);
    facts.transition(transition);
    if (!delivered) facts.suppressed(rule.name, "silenced");
  }

  #view(incident: Incident): IncidentView {
    const { rule, labels } = this.#setup;
    const { shape, distinctKeys, top } = this.#sightings.profile();
    return viewOf(incident, {
      rule: rule.name,
      group: labels,
      runbookUrl: rule.runbookUrl,
      shape,
      distinctKeys,
      top,
      sparkline: this.#sightings.sparkline(),
      requestIds: this.#sightings.requestIds.sample(rule.requestIdsMax),
      requestIdsTotal: this.#sightings.requestIds.total,
    });
  }
}
