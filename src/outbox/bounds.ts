// How much may wait for one receiver, and what gives way first. Pure.

import type { Transition, TransitionEvent } from "../core/incidents/transition.ts";

/** What may wait for one receiver. */
export interface Limits {
  /** Messages waiting for one receiver. */
  readonly rows: number;
  /** Their bytes as JSON together. */
  readonly bytes: number;
  /** Bytes of one message as JSON. */
  readonly rowBytes: number;
  /** Older messages are given up, milliseconds: after a day an alert is history, and in the log. */
  readonly ageMs: number;
}

/** A receiver that is down for a day meets these; a few hundred incidents with every update fit. */
export const LIMITS: Limits = { rows: 1000, bytes: 16 * 2 ** 20, rowBytes: 64 * 2 ** 10, ageMs: 86_400_000 };

/** From this share of a bound on it is said that it is near, … */
export const NEAR_BOUND = 0.8;
/** … and again only after less than this waited. */
export const FAR_FROM_BOUND = 0.5;

/** Lower goes first. */
const WEIGHT: Readonly<Record<TransitionEvent, number>> = {
  update: 0,
  acked: 0,
  repeat: 1,
  silence_ending: 1,
  silence_ended: 1,
  resolved: 2,
  new_key_notice: 2,
  recurring: 2,
  escalated: 3,
  silence_exceeded: 3,
  firing: 3,
};

/** How much a message matters, 0 to 3: the lightest are dropped first. */
export function weightOf(event: TransitionEvent): number {
  return WEIGHT[event];
}

/** What `surplus` has to know of a message. */
export interface Weighed {
  readonly weight: number;
  readonly bytes: number;
  /** True while it is being handed over: it can no longer be taken back. */
  readonly fixed: boolean;
}

/**
 * What must go so that the rest fits.
 * @param waiting oldest first.
 * @returns the lightest first, the oldest first among equals.
 */
export function surplus<Item extends Weighed>(waiting: readonly Item[], limits: Limits): Item[] {
  let rows = waiting.length;
  let bytes = waiting.reduce((sum, item) => sum + item.bytes, 0);
  if (rows <= limits.rows && bytes <= limits.bytes) return [];
  const dropped: Item[] = [];
  for (const item of waiting.filter(({ fixed }) => !fixed).sort((a, b) => a.weight - b.weight)) {
    if (rows <= limits.rows && bytes <= limits.bytes) break;
    dropped.push(item);
    rows -= 1;
    bytes -= item.bytes;
  }
  return dropped;
}

/**
 * Cuts the lists of a transition until its JSON fits: request ids first halved again and again, then the top lists.
 * @returns the transition itself when it fits; null when its texts alone are too large.
 */
export function fitted(transition: Transition, maxBytes: number): Transition | null {
  if (jsonBytes(transition) <= maxBytes) return transition;
  const { incident } = transition;
  const { request_ids: ids, top } = incident;
  if (ids.length > 0) {
    const fewer = ids.slice(0, Math.floor(ids.length / 2));
    return fitted(
      { ...transition, incident: { ...incident, request_ids: fewer, request_ids_truncated: true } },
      maxBytes,
    );
  }
  if (top.keys.length + top.services.length + top.hosts.length === 0) return null;
  return fitted(
    { ...transition, incident: { ...incident, top: { keys: [], services: [], hosts: [] } } },
    maxBytes,
  );
}

/** UTF-8 bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
