// The one shape in which an incident leaves the program: on stdout, in webhook bodies, in `backtest -o json`, in the
// API, and as the data from which the receivers render. It is a promise (field names, order, null for unknown), so
// the names are those of the JSON.

import type { Shape } from "../spikes/shape.ts";
import type { TopEntry } from "../spikes/tally.ts";

export type { Shape, TopEntry };

/** What can be said of an incident, and the notices that belong to none. */
export const TRANSITION_EVENTS = [
  "firing",
  "update",
  "repeat",
  "acked",
  "escalated",
  "resolved",
  "silence_exceeded",
  "silence_ending",
  "silence_ended",
  "new_key_notice",
  "recurring",
] as const;

export type TransitionEvent = (typeof TRANSITION_EVENTS)[number];

export type Severity = "info" | "warning" | "critical";

/** Whether the keys of an incident that is over are dead. */
export interface RotationView {
  /** Keys that were used in the last `within_seconds` of it, when the count was already usual again. */
  readonly still_seen: number;
  readonly within_seconds: number;
  /** Every key that was used in it. */
  readonly keys_total: number;
  /** The five used last, newest first. */
  readonly keys: readonly LastUse[];
}

/** A key and its last use. */
export interface LastUse {
  /** Masked. */
  readonly value: string;
  /** Keyed hash, 16 hex digits, as `revokewatch keys` shows it. */
  readonly hash: string;
  /** Uses since it was first seen, which may be before the incident. */
  readonly count: number;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly last_service: string | null;
  readonly last_host: string | null;
}

/** Why an `update` is told: the count doubled, it became graver, or a further service is hit. */
export type Step = "growth" | "severity" | "new_service";

/** What tells an incident apart. */
export interface IncidentName {
  readonly id: string;
  readonly short_id: string;
  readonly rule: string;
}

/** An incident that is held back by a wider one. */
export interface InhibitedView extends IncidentName {
  readonly group: Readonly<Record<string, string>>;
  readonly total: number;
}

/** A step of escalation. */
export interface StepTaken {
  /** Name of the receiver. */
  readonly to: string;
  readonly after_seconds: number;
}

export interface IncidentView {
  /** ULID of the moment of firing. */
  readonly id: string;
  /** Last four characters of the id, for people. */
  readonly short_id: string;
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  readonly severity: Severity;
  readonly state: "pending" | "firing" | "acked" | "resolving" | "resolved";
  /** RFC 3339 UTC with milliseconds, here and in all `_at` fields. */
  readonly started_at: string;
  readonly fired_at: string | null;
  readonly resolved_at: string | null;
  /** Time of the last event. */
  readonly last_event_at: string;
  readonly count: number;
  readonly window_seconds: number;
  readonly expected: number | null;
  readonly expected_high: number | null;
  readonly ratio: number | null;
  readonly probability: number | null;
  /** From which count on that window fires; null for a report that no count made. */
  readonly threshold: number | null;
  readonly explanation: string;
  /** Events since the onset. */
  readonly total: number;
  readonly peak_per_minute: number;
  readonly distinct_keys: number;
  readonly shape: Shape;
  readonly channel: "events" | "new_keys";
  readonly hint: string;
  /** Newest and first ids of the incident, at most the rule's `request_ids.max`. */
  readonly request_ids: readonly string[];
  /** How many different ids were seen. */
  readonly request_ids_total: number;
  readonly request_ids_truncated: boolean;
  readonly top: {
    readonly keys: readonly TopEntry[];
    readonly services: readonly TopEntry[];
    readonly hosts: readonly TopEntry[];
  };
  /** Null while it is not resolved. */
  readonly rotation: RotationView | null;
  /** Events per minute, oldest first, at most 30 buckets up to now. */
  readonly sparkline: readonly number[];
  readonly doc_url: string | null;
  readonly runbook_url: string | null;
  readonly sources: readonly string[];
  /** Name of the silence that holds it back, or that this is about. */
  readonly silence: string | null;
  /** Until when it is, or was, held back; null when it never was. */
  readonly silenced_until: string | null;
  readonly acked_by: string | null;
  /** Why it is over; null while it is not. Of the last two nobody knows how it went on. */
  readonly ended_as: "back_to_normal" | "new_level" | "rule_removed" | "rule_changed" | null;
  /** It ends and begins again and again: it was told so, and is left alone until it has settled. */
  readonly flapping: boolean;
  /** Since when nobody can see how it goes on; null while it can be seen. */
  readonly unseen_since: string | null;
  /** Names of the receivers that were told because it went on; empty when none was. */
  readonly escalated_to: readonly string[];
  /** The wide incident that holds this one back; null when none does. */
  readonly inhibited_by: IncidentName | null;
  /** The incidents that this one holds back, the largest first, at most ten; empty when there is none. */
  readonly inhibits: readonly InhibitedView[];
}

export interface Transition {
  readonly version: 1;
  readonly event: TransitionEvent;
  /** Event time of the transition. */
  readonly at: string;
  /** How long after `at` revokewatch could know it (backlog, catch-up), whole seconds; 0 when live. */
  readonly late_seconds: number;
  /** True for messages of `revokewatch test`. */
  readonly test: boolean;
  /** Why an `update` is told; null for every other event and for a note. */
  readonly step: Step | null;
  /** The steps of escalation that this is; empty for all but `escalated`. */
  readonly escalation: readonly StepTaken[];
  readonly incident: IncidentView;
}
