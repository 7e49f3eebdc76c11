// What the HTTP server shows, as `app` hands it in. The server itself keeps nothing: every answer is a view of the moment.
// Names are those of the JSON, times are RFC 3339 UTC, null is unknown.

import type { TopEntry, Transition } from "../core/incidents/transition.ts";

/** Whether the daemon is alive, and whether it is ready; neither depends on Slack or SMTP. */
export interface Health {
  /** The evaluation loop turned lately. */
  readonly healthy: boolean;
  /** Configuration loaded, state open, first catch-up finished. */
  readonly ready: boolean;
  /** Why one of them is false, for a person; null when both are true. */
  readonly reason: string | null;
}

export interface StatusFile {
  readonly path: string;
  readonly state: string;
  /** Bytes read. */
  readonly offset: number;
  /** Bytes there are. */
  readonly size: number;
  readonly lag_bytes: number;
}

export interface StatusSource {
  readonly name: string;
  readonly kind: string;
  readonly caught_up: boolean;
  /** Time of the newest line; null before the first. */
  readonly last_line_at: string | null;
  /** Since the start. */
  readonly lines_total: number;
  /** Bytes known not to have been read, and stretches of unknown size, since the start. */
  readonly lost_bytes_total: number;
  readonly gaps_total: number;
  readonly files: readonly StatusFile[];
}

export interface StatusGroup {
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  readonly events_total: number;
  readonly window_seconds: number;
  readonly window_events: number;
  readonly expected: number | null;
  readonly expected_high: number | null;
  readonly distinct_keys: number;
  readonly state: string;
  /** From how many events on it would alert now, per window. */
  readonly thresholds: readonly { readonly window_seconds: number; readonly count: number }[];
}

/** The last 25 hours of a group in steps of equal length, oldest first; all lists are of one length. */
export interface StatusHistory {
  /** Names the group where its labels would not fit: 16 hex digits. */
  readonly id: string;
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  readonly step_seconds: number;
  /** Start of the first step. */
  readonly from: string;
  /** Events of each step; the last one is still going on. */
  readonly counts: readonly number[];
  /** What such a step usually holds, and the most that 99.9 % of them hold; null for a plain threshold. */
  readonly expected: readonly number[] | null;
  readonly expected_high: readonly number[] | null;
  /** The incidents of that time. */
  readonly incidents: readonly {
    readonly id: string;
    readonly short_id: string;
    readonly severity: string;
    readonly started_at: string;
    readonly resolved_at: string | null;
  }[];
}

/** Histories, or why the question cannot be answered. */
export type HistoryAnswer = readonly StatusHistory[] | { readonly problem: string };

/** What the lists show of an incident; the views may carry more, and the API prints all of it. */
export interface StatusIncident {
  readonly id: string;
  readonly short_id: string;
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  readonly severity: string;
  readonly state: string;
  readonly started_at: string;
  readonly resolved_at: string | null;
  readonly total: number;
  readonly explanation: string;
  readonly acked_by: string | null;
  readonly peak_per_minute: number;
  readonly distinct_keys: number;
  readonly last_event_at: string;
  readonly hint: string;
  readonly request_ids: readonly string[];
  readonly request_ids_total: number;
  readonly top: {
    readonly keys: readonly TopEntry[];
    readonly services: readonly TopEntry[];
    readonly hosts: readonly TopEntry[];
  };
  readonly sources: readonly string[];
  readonly runbook_url: string | null;
  /** What the log names; not to be linked without asking. */
  readonly doc_url: string | null;
}

/** An incident as its own page shows it. */
export interface IncidentDetails extends StatusIncident {
  /** Every request id that is kept of it. */
  readonly kept_request_ids: readonly string[];
}

/** Addresses that may be linked to, each as the receivers link it. */
export interface IncidentLinks {
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** Where a log search shows a request; null without a template. */
  readonly requestId: (id: string) => string | null;
}

