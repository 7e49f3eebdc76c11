// The incident of one group, from the signal that begins it to an hour after its end: what is known of it grows here, and
// every word about it is said here, held back or not. When it begins and ends the detectors decide.

import type { RevokedEvent } from "../events/event.ts";
import type { Evidence, Signal } from "../spikes/detector.ts";
import { burnsSteadily, overAtMs, returned } from "./flapping.ts";
import type { GroupSetup } from "./group-setup.ts";
import { incidentId } from "./ids.ts";
import {
  type Channel,
  type EndedAs,
  type Incident,
  incidentOf,
  type Reaction,
  reopened,
} from "./incident.ts";
import { HISTORY_MS } from "./lifecycle.ts";
import { type Beside, type Moment, Narrator } from "./narrator.ts";
import { closingWord, firstWord, type Habit, missedWord, nextWord } from "./next-word.ts";
import { takeSigns } from "./signs.ts";
import { lastedAtMs, lastingAt, type Pending } from "./pending.ts";
import { DEFAULT_TIMES } from "./times.ts";
import type { IncidentView, Transition } from "./transition.ts";

/** What made an incident begin. */
export interface Cause {
  readonly channel: Channel;
  readonly signal: Extract<Signal, { kind: "start" | "reopen" }>;
  /** The event with which it was noticed; null when time or a bare count did it. */
  readonly event: Pick<RevokedEvent, "timeMs" | "docUrl"> | null;
  readonly source: string;
  /** History that was there before the log was first seen. */
  readonly replay: boolean;
}

/** The latest incident, open or over, and what waits to be one: the part that survives a restart. */
export interface GroupIncidentState {
  readonly incident: Incident | null;
  readonly pending: Pending | null;
}

export class GroupIncident {
  readonly #setup: Omit<GroupSetup, "watchedSinceMs">;
  readonly #beside: Beside;
  readonly #narrator: Narrator;
  readonly #habit: Habit;
  #latest: Incident | null = null;
  #pending: Pending | null = null;

  constructor(setup: Omit<GroupSetup, "watchedSinceMs">, beside: Beside) {
    this.#setup = setup;
    this.#beside = beside;
    this.#narrator = new Narrator(setup, beside);
    this.#habit = { routes: setup.rule.routes, times: setup.rule.times ?? DEFAULT_TIMES };
  }

  /** The incident that is firing, announced or not. */
  get open(): Incident | null {
    return this.#latest?.resolvedAtMs === null ? this.#latest : null;
  }

  get latest(): Incident | null {
    return this.#latest;
  }

  /** A rise waits that has not lasted long enough. */
  get pending(): boolean {
    return this.#pending !== null;
  }

  /** When what waits has lasted for long enough, if it goes on; Infinity when nothing waits. */
  get dueMs(): number {
    return this.#pending === null ? Infinity : lastedAtMs(this.#pending, this.#habit.times.forMs);
  }

