// A rise that is no larger than what recurs calls nobody. Yet somebody who tries keys every night, or a leaked key that is
// used from everywhere, does not become harmless by recurring: such a rise is told once, as information.

import type { CoreFacts } from "../facts.ts";
import type { Evidence, Signal } from "../spikes/detector.ts";
import type { Shape } from "../spikes/shape.ts";
import type { GroupSetup } from "./group-setup.ts";
import { incidentId } from "./ids.ts";
import type { Channel } from "./incident.ts";
import type { Moment } from "./narrator.ts";
import { recurringNotice } from "./recurring-notice.ts";
import type { Sightings } from "./sightings.ts";
import type { Transition } from "./transition.ts";

/** What concerns whoever keeps the keys safe, however often it comes. */
const OF_SECURITY: ReadonlySet<Shape> = new Set(["keys_tried", "one_key_shared"]);
/** A scanner that comes every hour is told of twice a day, one that comes every night each time. */
const BETWEEN_MS = 12 * 3_600_000;

/** So long after its beginning a rise is looked at, so that the notice tells of more than its first few events. */
const GATHER_MS = 5 * 60_000;

/** A rise that lasts, calls nobody, and was not told of. */
export interface MutedRise {
  readonly channel: Channel;
  readonly atMs: number;
  /** How many of its size there were, itself included, and in what time. */
  readonly times: number;
  readonly withinSeconds: number;
  readonly source: string;
  /** History that was there before the log was first seen. */
  readonly replay: boolean;
  /** It did not look dangerous after a while; it may when it is over. */
  readonly looked: boolean;
}

/** The part that survives a restart. */
export interface RecurringState {
  /** At most one of each channel. */
  readonly lasting: readonly MutedRise[];
  /** When the last notice was; event time, null before the first. */
  readonly saidMs: number | null;
}

export class RecurringNotices {
  readonly #setup: Omit<GroupSetup, "watchedSinceMs">;
  readonly #sightings: Sightings;
  #lasting: readonly MutedRise[] = [];
  #saidMs: number | null = null;
  #out: Transition[] = [];

  constructor(setup: Omit<GroupSetup, "watchedSinceMs">, sightings: Sightings) {
    this.#setup = setup;
    this.#sightings = sightings;
  }

  /** A muted rise lasts, and time alone may bring its end. */
  get waits(): boolean {
    return this.#lasting.length > 0;
  }

  /** A muted rise begins. */
  begin(
    channel: Channel,
    { atMs, times, withinSeconds }: Extract<Signal, { kind: "recurring" }>,
    { source, replay }: Pick<MutedRise, "source" | "replay">,
  ): void {
    const rise = { channel, atMs, times, withinSeconds, source, replay, looked: false };
    this.#lasting = [...this.#without(channel), rise];
  }

  /** Time has reached `timeMs`: what it looks like may be plain by now. @param evidenceOf newest numbers of a channel. */
  look(timeMs: number, evidenceOf: (channel: Channel) => Evidence | null, moment: Moment): void {
    for (const rise of this.#lasting) {
      if (rise.looked || timeMs - rise.atMs < GATHER_MS) continue;
      const others = this.#without(rise.channel);
      const evidence = evidenceOf(rise.channel);
      const settled = evidence !== null && this.#settles(rise, evidence, rise.atMs + GATHER_MS, moment);
      this.#lasting = settled ? others : [...others, { ...rise, looked: true }];
    }
  }

  /** A rise is over. */
  end(channel: Channel, { atMs, evidence }: Extract<Signal, { kind: "stop" }>, moment: Moment): void {
    const rise = this.#lasting.find((one) => one.channel === channel);
    this.drop(channel);
    if (rise !== undefined) this.#settles(rise, evidence, atMs, moment);
  }

  /** A rise has grown to an incident, which tells itself. */
  drop(channel: Channel): void {
    this.#lasting = this.#without(channel);
  }

  /** The notices since the last call. */
  take(): Transition[] {
    if (this.#out.length === 0) return this.#out;
    const out = this.#out;
    this.#out = [];
    return out;
  }

  state(): RecurringState {
    return { lasting: this.#lasting, saidMs: this.#saidMs };
  }

  restore({ lasting, saidMs }: RecurringState): void {
    this.#lasting = lasting;
    this.#saidMs = saidMs;
  }

  #without(channel: Channel): readonly MutedRise[] {
    return this.#lasting.filter((one) => one.channel !== channel);
  }

  /**
   * @param atMs when it is told, by the log's time.
   * @returns whether no more is to be said of the rise; false: it does not look dangerous so far.
   */
  #settles(rise: MutedRise, evidence: Evidence, atMs: number, { nowMs }: Moment): boolean {
    const profile = this.#sightings.profileSince(evidence.onsetMs);
    if (!OF_SECURITY.has(profile.shape)) return false;
    const often = this.#saidMs !== null && atMs - this.#saidMs < BETWEEN_MS;
    if (rise.replay || often) return true;
    const { rule, labels, silences, digest } = this.#setup;
    const facts: CoreFacts = this.#setup.facts;
    const keys = profile.top.keys.map(({ value }) => value);
    const subject = { rule: rule.name, group: labels, severity: "info", keys };
    if (silences.standing(subject, atMs).kind === "held") {
      facts.suppressed(rule.name, "silenced");
      return true;
    }
    this.#saidMs = atMs;
    const notice = recurringNotice({
      id: incidentId(atMs, digest(JSON.stringify(["recurring", rule.name, labels, atMs]))),
      rule,
      labels,
      rise,
      evidence,
      profile,
      sightings: this.#sightings,
      atMs,
      nowMs,
    });
    facts.transition(notice);
    this.#out.push(notice);
    return true;
  }
}
