// What is said of one group's incident, and what may be said: whether something holds it back, how it looks from outside, and
// the words that wait for the next flush.

import type { Channels } from "./channels.ts";
import type { GroupSetup } from "./group-setup.ts";
import type { Incident } from "./incident.ts";
import { viewOf } from "./incident-view.ts";
import { HISTORY_MS } from "./lifecycle.ts";
import type { Standing, Word } from "./next-word.ts";
import { rotationOf } from "./rotation.ts";
import type { Sightings } from "./sightings.ts";
import { remember, transitionOf } from "./telling.ts";
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

/** What else of its group an incident looks at. */
export interface Beside {
  readonly sightings: Sightings;
  readonly channels: Channels;
}

export class Narrator {
  readonly #setup: Omit<GroupSetup, "watchedSinceMs">;
  readonly #beside: Beside;
  /** Up to when its log was read, when that is long ago. */
  #behindSinceMs: number | null = null;
  #out: Transition[] = [];

  constructor(setup: Omit<GroupSetup, "watchedSinceMs">, beside: Beside) {
    this.#setup = setup;
    this.#beside = beside;
  }

  /** The words since the last call, each once. */
  take(): Transition[] {
    if (this.#out.length === 0) return this.#out;
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** How far behind its log is read. What is not read for as long as it takes to resolve, nobody can see. */
  look({ clockMs, nowMs, live }: Moment): void {
    const patienceMs = this.#setup.rule.detector.resolveAfterMs ?? HISTORY_MS;
    this.#behindSinceMs = !live && nowMs - clockMs >= patienceMs ? clockMs : null;
  }

  /**
   * What the silences of now mean for an incident: by the wall clock while the log is live, so that a silence ends when it
   * is said to end, and by the log's own time in a backlog. What no silence holds, a wider incident may.
   */
  standing(incident: Incident, { clockMs, nowMs }: Moment): Standing {
    const silenced = this.#silenced(incident, nowMs - clockMs < HISTORY_MS ? nowMs : clockMs);
    const by = silenced.kind === "free" ? this.#setup.neighbours.inhibitor() : null;
    return by === null ? silenced : { kind: "inhibited", by };
  }

  #silenced({ severity }: Incident, atMs: number): Standing {
    const { rule, labels, silences } = this.#setup;
    if (!silences.declared) return { kind: "free" };
    const { top, distinctKeys } = this.#beside.sightings.profile();
    const keys = top.keys.map(({ value }) => value);
    // Of keys that are not listed nothing is known: they are like none that a silence names.
    if (keys.length === 0 || distinctKeys > keys.length) keys.push("");
    return silences.standing({ rule: rule.name, group: labels, severity, keys }, atMs);
  }

  /** Says a word. @param atMs the moment that it is of. */
  say(word: Word, incident: Incident, atMs: number, moment: Moment): void {
    const { facts, rule } = this.#setup;
    const saidMs = remember(incident, word, atMs, moment);
    const transition = transitionOf(word, this.view(incident), saidMs, moment.nowMs);
    this.#out.push(transition);
    facts.transition(transition);
    if (!word.delivered) facts.suppressed(rule.name, word.inhibitedBy === null ? "silenced" : "inhibited");
  }

  /** How it looks from outside, with the newest numbers. */
  view(incident: Incident): IncidentView {
    const { rule, labels, keys, neighbours } = this.#setup;
    const { sightings, channels } = this.#beside;
    const { shape, distinctKeys, top } = sightings.profile();
    return viewOf(incident, {
      rule: rule.name,
      group: labels,
      runbookUrl: rule.runbookUrl,
      shape,
      distinctKeys,
      top,
      sparkline: sightings.sparkline(),
      requestIds: sightings.requestIds.sample(rule.requestIdsMax),
      requestIdsTotal: sightings.requestIds.total,
      rotation: rotationOf(keys.keys(), incident.onsetMs, incident.resolvedAtMs),
      calm: channels.course() === "calm",
      behindSinceMs: incident.resolvedAtMs === null ? this.#behindSinceMs : null,
      inhibits: neighbours.inhibited(),
    });
  }
}
