// One message that must still be said, as it is kept in the database: the data to render from, never the rendered text,
// so that a late message can say that it is late.

import type { Transition, TransitionEvent } from "../core/incidents/transition.ts";
import { DOCUMENT } from "../state/change.ts";
import type { DocumentRow } from "../state/change.ts";

/** One message to one receiver. */
export interface OutboxRow {
  /** INCIDENT.SEQUENCE.RECEIVER: the same after a crash, since the sequence is counted in the same transaction. */
  readonly deliveryId: string;
  readonly receiver: string;
  /** Counts an incident's messages to this receiver, from 1. */
  readonly sequence: number;
  readonly queuedAtMs: number;
  /** When a person asked for another try of what was given up; its age counts from here. */
  readonly retriedAtMs?: number;
  readonly transition: Transition;
  /** True for a resolved message that swallowed an undelivered firing: it is the only trace of the incident. */
  readonly firedUnsaid: boolean;
}

/** Names a delivery for ever. */
export function deliveryIdOf(incident: string, sequence: number, receiver: string): string {
  return `${incident}.${sequence}.${receiver}`;
}

/** Events that raise an alarm: they fall back to another receiver, and are the last to be dropped. */
const ALARMS: ReadonlySet<TransitionEvent> = new Set(["firing", "escalated", "silence_exceeded"]);

/** True when somebody would not know of the incident without this message. */
export function isAlarm(row: OutboxRow): boolean {
  return row.firedUnsaid || ALARMS.has(row.transition.event);
}

/** The document to commit. */
export function rowDocument(row: OutboxRow): DocumentRow {
  return { kind: DOCUMENT.outbox, id: row.deliveryId, data: JSON.stringify(row) };
}

/** The document that deletes the row. */
export function rowGone(row: OutboxRow): DocumentRow {
  return { kind: DOCUMENT.outbox, id: row.deliveryId, data: null };
}

/** Since when the message counts as waiting, milliseconds since the epoch. */
export function waitingSinceMs(row: OutboxRow): number {
  return row.retriedAtMs ?? row.queuedAtMs;
}
