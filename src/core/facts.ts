// The things that can happen in the core, by name. The core states them here and knows nothing of metrics or logs; one
// recorder in telemetry/ makes each a number and a line.

import type { RevokedEvent } from "./events/event.ts";
import type { Transition } from "./incidents/transition.ts";

/** Why a line that holds a rule's needle is no event. The words are those of `explain`. */
export type RejectReason =
  | "no_match"
  | "not_json"
  | "not_object"
  | "level"
  | "where"
  | "own_log"
  | "too_deep"
  | "too_long";

export interface CoreFacts {
  /** A chunk was read. `lastLineMs` is the own time of its last line, null when that line tells none. */
  linesRead(source: string, lines: number, bytes: number, lastLineMs: number | null): void;
  /** A line with a needle was no event. */
  lineRejected(source: string, reason: RejectReason): void;
  eventCounted(event: RevokedEvent, nowMs: number): void;
  /** A time over a minute ahead of the wall clock was taken as now. */
  futureEvent(source: string, aheadMs: number): void;
  /** A source was not to be seen for a while (milliseconds since the epoch): that time is not taken for quiet. */
  sourceUnseen(source: string, fromMs: number, toMs: number): void;
  /** An event over an hour behind its group trained the baseline only. */
  lateEvent(rule: string, lateMs: number): void;
  /** An event found no room among the rule's groups and went into the group `other`. */
  groupOverflow(rule: string): void;
  /** A key that may still be used was no longer tracked, for want of room. */
  keyEvicted(rule: string): void;
  transition(transition: Transition): void;
  /** A transition that is not delivered. */
  suppressed(rule: string, reason: "silenced" | "inhibited" | "replay" | "recurring"): void;
  /** A detector state of another version was found and dropped; its group learns anew. */
  groupStateDropped(rule: string, reason: string): void;
}
