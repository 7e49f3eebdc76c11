// The end of an incident whose rule is gone, or groups its events otherwise now: nobody watches it any more, and whoever was
// told that it fires must not wait for its end for ever.

import type { CoreFacts } from "./facts.ts";
import { Group } from "./incidents/group.ts";
import type { GroupRule } from "./incidents/group-setup.ts";
import type { EndedAs } from "./incidents/incident.ts";
import { ALONE } from "./incidents/inhibition.ts";
import { Silences } from "./incidents/silences.ts";
import type { Transition } from "./incidents/transition.ts";
import { KeyTracker } from "./keys/key-tracker.ts";

export interface Abandoned {
  readonly rule: GroupRule;
  /** The group as it was saved. */
  readonly row: { readonly group: string; readonly snapshot: Uint8Array };
  readonly why: EndedAs;
  readonly nowMs: number;
  /** Keyed hash of a text, hex, at least 20 digits. */
  readonly digest: (text: string) => string;
  readonly facts: CoreFacts;
  readonly summarises: boolean;
}

/** What is to be said of it; nothing when none was open, or nobody was told. */
export function abandonedIncident({ row, why, nowMs, ...setup }: Abandoned): Transition[] {
  const group = new Group({
    ...setup,
    labels: JSON.parse(row.group) as Record<string, string>,
    // It counts nothing any more, and what held it back has ended with it.
    keys: new KeyTracker({ makeRoom() {}, sized() {}, evicted() {} }),
    silences: new Silences(),
    neighbours: ALONE,
    watchedSinceMs: null,
  });
  group.restore(row.snapshot, nowMs, why);
  group.abandon(why, nowMs);
  return group.flush(nowMs, true);
}

/** What stands for a rule that is gone. */
export function ruleGone(name: string): GroupRule {
  return {
    name,
    detector: { kind: "threshold", count: 1, windowMs: 60_000 },
    requestIdsMax: 10,
    runbookUrl: null,
    newKeyNotice: false,
    routes: [],
  };
}
