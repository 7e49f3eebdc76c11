// What telemetry asks the rest of the daemon at each scrape, instead of being told of every change: plain, read-only
// data that `app` hands in. The names are those of `status -o json`.

import type { IncidentView } from "../core/incidents/transition.ts";
import type { FileStatus } from "../sources/source.ts";

export interface SourceView {
  readonly name: string;
  readonly files: readonly FileStatus[];
}

/** One group of a rule: its window against what is usual, and how its incident stands. */
export interface CountedGroup {
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  /** Events in the window now. */
  readonly windowEvents: number;
  /** What such a window usually holds; null while unknown, and for a plain threshold. */
  readonly expected: number | null;
  readonly distinctKeys: number;
  /** Of the incident that is not resolved, or of the rise that must last to be one; null when there is neither. */
  readonly standing: IncidentView["state"] | "pending" | null;
}

export interface ReceiverView {
  readonly name: string;
  /** Messages that wait. */
  readonly outbox_messages: number;
  readonly dead_letters: number;
  readonly circuit_open: boolean;
  /** Whether the last check found it able to deliver; null before the first. */
  readonly last_check_ok: boolean | null;
  /** RFC 3339; null before the first success. */
  readonly last_success_at: string | null;
  /** When the oldest waiting message was queued, RFC 3339; null while none waits. */
  readonly oldest_at: string | null;
}

export interface SilenceCounts {
  readonly active: number;
  readonly pending: number;
  readonly expired: number;
}

/** Each function gives the state of now and is called only while a scrape is answered. */
export interface TelemetryViews {
  sources(): readonly SourceView[];
  /** One by one: there may be ten thousand. */
  groups(): Iterable<CountedGroup>;
  silences(): SilenceCounts;
  /** Revoked keys that are still used, by rule. */
  keys(): ReadonlyMap<string, number>;
  receivers(): readonly ReceiverView[];
}