export interface StatusReceiver {
  readonly name: string;
  readonly kind: string;
  readonly outbox_messages: number;
  readonly dead_letters: number;
  readonly circuit_open: boolean;
  /** Whether the hourly check found that a delivery would be possible; null before the first. */
  readonly last_check_ok: boolean | null;
  readonly last_success_at: string | null;
  readonly oldest_at: string | null;
}

/** A silence that is declared, with what its time has seen. */
export interface StatusSilence {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "pending" | "expired";
  /** Of the occurrence of now, else of the next one. */
  readonly starts_at: string | null;
  readonly ends_at: string | null;
  readonly recurring: boolean;
  readonly match: readonly string[];
  readonly max_events: number | null;
  readonly max_keys: number | null;
  /** Seen in the occurrence of now; null while it is not active. */
  readonly events: number | null;
  readonly keys: number | null;
  /** More came than was expected: it holds nothing back any more. */
  readonly exceeded: boolean;
  readonly comment: string;
  readonly created_by: string;
}

/** What `status -o json` prints and the status page shows. */
export interface Status {
  readonly version: string;
  /** Host that the daemon runs on. */
  readonly host: string;
  readonly started_at: string;
  readonly at: string;
  readonly ready: boolean;
  /** The last commit of the state succeeded. */
  readonly state_saved: boolean;
  readonly sources: readonly StatusSource[];
  readonly groups: readonly StatusGroup[];
  /** Incidents that are not resolved. */
  readonly incidents: readonly StatusIncident[];
  /** Those that are active or to come. */
  readonly silences: readonly StatusSilence[];
  readonly receivers: readonly StatusReceiver[];
  readonly incidents_firing: number;
}

/** A service or a host that uses a revoked key. */
export interface KeyPlace {
  readonly value: string;
  readonly count: number;
  readonly last_seen_at: string;
}

/** A revoked key that somebody still uses: one that was used in the last thirty days. */
export interface StatusKey {
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  /** Masked: prefix and last four characters. */
  readonly key: string;
  /** Keyed hash, 16 hex digits: tells keys apart whose masks are equal. */
  readonly hash: string;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly count: number;
  /** Where the newest use came from; null where its line named none. */
  readonly last_service: string | null;
  readonly last_host: string | null;
  readonly last_request_id: string | null;
  /** At most five, that of the newest use first. */
  readonly services: readonly KeyPlace[];
  readonly services_truncated: boolean;
  readonly hosts: readonly KeyPlace[];
  readonly hosts_truncated: boolean;
}

/** Keys, or why the question cannot be answered. */
export type KeysAnswer = readonly StatusKey[] | { readonly problem: string };

/** A message that waits for a receiver, or was given up. Times are RFC 3339. */
export interface StatusMessage {
  readonly id: string;
  readonly receiver: string;
  readonly state: "waiting" | "sending" | "dead";
  readonly queued_at: string;
  /** Attempts that failed since the start; null for what was given up. */
  readonly failures: number | null;
  /** Class of the last failure; null without one. */
  readonly last_failure: string | null;
  /** Why and when it was given up; null while it waits. */
  readonly reason: string | null;
  readonly given_up_at: string | null;
  readonly transition: Transition;
}

export interface HttpViews {
  health(): Health;
  status(): Status;
  /** All incidents that are kept, newest first, resolved ones too. */
  incidents(): readonly StatusIncident[];
  /** One incident by its id or its short id, with everything that is kept of it; null when there is none. */
  incident(id: string): IncidentDetails | null;
  /** What the page of an incident links to. */
  links(incident: IncidentDetails): IncidentLinks;
  /** The last 25 hours of the groups that matter most, at most 24. */
  history(query: URLSearchParams): HistoryAnswer;
  /** Every silence that is known, also those that expired lately. */
  silences(): readonly StatusSilence[];
  /** Revoked keys that are still used, the one used last first; the query narrows them down. */
  keys(query: URLSearchParams): KeysAnswer;
  /** Messages that wait, then those given up in the last seven days. */
  outbox(): readonly StatusMessage[];
  /** The answer to a scrape in the format that the Accept header asks for. */
  metrics(accept: string | undefined): Promise<{ readonly contentType: string; readonly body: string }>;
}
