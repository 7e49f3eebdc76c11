// One group of a rule: its detectors, what was seen lately, and its incident when there is one. Events and time go in,
// transitions come out; everything can be written down and read back.

import type { RevokedEvent } from "../events/event.ts";
import type { DetectorView } from "../spikes/detector.ts";
import type { DetectorHistory } from "../spikes/history.ts";
import { type Counted, growByCount } from "./counted.ts";
import type { GroupRule, GroupSetup } from "./group-setup.ts";
import { packGroup, unpackGroup } from "./group-state.ts";
import { type EndedAs, grow, type Reaction } from "./incident.ts";
import type { TrackedKey } from "../keys/tracked-key.ts";
import type { Moment } from "./narrator.ts";
import { PlannedTime } from "./planned-time.ts";
import { Sightings } from "./sightings.ts";
import type { IncidentView, Transition } from "./transition.ts";
import { Watch } from "./watch.ts";

/** An event this far behind its group is outside every window: it trains the baseline and can raise nothing. */
const LATE_MS = 3_600_000;
/** An incident's profile is shown this long after it was resolved; then the last hour's is. */
const PROFILE_KEPT_MS = 3_600_000;

/** The group as `status`, the metrics and the page show it. */
export interface GroupView extends Omit<DetectorView, "state"> {
  /** `pending`: its count is over the threshold, and must stay there for a while before that is an incident. */
  readonly state: DetectorView["state"] | "pending";
  readonly distinctKeys: number;
  /** How its open incident stands; null when there is none. */
  readonly incident: IncidentView["state"] | null;
}

export class Group {
  readonly #setup: GroupSetup;
  readonly #sightings = new Sightings();
  readonly #watch: Watch;
  readonly #planned: PlannedTime;
  #eventsTotal = 0;
  #clockMs = 0;
  #source = "";

