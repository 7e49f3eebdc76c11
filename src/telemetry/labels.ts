// The values that labels may take. Every list is closed, and what comes out of a log (a service) is bounded, so that no
// log can grow the number of series: at every bound at once there are some 6,000.

import type { RejectReason } from "../core/facts.ts";
import type { IncidentView, TransitionEvent } from "../core/incidents/transition.ts";
import type { FailureClass } from "../receivers/receiver.ts";
import type { FileStatus, GapCause, LossReason, RotationKind } from "../sources/source.ts";

/** Takes the place of a value that a closed list does not hold, or for which a bounded one has no room. */
export const OTHER = "other";

/** A record with one property per member makes the compiler ask for a new member here the day it is born. */
function listOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] {
  return Object.keys(words) as Word[];
}

export const REJECT_REASONS = listOf<RejectReason>({
  no_match: true,
  not_json: true,
  not_object: true,
  level: true,
  where: true,
  own_log: true,
  too_deep: true,
  too_long: true,
});

export const FILE_STATES = listOf<FileStatus["state"]>({
  active: true,
  draining: true,
  pending: true,
  failed: true,
  finished: true,
});

export const ROTATION_KINDS = listOf<RotationKind>({
  rename: true,
  copytruncate: true,
  truncate: true,
  rewrite: true,
  symlink: true,
  delete: true,
  reattach: true,
});

export const GAP_CAUSES = listOf<GapCause>({
  generation_missed: true,
  copytruncate_window: true,
  gzip_corrupt: true,
  unsupported_compression: true,
  pinned_budget: true,
  rewritten: true,
});

export const LOSS_REASONS = listOf<LossReason>({
  truncated: true,
  deleted: true,
  generation_missed: true,
  pinned_budget: true,
  nul_bytes: true,
});

export const INCIDENT_STATES = listOf<Exclude<IncidentView["state"], "resolved">>({
  pending: true,
  firing: true,
  acked: true,
  resolving: true,
});

export const TRANSITION_EVENTS = listOf<TransitionEvent>({
  firing: true,
  update: true,
  repeat: true,
  acked: true,
  escalated: true,
  resolved: true,
  silence_exceeded: true,
  silence_ending: true,
  silence_ended: true,
  new_key_notice: true,
  recurring: true,
});

export const ATTEMPT_OUTCOMES = listOf<"ok" | FailureClass>({
  ok: true,
  rate_limited: true,
  transient: true,
  ambiguous: true,
  auth: true,
  payload: true,
});

export const SUPPRESSION_REASONS = ["silenced", "inhibited", "replay", "recurring", "flood"] as const;
export const FAILURE_REASONS = ["auth", "payload", "expired", "dropped"] as const;
export const SILENCE_STATES = ["active", "pending", "expired"] as const;
export const SAVE_OUTCOMES = ["ok", "error"] as const;

/** Services that one rule may have as a label; the rest share `other`. */
export const MAX_SERVICES = 50;

/** Characters of a label value: a service name in a log may be a whole request. */
const MAX_LABEL_CHARS = 100;

/** Line breaks and terminal controls, which would make two series look like one. */
// oxlint-disable-next-line no-control-regex -- controls are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Label values that come from outside, at most `max` different ones per owner, first come first served. */
export class BoundedLabel {
  readonly #max: number;
  readonly #known = new Map<string, Set<string>>();

  constructor(max: number) {
    this.#max = max;
  }

  /** The value as it may stand in a label of `owner`: itself, cleaned, or `other` when there is no room. */
  take(owner: string, value: string): string {
    const known = this.#known.get(owner);
    // Every event asks, and nearly all name a service that is known and clean.
    if (known?.has(value) === true) return value;
    const clean = value.slice(0, MAX_LABEL_CHARS).toWellFormed().replace(CONTROLS, "\ufffd");
    if (known === undefined) {
      this.#known.set(owner, new Set([clean]));
      return clean;
    }
    if (known.has(clean)) return clean;
    if (known.size >= this.#max) return OTHER;
    known.add(clean);
    return clean;
  }

  /** Whether a new value of `owner` would become `other`. */
  isFull(owner: string): boolean {
    return (this.#known.get(owner)?.size ?? 0) >= this.#max;
  }
}
