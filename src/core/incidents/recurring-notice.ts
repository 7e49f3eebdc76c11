// The notice that a rise recurs which concerns security, as a transition: no incident, nothing fires, nobody is paged.

import type { Evidence } from "../spikes/detector.ts";
import type { ProfileView } from "../spikes/profile.ts";
import type { GroupRule } from "./group-setup.ts";
import { type Channel, incidentOf } from "./incident.ts";
import { viewOf } from "./incident-view.ts";
import { lateSeconds } from "./lifecycle.ts";
import { RequestIds } from "./request-ids.ts";
import { rfc3339 } from "./rfc3339.ts";
import type { Sightings } from "./sightings.ts";
import type { Transition } from "./transition.ts";

const DAY_SECONDS = 86_400;

export interface RecurringRise {
  /** A ULID. */
  readonly id: string;
  readonly rule: Pick<GroupRule, "name" | "runbookUrl" | "requestIdsMax">;
  readonly labels: Readonly<Record<string, string>>;
  readonly rise: {
    readonly channel: Channel;
    /** How many of its size there were, itself included, and in what time. */
    readonly times: number;
    readonly withinSeconds: number;
    readonly source: string;
  };
  readonly evidence: Evidence;
  /** Of its events. */
  readonly profile: ProfileView;
  readonly sightings: Sightings;
  readonly atMs: number;
  readonly nowMs: number;
}

/** The transition `recurring`. */
export function recurringNotice(told: RecurringRise): Transition {
  const { id, rule, labels, rise, evidence, profile, sightings, atMs, nowMs } = told;
  const { onsetMs } = evidence;
  const incident = incidentOf({
    id,
    channel: rise.channel,
    atMs,
    evidence,
    replay: false,
    event: null,
    source: rise.source,
    services: [],
    peakPerMinute: sightings.peakSince(onsetMs),
  });
  const requestIds = new RequestIds();
  for (const requestId of sightings.recentIds(onsetMs)) requestIds.add(requestId);
  const view = viewOf(incident, {
    rule: rule.name,
    group: labels,
    runbookUrl: rule.runbookUrl,
    ...profile,
    sparkline: sightings.sparkline(),
    requestIds: requestIds.sample(rule.requestIdsMax),
    requestIdsTotal: requestIds.total,
    rotation: null,
    calm: false,
    behindSinceMs: null,
    inhibits: [],
  });
  const days = Math.round(rise.withinSeconds / DAY_SECONDS);
  return {
    version: 1,
    event: "recurring",
    at: rfc3339(atMs),
    late_seconds: lateSeconds(atMs, nowMs),
    test: false,
    step: null,
    escalation: [],
    incident: {
      ...view,
      severity: "info",
      state: "pending",
      fired_at: null,
      explanation: `${view.explanation}; the ${ordinal(rise.times)} rise of this size in ${days}d`,
    },
  };
}

const ENDINGS: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd", other: "th" };
const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });

/** 1st, 2nd, 3rd, 11th, 21st. */
function ordinal(n: number): string {
  return `${n}${ENDINGS[ORDINALS.select(n)] ?? "th"}`;
}
