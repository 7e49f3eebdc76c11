// The incident of one group, from the signal that begins it to an hour after its end: what is known of it grows here, and
// every word about it is said here, held back or not. When it begins and ends the detectors decide.

import type { RevokedEvent } from "../events/event.ts";
import type { Signal } from "../spikes/detector.ts";
import type { GroupSetup } from "./group-setup.ts";
import { burnsSteadily, overAtMs, returned } from "./flapping.ts";
import { incidentId } from "./ids.ts";
import {
  type Channel,
  type Incident,
  incidentOf,
  type Reaction,
  reopened,
  rfc3339,
  viewOf,
} from "./incident.ts";
import { HISTORY_MS, lateSeconds } from "./lifecycle.ts";
import { closingWord, firstWord, missedWord, nextWord, type Word } from "./next-word.ts";
import { rotationOf } from "./rotation.ts";
import type { Sightings } from "./sightings.ts";
import type { Standing } from "./silences.ts";
import type { IncidentView, Transition } from "./transition.ts";

/** A moment as the group knows it, milliseconds since the epoch. */
export interface Moment {
  /** Time that its events have reached. */
  readonly clockMs: number;
  /** Now, on a clock that does not step. */
  readonly nowMs: number;
  /** Nothing of its source is unread: what `clockMs` tells is now, however far it lies behind. */
  readonly live: boolean;
}

/** What made an incident begin. */
export interface Cause {
  readonly channel: Channel;
  readonly signal: Extract<Signal, { kind: "start" | "reopen" }>;
  /** The event with which it was noticed; null when time or a bare count did it. */
  readonly event: RevokedEvent | null;
  readonly source: string;
  /** History that was there before the log was first seen. */
  readonly replay: boolean;
}

export class GroupIncident {
  readonly #setup: Omit<GroupSetup, "watchedSinceMs">;
  readonly #sightings: Sightings;
  #latest: Incident | null = null;
  #out: Transition[] = [];

  constructor(setup: Omit<GroupSetup, "watchedSinceMs">, sightings: Sightings) {
    this.#setup = setup;
    this.#sightings = sightings;
  }

  /** The incident that is firing, announced or not. */
  get open(): Incident | null {
    return this.#latest?.resolvedAtMs === null ? this.#latest : null;
  }

  /** The latest one, open or over: the part that survives a restart. */
  get latest(): Incident | null {
    return this.#latest;
  }

  restore(latest: Incident | null): void {
    this.#latest = latest;
  }

