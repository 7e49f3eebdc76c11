// One event on its way into its group: its time is believed or not, its group is found, and silences, detectors and notices
// of new keys are told of it.

import type { RevokedEvent } from "./events/event.ts";
import type { CoreFacts } from "./facts.ts";
import { labelsOf, type SourceLabels } from "./group-labels.ts";
import type { Groups } from "./groups.ts";
import type { Counted } from "./incidents/counted.ts";
import type { Group } from "./incidents/group.ts";
import type { KeyNotices } from "./incidents/key-notices.ts";
import type { Silences } from "./incidents/silences.ts";
import { MAX_AHEAD_MS, type ReadingMoment, steadyTime } from "./source-time.ts";
import type { SourceTimes } from "./source-times.ts";

export interface EventCountSetup {
  readonly rules: readonly { readonly name: string; readonly groupBy: readonly string[] }[];
  readonly facts: CoreFacts;
  readonly silences: Silences;
  readonly groups: Groups;
  readonly notices: KeyNotices;
  readonly times: SourceTimes;
}

export class EventCount {
  readonly #setup: EventCountSetup;
  readonly #groupBy: ReadonlyMap<string, readonly string[]>;

  constructor(setup: EventCountSetup) {
    this.#setup = setup;
    this.#groupBy = new Map(setup.rules.map(({ name, groupBy }) => [name, groupBy]));
  }

  /**
   * @param replay it is history that was there before the log was first seen.
   * @returns the group that it belongs to.
   */
  add(read: RevokedEvent, sourceLabels: SourceLabels, moment: ReadingMoment, replay: boolean): Group {
    const { facts, groups, times, notices } = this.#setup;
    const { nowMs } = moment;
    const ownMs = read.timeFrom === "arrival" ? read.timeMs : steadyTime(read.timeMs, moment);
    const ahead = ownMs - nowMs > MAX_AHEAD_MS;
    if (ahead) facts.futureEvent(read.source, ownMs - nowMs);
    const timeMs = ahead ? nowMs : ownMs;
    const event = timeMs === read.timeMs ? read : { ...read, timeMs };
    const { rule, key } = event;
    const labels = labelsOf(event, this.#groupBy.get(rule) ?? [], sourceLabels);
    const group = groups.of(rule, labels, () => times.watchedSince(event));
    this.#tellSilences(rule, group, key?.shown ?? "", key?.digest ?? null, timeMs, 1);
    const used = group.observe(event, nowMs, replay);
    if (used !== null) notices.used({ rule, group, key: used }, timeMs, nowMs, replay);
    facts.eventCounted(event, nowMs);
    return group;
  }

  /**
   * Events of which only the number is known; 0 tells that time passed without one.
   * @param labels the group's, in the order of the rule's `groupBy`.
   */
  addCount(rule: string, labels: SourceLabels, counted: Counted, nowMs: number): Group {
    const group = this.#setup.groups.of(rule, Object.entries(labels), () => null);
    if (counted.count > 0) this.#tellSilences(rule, group, null, null, counted.timeMs, counted.count);
    group.observeCount(counted, nowMs);
    return group;
  }

  /** @param key as it is shown, empty when the event names none; null: nothing is known of keys. */
  #tellSilences(
    rule: string,
    group: Group,
    key: string | null,
    digest: string | null,
    timeMs: number,
    count: number,
  ): void {
    const { silences } = this.#setup;
    if (!silences.declared) return;
    const subject = { rule, group: group.labels, severity: null, keys: key === null ? null : [key] };
    silences.count(subject, digest, timeMs, count);
  }
}
