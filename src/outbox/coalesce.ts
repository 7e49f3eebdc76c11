// What becomes of a waiting message when a newer one of the same incident comes: after an outage people get one message
// with the newest numbers, not the backlog. Never is the only trace of an incident dropped.

import type { Step, TransitionEvent } from "../core/incidents/transition.ts";
import { isAlarm } from "./row.ts";
import type { OutboxRow } from "./row.ts";

/** `absorb`: the older keeps its event and takes the newer numbers. `replace`: the newer takes the older's place. */
type Merge = "absorb" | "replace";

const AFTER_ALARM: Readonly<Partial<Record<TransitionEvent, Merge>>> = {
  update: "absorb",
  repeat: "absorb",
  acked: "absorb",
  escalated: "absorb",
  resolved: "replace",
};

/** Older event, newer event; pairs that are not listed stay two messages. */
const MERGES: Readonly<Partial<Record<TransitionEvent, Readonly<Partial<Record<TransitionEvent, Merge>>>>>> =
  {
    firing: AFTER_ALARM,
    silence_exceeded: AFTER_ALARM,
    escalated: { update: "absorb", repeat: "absorb", escalated: "replace", resolved: "replace" },
    update: {
      update: "replace",
      repeat: "replace",
      acked: "replace",
      escalated: "replace",
      resolved: "replace",
    },
    // A repeat rings, an update does not: the update's numbers ride on the repeat.
    repeat: {
      update: "absorb",
      repeat: "replace",
      acked: "replace",
      escalated: "replace",
      resolved: "replace",
    },
    acked: { update: "absorb", acked: "replace", resolved: "replace" },
  };

/**
 * Joins two waiting messages of one incident to one receiver.
 * @param mayHaveArrived true when the older one may have been accepted already. Its id must then not speak for other
 * content, since a receiver that drops repeats would drop that too.
 * @returns the one row that stands for both, or null when both must be said.
 */
export function coalesce(older: OutboxRow, newer: OutboxRow, mayHaveArrived: boolean): OutboxRow | null {
  const merge = mergeOf(older, newer);
  if (merge === null) return null;
  if (mayHaveArrived) return merge === "replace" && !isAlarm(older) ? newer : null;
  if (merge === "absorb") {
    const { event, at, late_seconds: lateSeconds, escalation } = older.transition;
    const step = isAlarm(older) ? null : stepOf(older, newer);
    return {
      ...older,
      transition: { ...newer.transition, event, at, late_seconds: lateSeconds, escalation, step },
    };
  }
  const firedUnsaid = newer.transition.event === "resolved" && isAlarm(older);
  return {
    ...older,
    transition: {
      ...newer.transition,
      ...(newer.transition.event === "update" ? { step: stepOf(older, newer) } : {}),
    },
    queuedAtMs: isAlarm(older) ? older.queuedAtMs : newer.queuedAtMs,
    firedUnsaid,
  };
}

/** Of two steps the one that more people hear. */
function stepOf(older: OutboxRow, newer: OutboxRow): Step | null {
  const steps = new Set([newer.transition.step, older.transition.step]);
  return STEPS.find((step) => steps.has(step)) ?? null;
}

const STEPS: readonly Step[] = ["severity", "new_service", "growth"];

function mergeOf(older: OutboxRow, newer: OutboxRow): Merge | null {
  // It fired, resolved and fires again, and nobody heard of it yet: it is simply firing.
  if (older.firedUnsaid && newer.transition.event === "firing") return "replace";
  return MERGES[older.transition.event]?.[newer.transition.event] ?? null;
}