  begin({ channel, signal, event, source, replay }: Cause): void {
    const before = this.#latest;
    const { atMs, evidence } = signal;
    if (signal.kind === "reopen" && before !== null && before.told !== null) {
      this.#latest = reopened(before, atMs, evidence);
      return;
    }
    const { rule, labels, digest } = this.#setup;
    this.#sightings.begin(evidence.onsetMs);
    this.#latest = incidentOf({
      id: incidentId(atMs, digest(JSON.stringify([rule.name, labels, channel, atMs]))),
      channel,
      atMs,
      evidence,
      replay,
      event,
      source,
      peakPerMinute: this.#sightings.peakSince(evidence.onsetMs),
    });
  }

  /** Its detectors have calmed down: it is over, unless it flaps. */
  stop(atMs: number, why: "back_to_normal" | "new_level", moment: Moment): void {
    const { open } = this;
    if (open === null || open.flapping === null) return this.resolve(atMs, why, moment);
    open.flapping = { ...open.flapping, calmSinceMs: atMs };
  }

  /** Its detectors fire while it is open. */
  goOn(atMs: number): void {
    const { open } = this;
    if (open === null || open.flapping === null || open.flapping.calmSinceMs === null) return;
    open.flapping = returned(open.flapping, atMs);
    open.reopened += 1;
  }

  /** Time has reached `timeMs`: what flapped may have settled, and what could not be seen may be seen again. */
  settle(timeMs: number, moment: Moment): void {
    const { open } = this;
    if (open === null) return;
    if (open.unseen !== null && timeMs > open.unseen.toMs) open.unseen = null;
    if (open.flapping === null) return;
    const overMs = overAtMs(open.flapping);
    if (overMs !== null && timeMs >= overMs) this.resolve(overMs, "back_to_normal", moment);
    else if (burnsSteadily(open.flapping, timeMs)) open.flapping = null;
  }

  /**
   * History that is over before the present was reached leaves no trace when nobody was watching, and one quiet word when
   * it happened while nobody could; everything else is told to its end.
   */
  resolve(atMs: number, why: "back_to_normal" | "new_level", moment: Moment): void {
    const incident = this.open;
    if (incident === null) return;
    if (incident.told === null && incident.replay) {
      this.#setup.facts.suppressed(this.#setup.rule.name, "replay");
      this.#latest = null;
      return;
    }
    const missed = incident.told === null && this.#setup.summarises && moment.nowMs - atMs >= HISTORY_MS;
    if (incident.told === null && !missed) {
      this.#say(firstWord(this.#standing(incident, moment)), incident, incident.firingSinceMs, moment);
    }
    incident.resolvedAtMs = atMs;
    incident.unseen = null;
    incident.endedAs = why;
    const word = missed ? missedWord(this.#standing(incident, moment)) : closingWord("resolved", incident);
    this.#say(word, incident, atMs, moment);
  }

  /**
   * Somebody takes care of it.
   * @returns false when it is another one, or is over.
   */
  acknowledge(id: string, by: string, moment: Moment): boolean {
    const { open } = this;
    if (open === null || open.id !== id || open.told === null) return false;
    if (open.ack?.by !== by) this.#acknowledge(open, by, false, moment);
    return true;
  }

  /**
   * The signs that stand under a receiver's message. One that was not there before acknowledges, unless somebody has: a sign
   * speaks once, so that it does not acknowledge anew what came to life again.
   * @returns false when the incident is another one, or is over.
   */
  react(id: string, receiver: string, standing: readonly Reaction[], moment: Moment): boolean {
    const { open } = this;
    if (open === null || open.id !== id || open.told === null) return false;
    const before = open.marks[receiver] ?? [];
    open.marks = { ...open.marks, [receiver]: standing.map(({ mark }) => mark) };
    const fresh = standing.filter(({ mark }) => !before.includes(mark));
    const said = fresh.find(({ lasting }) => lasting) ?? fresh[0];
    if (said === undefined) return true;
    const more = open.ack === null || (said.lasting && !open.ack.lasting);
    if (more) this.#acknowledge(open, said.by, said.lasting, moment);
    return true;
  }

  /** Everything that is to be said now, each once. */
  flush(moment: Moment): Transition[] {
    const { open } = this;
    if (open !== null) this.#sayNext(open, moment);
    if (this.#out.length === 0) return this.#out;
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** What is firing and announced, with the newest numbers. */
  openView(): IncidentView | null {
    const { open } = this;
    return open === null || open.told === null ? null : this.#view(open);
  }

  /** The incident that lasted at or after a moment; null when none did. */
  viewSince(timeMs: number): IncidentView | null {
    const latest = this.#latest;
    if (latest === null || latest.told === null) return null;
    return (latest.resolvedAtMs ?? Infinity) >= timeMs ? this.#view(latest) : null;
  }

  #acknowledge(open: Incident, by: string, lasting: boolean, moment: Moment): void {
    const { clockMs, nowMs } = moment;
    open.ack = { by, atMs: clockMs, lasting };
    this.#say(closingWord("acked", open), open, Math.max(nowMs, clockMs), moment);
  }

  #sayNext(open: Incident, moment: Moment): void {
    const { clockMs, nowMs } = moment;
    const present = moment.live || nowMs - clockMs < HISTORY_MS;
    // In a backlog: what is over when its end is reached need not wake anybody.
    if (!present && (open.told !== null || open.replay || this.#setup.summarises)) return;
    const standing = this.#standing(open, moment);
    const word = nextWord(open, standing, this.#setup.rule.routes, clockMs, nowMs);
    if (word !== null) this.#say(word, open, open.told === null ? open.firingSinceMs : clockMs, moment);
    // Its end may have been moved.
    else if (open.heldBy !== null) open.heldBy = standing.kind === "held" ? standing.by : null;
  }

  /**
   * What the silences of now mean for an incident: by the wall clock while the log is live, so that a silence ends when it
   * is said to end, and by the log's own time in a backlog.
   */
  #standing(incident: Incident, { clockMs, nowMs }: Moment): Standing {
    const { rule, labels, silences } = this.#setup;
    if (!silences.declared) return { kind: "free" };
    const { top, distinctKeys } = this.#sightings.profile();
    const keys = top.keys.map(({ value }) => value);
    // Of keys that are not listed nothing is known: they are like none that a silence names.
    if (keys.length === 0 || distinctKeys > keys.length) keys.push("");
    const subject = { rule: rule.name, group: labels, severity: incident.severity, keys };
    return silences.standing(subject, nowMs - clockMs < HISTORY_MS ? nowMs : clockMs);
  }

  #say(word: Word, incident: Incident, atMs: number, { clockMs, nowMs }: Moment): void {
    const { facts, rule } = this.#setup;
    const { event, delivered, heldBy, exceeds } = word;
    const silence = exceeds?.by ?? heldBy;
    let saidMs = atMs;
    if (silence !== null) incident.silencedUntilMs = silence.untilMs;
    else if (incident.heldBy !== null) {
      // It may have been ended before its time. The log's own time lies behind the wall clock, by which silences end.
      incident.silencedUntilMs = Math.min(incident.heldBy.untilMs, nowMs);
      saidMs = Math.max(atMs, incident.silencedUntilMs);
    }
    incident.heldBy = heldBy;
    incident.known ||= delivered;
    if (delivered) incident.alarmedAtMs ??= nowMs;
    if (word.unacks) incident.ack = null;
    incident.escalated = [
      ...incident.escalated,
      ...word.escalates.map(({ to, afterMs }) => ({ to, afterMs })),
    ];
    incident.told = {
      total: incident.total,
      severity: incident.severity,
      atMs: clockMs,
      repeats: repeatsAfter(event, incident.told?.repeats ?? 0),
    };
    const transition: Transition = {
      version: 1,
      event,
      at: rfc3339(saidMs),
      late_seconds: lateSeconds(saidMs, nowMs),
      test: false,
      incident: {
        ...this.#view(incident),
        ...(exceeds === null ? {} : { explanation: exceeds.why }),
        ...(word.quiet ? { severity: "info" } : {}),
        silence: exceeds?.by.name ?? (delivered ? null : (heldBy?.name ?? null)),
      },
    };
    this.#out.push(transition);
    facts.transition(transition);
    if (!delivered) facts.suppressed(rule.name, "silenced");
  }

  #view(incident: Incident): IncidentView {
    const { rule, labels, keys } = this.#setup;
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
      rotation: rotationOf(keys.keys(), incident.onsetMs, incident.resolvedAtMs),
    });
  }
}

/** Repeats since the last growth step; an escalation is none. */
function repeatsAfter(event: Transition["event"], before: number): number {
  if (event === "escalated") return before;
  return event === "repeat" ? before + 1 : 0;
}
