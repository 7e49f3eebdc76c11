// The detectors of one group and its incident: the signals and the time of the ones begin, grow and end the other.

import type { RevokedEvent } from "../events/event.ts";
import { Channels, type ChannelSignal } from "./channels.ts";
import { GroupIncident } from "./group-incident.ts";
import type { GroupSetup } from "./group-setup.ts";
import { shortId } from "./ids.ts";
import { cannotSee, type Incident, strengthen } from "./incident.ts";
import { stateOf } from "./incident-view.ts";
import { HISTORY_MS } from "./lifecycle.ts";
import type { Moment } from "./narrator.ts";
import { RecurringNotices } from "./recurring-notices.ts";
import type { Sightings } from "./sightings.ts";
import type { IncidentName, IncidentView, InhibitedView } from "./transition.ts";

/** What a signal may have come from. */
export interface Origin {
  /** The source of the newest event. */
  readonly source: string;
  /** The event that was counted just now; null when time or a bare count moved the detectors. */
  readonly event: RevokedEvent | null;
  /** It is history that was there before the log was first seen. */
  readonly replay: boolean;
}

export class Watch {
  readonly channels: Channels;
  readonly incident: GroupIncident;
  readonly recurring: RecurringNotices;
  readonly #setup: GroupSetup;

  constructor(setup: GroupSetup, sightings: Sightings) {
    this.#setup = setup;
    this.channels = new Channels(setup.rule.detector);
    this.incident = new GroupIncident(setup, { sightings, channels: this.channels });
    this.recurring = new RecurringNotices(setup, sightings);
  }

  /** Time alone may change something: an incident is open, or a rise waits to be one or to be looked at. */
  get wakeful(): boolean {
    return this.incident.open !== null || this.incident.pending || this.recurring.waits;
  }

  /** How the open incident stands that was announced; null when there is none. */
  get openState(): IncidentView["state"] | null {
    const { open } = this.incident;
    return open === null || open.told === null ? null : stateOf(open, this.channels.course() === "calm");
  }

  /** The open incident that people were told of and that nothing holds back; null when there is none. */
  get toldIncident(): IncidentName | null {
    const { open } = this.incident;
    const told = open !== null && open.known && open.heldBy === null && open.inhibitedBy === null;
    return told ? this.#nameOf(open) : null;
  }

  /** The open incident that a wider one holds back; null when there is none. */
  get inhibitedIncident(): InhibitedView | null {
    const { open } = this.incident;
    if (open === null || open.inhibitedBy === null) return null;
    return { ...this.#nameOf(open), group: this.#setup.labels, total: open.total };
  }

  /** Time has reached `timeMs`. @param source of the newest event. */
  pass(timeMs: number, source: string, moment: Moment): void {
    const { dueMs } = this.incident;
    // What waits is looked at when it is due, however rarely time is told.
    for (const stepMs of dueMs < timeMs ? [dueMs, timeMs] : [timeMs]) {
      this.channels.advance(stepMs);
      this.take({ source, event: null, replay: false }, moment);
      this.incident.wait(stepMs);
      this.incident.settle(stepMs, moment);
    }
    this.recurring.look(timeMs, (channel) => this.channels.evidenceOf(channel), moment);
  }

  /** Nobody could see from `fromMs` to `toMs` (event time). */
  miss(fromMs: number, toMs: number, source: string, moment: Moment): void {
    this.channels.markMissing(fromMs, toMs);
    if (this.incident.open !== null) cannotSee(this.incident.open, fromMs, toMs);
    this.take({ source, event: null, replay: false }, moment);
  }

  /** Does what follows from what was counted. */
  take(origin: Origin, moment: Moment): void {
    for (const given of this.channels.take()) this.#signal(given, origin, moment);
    this.incident.wait(moment.clockMs);
  }

  /** Takes the numbers that tell most of what is open. */
  strengthen(): void {
    const { open } = this.incident;
    if (open === null) return;
    for (const { channel, evidence } of this.channels.evidence()) strengthen(open, channel, evidence);
  }

  #signal({ channel, signal }: ChannelSignal, { source, event, replay }: Origin, moment: Moment): void {
    const history = replay && moment.nowMs - signal.atMs >= HISTORY_MS;
    switch (signal.kind) {
      case "start":
      case "reopen":
        this.recurring.drop(channel);
        // The second channel only confirms what the first one has already raised.
        if (this.incident.open !== null) {
          this.incident.goOn(signal.atMs);
          return this.strengthen();
        }
        return this.incident.begin({ channel, signal, event, source, replay: history });
      case "recurring":
        this.#setup.facts.suppressed(this.#setup.rule.name, "recurring");
        // What is open tells of everything in it.
        if (this.incident.open !== null) return;
        return this.recurring.begin(channel, signal, { source, replay: history });
      case "stop":
        this.recurring.end(channel, signal, moment);
        if (this.incident.open !== null) strengthen(this.incident.open, channel, signal.evidence);
        if (this.channels.quiet) this.incident.stop(signal.atMs, signal.why, moment);
    }
  }

  #nameOf({ id }: Incident): IncidentName {
    return { id, short_id: shortId(id), rule: this.#setup.rule.name };
  }
}