  state(): GroupIncidentState {
    return { incident: this.#latest, pending: this.#pending };
  }

  restore({ incident, pending }: GroupIncidentState): void {
    this.#latest = incident;
    this.#pending = pending;
  }

  begin(cause: Cause): void {
    const before = this.#latest;
    const { atMs, evidence } = cause.signal;
    if (cause.signal.kind === "reopen" && before !== null && before.told !== null) {
      this.#latest = reopened(before, atMs, evidence, this.#setup.rule.detector.resolveAfterMs);
      return;
    }
    if (this.#habit.times.forMs === 0) return this.#fire(cause, atMs, evidence);
    const { channel, event, source, replay } = cause;
    const seen = event === null ? null : { timeMs: event.timeMs, docUrl: event.docUrl };
    this.#pending ??= { channel, event: seen, source, replay, sinceMs: null };
  }

  /** Time has reached `atMs`: what waits may have lasted for long enough, or not be over its threshold any more. */
  wait(atMs: number): void {
    if (this.#pending === null) return;
    const { channels } = this.#beside;
    this.#pending = lastingAt(this.#pending, channels.course() === "risen", atMs);
    const firedMs = this.dueMs;
    if (atMs < firedMs) return;
    const now = [...channels.evidence()];
    const { channel } = this.#pending;
    const told = now.find((one) => one.channel === channel) ?? now[0];
    if (told !== undefined) this.#fire({ ...this.#pending, channel: told.channel }, firedMs, told.evidence);
  }

  /** Its detectors have calmed down: it is over, unless it flaps. */
  stop(atMs: number, why: "back_to_normal" | "new_level", moment: Moment): void {
    this.#pending = null;
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
  resolve(atMs: number, why: EndedAs, moment: Moment): void {
    const incident = this.open;
    if (incident === null) return;
    if (incident.told === null && incident.replay) {
      this.#setup.facts.suppressed(this.#setup.rule.name, "replay");
      this.#latest = null;
      return;
    }
    const missed = incident.told === null && this.#setup.summarises && moment.nowMs - atMs >= HISTORY_MS;
    if (incident.told === null && !missed) {
      this.#narrator.say(
        firstWord(this.#narrator.standing(incident, moment)),
        incident,
        incident.firingSinceMs,
        moment,
      );
    }
    this.#end(incident, atMs, why, moment, missed);
  }

  /** Nobody watches it any more: who was told that it fires is told that. */
  abandon(why: EndedAs, moment: Moment): void {
    const { open } = this;
    this.#pending = null;
    if (open === null) return;
    if (open.told === null) this.#latest = null;
    else this.#end(open, moment.nowMs, why, moment, false);
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

  /** The signs that stand under a receiver's message. @returns false when the incident is another one, or is over. */
  react(id: string, receiver: string, standing: readonly Reaction[], moment: Moment): boolean {
    const { open } = this;
    if (open === null || open.id !== id || open.told === null) return false;
    const said = takeSigns(open, receiver, standing);
    if (said !== null) this.#acknowledge(open, said.by, said.lasting, moment);
    return true;
  }

  /** Everything that is to be said now, each once. */
  flush(moment: Moment): Transition[] {
    const { open } = this;
    if (open !== null) {
      this.#narrator.look(moment);
      this.#sayNext(open, moment);
    }
    return this.#narrator.take();
  }

  /** What is firing and announced, with the newest numbers. */
  openView(): IncidentView | null {
    const { open } = this;
    return open === null || open.told === null ? null : this.#narrator.view(open);
  }

  /** The incident that lasted at or after a moment; null when none did. */
  viewSince(timeMs: number): IncidentView | null {
    const latest = this.#latest;
    if (latest === null || latest.told === null) return null;
    return (latest.resolvedAtMs ?? Infinity) >= timeMs ? this.#narrator.view(latest) : null;
  }

  #end(incident: Incident, atMs: number, why: EndedAs, moment: Moment, missed: boolean): void {
    incident.resolvedAtMs = atMs;
    incident.unseen = null;
    incident.endedAs = why;
    const word = missed
      ? missedWord(this.#narrator.standing(incident, moment))
      : closingWord("resolved", incident);
    this.#narrator.say(word, incident, atMs, moment);
  }

  #fire(cause: Omit<Cause, "signal">, atMs: number, evidence: Evidence): void {
    const { rule, labels, digest } = this.#setup;
    const { sightings } = this.#beside;
    this.#pending = null;
    sightings.begin(evidence.onsetMs);
    this.#latest = incidentOf({
      ...cause,
      id: incidentId(atMs, digest(JSON.stringify([rule.name, labels, cause.channel, atMs]))),
      atMs,
      evidence,
      services: sightings.services(),
      peakPerMinute: sightings.peakSince(evidence.onsetMs),
    });
  }

  #acknowledge(open: Incident, by: string, lasting: boolean, moment: Moment): void {
    const { clockMs, nowMs } = moment;
    open.ack = { by, atMs: clockMs, lasting };
    this.#narrator.say(closingWord("acked", open), open, Math.max(nowMs, clockMs), moment);
  }

  #sayNext(open: Incident, moment: Moment): void {
    const { clockMs, nowMs } = moment;
    const present = moment.live || nowMs - clockMs < HISTORY_MS;
    // In a backlog: what is over when its end is reached need not wake anybody.
    if (!present && (open.told !== null || open.replay || this.#setup.summarises)) return;
    const standing = this.#narrator.standing(open, moment);
    const word = nextWord(open, standing, this.#habit, clockMs, nowMs);
    if (word !== null)
      this.#narrator.say(word, open, open.told === null ? open.firingSinceMs : clockMs, moment);
    else {
      // Its end may have been moved, or something else holds it back now.
      open.heldBy = standing.kind === "held" ? standing.by : null;
      open.inhibitedBy = standing.kind === "inhibited" ? standing.by : null;
    }
  }
}