  constructor(setup: GroupSetup) {
    this.#setup = setup;
    this.#watch = new Watch(setup, this.#sightings);
    this.#planned = new PlannedTime(setup.silences, this.#watch.channels);
    if (setup.watchedSinceMs !== null) this.#watch.channels.advance(setup.watchedSinceMs);
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

  get rule(): GroupRule {
    return this.#setup.rule;
  }

  /** Its detectors and its incident. */
  get watch(): Watch {
    return this.#watch;
  }

  get openIncident(): IncidentView | null {
    return this.#watch.incident.openView();
  }

  /** Every request id that is kept of an incident, at most 200; null when it is not this group's latest. */
  requestIdsOf(incident: string): string[] | null {
    return this.#watch.incident.latest?.id === incident ? this.#sightings.requestIds.kept() : null;
  }

  /**
   * @param replay the event is history that was there before the log was first seen.
   * @returns the key that was used, null when the event names none.
   */
  observe(event: RevokedEvent, nowMs: number, replay: boolean): TrackedKey | null {
    // In a backlog no tick comes between: an incident that ended before this event must not count it.
    if (this.#watch.wakeful) this.#pass(event.timeMs, nowMs);
    const { rule, facts, keys } = this.#setup;
    if (this.#clockMs - event.timeMs > LATE_MS) facts.lateEvent(rule.name, this.#clockMs - event.timeMs);
    this.#eventsTotal += 1;
    this.#source = event.source;
    this.#clockMs = Math.max(this.#clockMs, event.timeMs);
    this.#plan();
    const open = this.#watch.incident.open;
    this.#sightings.add(event, open !== null);
    const key = event.key === null ? null : keys.add(event.key, event);
    if (open !== null) grow(open, event, this.#sightings.newestMinute);
    this.#watch.channels.observe(event.timeMs, event.key?.digest ?? null);
    this.#take(event, nowMs, replay);
    return key;
  }

  /** Counts events of which nothing but the time is known. */
  observeCount(counted: Counted, nowMs: number): void {
    const { source, timeMs, count } = counted;
    this.#source = source;
    if (count === 0) return this.advance(timeMs, nowMs);
    this.#pass(timeMs, nowMs);
    this.#eventsTotal += count;
    this.#clockMs = Math.max(this.#clockMs, timeMs);
    this.#plan();
    this.#sightings.addCount(timeMs, count);
    const before = this.#watch.incident.open;
    this.#watch.channels.observeCount(timeMs, count);
    this.#take(null, nowMs, false);
    const open = this.#watch.incident.open;
    if (open === null) return;
    const since = open === before ? null : this.#watch.channels.sinceOnset;
    growByCount(open, counted, since, this.#sightings.newestMinute);
  }

  /** Time has reached `timeMs` (event time) in this group without an event. */
  advance(timeMs: number, nowMs: number): void {
    this.#clockMs = Math.max(this.#clockMs, timeMs);
    this.#plan();
    // Before an hour that passes at once is forgotten.
    if (this.#watch.recurring.waits) this.#pass(timeMs, nowMs);
    this.#sightings.advance(timeMs);
    this.#setup.keys.advance(this.#clockMs);
    const resolvedAtMs = this.#watch.incident.latest?.resolvedAtMs ?? null;
    if (resolvedAtMs !== null && this.#clockMs - resolvedAtMs >= PROFILE_KEPT_MS) this.#sightings.end();
    this.#pass(timeMs, nowMs);
  }

  /**
   * Nobody could see from `fromMs` to `toMs` (event time): that time is not taken for quiet. May be called again with a
   * later end while it lasts.
   */
  miss(fromMs: number, toMs: number, nowMs: number): void {
    this.#watch.miss(fromMs, toMs, this.#source, this.#moment(nowMs, false));
  }

  /**
   * What is to be said now; called when the engine has fed all it has, so that the numbers are the newest.
   * @param live nothing of the group's source is unread.
   */
  flush(nowMs: number, live: boolean): Transition[] {
    this.#watch.strengthen();
    return [...this.#watch.incident.flush(this.#moment(nowMs, live)), ...this.#watch.recurring.take()];
  }

  /**
   * Somebody takes care of the open incident.
   * @returns false when it is not this group's, or is over.
   */
  acknowledge(incident: string, by: string, nowMs: number): boolean {
    return this.#watch.incident.acknowledge(incident, by, this.#moment(nowMs, true));
  }

  /** @returns false when the incident is not this group's, or is over. */
  react(incident: string, receiver: string, standing: readonly Reaction[], nowMs: number): boolean {
    return this.#watch.incident.react(incident, receiver, standing, this.#moment(nowMs, true));
  }

  /** Whether an incident that was told of holds this moment: what began in it is its own. */
  hasIncidentAt(timeMs: number): boolean {
    const { latest } = this.#watch.incident;
    if (latest === null || latest.told === null || timeMs < latest.onsetMs) return false;
    return timeMs <= (latest.resolvedAtMs ?? Infinity);
  }

  /** The key belongs into the next commit. */
  changeKey(key: TrackedKey): void {
    this.#setup.keys.change(key);
  }

  /** The incident that lasted at or after a moment, with the newest numbers; null when none did. */
  incidentSince(timeMs: number): IncidentView | null {
    return this.#watch.incident.viewSince(timeMs);
  }

  reading(): GroupView {
    const view = this.#watch.channels.view();
    const { distinctKeys } = this.#sightings.profile();
    const { incident, openState } = this.#watch;
    return { ...view, state: incident.pending ? "pending" : view.state, distinctKeys, incident: openState };
  }

  /** What its events were in the last 25 hours. */
  history(): DetectorHistory {
    return this.#watch.channels.history();
  }

  /** Everything that a restart must not forget, as bytes; the JSON holds no log text but masked keys and request ids. */
  snapshot(): Uint8Array {
    return packGroup({
      eventsTotal: this.#eventsTotal,
      clockMs: this.#clockMs,
      source: this.#source,
      ...this.#watch.incident.state(),
      recurring: this.#watch.recurring.state(),
      plannedUntilMs: this.#planned.untilMs,
      ...this.#sightings.state(),
      ...this.#watch.channels.state(),
    });
  }

  /**
   * @param why an incident ends that its detectors cannot go on with.
   * @returns why the bytes could not be used (the group then starts anew, keeping its count), null when they were.
   */
  restore(bytes: Uint8Array, nowMs: number, why: EndedAs = "rule_changed"): string | null {
    const state = unpackGroup(bytes);
    if (state === null) return "written by another version";
    this.#eventsTotal = state.eventsTotal;
    this.#clockMs = state.clockMs;
    this.#source = state.source;
    this.#watch.incident.restore(state);
    this.#watch.recurring.restore(state.recurring);
    this.#sightings.restore(state);
    try {
      this.#watch.channels.restore(state);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.abandon(why, nowMs);
      return error.message;
    }
    this.#planned.restore(state.plannedUntilMs);
    return null;
  }

  /** Nobody watches it any more: what is open in it ends with that. */
  abandon(why: EndedAs, nowMs: number): void {
    this.#watch.incident.abandon(why, this.#moment(nowMs, true));
  }

  #plan(): void {
    const { rule, labels } = this.#setup;
    this.#planned.reach(this.#clockMs, rule.name, labels);
  }

  /** Lets the detectors know the time and does what follows from it. */
  #pass(timeMs: number, nowMs: number): void {
    this.#watch.pass(timeMs, this.#source, this.#moment(nowMs, false));
  }

  #take(event: RevokedEvent | null, nowMs: number, replay: boolean): void {
    this.#watch.take({ source: this.#source, event, replay }, this.#moment(nowMs, false));
  }

  #moment(nowMs: number, live: boolean): Moment {
    return { clockMs: this.#clockMs, nowMs, live };
  }
}
