// What an open incident says next, and whether a silence holds it back: the one decision in which growth, repeats, silences
// and acknowledgements meet. It is pure; the group obeys.

import type { Incident } from "./incident.ts";
import { dueStep, type Told } from "./lifecycle.ts";
import { dueSteps, type Route } from "./routes.ts";
import type { HeldBy, Standing } from "./silences.ts";
import type { TransitionEvent } from "./transition.ts";

/** An acknowledgement holds for an hour: who took it may have been called away, and it is still firing. */
export const ACK_TIMEOUT_MS = 3_600_000;

/** What is to be said. */
export interface Word {
  readonly event: TransitionEvent;
  /** Receivers are given it; else it is printed only. */
  readonly delivered: boolean;
  /** The silence that holds the incident back from here on. */
  readonly heldBy: HeldBy | null;
  /** The silence that it breaks through. */
  readonly exceeds: Exceeded | null;
  /** Whoever acknowledged it is asked anew. */
  readonly unacks: boolean;
  /** It is said as information, whatever its severity was. */
  readonly quiet: boolean;
  /** The steps of escalation that it is. */
  readonly escalates: readonly Route[];
}

type Exceeded = Extract<Standing, { kind: "exceeded" }>;

/** The first word about an incident. */
export function firstWord(standing: Standing): Word {
  switch (standing.kind) {
    case "free":
      return loud("firing");
    case "held":
      return held("firing", standing.by);
    case "exceeded":
      return { ...loud("silence_exceeded"), exceeds: standing, unacks: true };
  }
}

/**
 * What is due now, null when nothing is worth saying.
 * @param atMs the group's time.
 * @param nowMs the clock that does not step, by which escalation goes.
 */
export function nextWord(
  incident: Incident,
  standing: Standing,
  routes: readonly Route[],
  atMs: number,
  nowMs: number,
): Word | null {
  const { told, heldBy, known, ack } = incident;
  if (told === null) return firstWord(standing);
  const due = dueOf(incident, told, atMs);
  const unacks = ack !== null;
  if (standing.kind === "held") {
    // Who was told that it fires is told once why nothing more comes.
    if (known && heldBy === null) return { ...loud("update"), heldBy: standing.by };
    return due === null ? null : { ...held(due, standing.by), unacks };
  }
  if (heldBy !== null) {
    if (standing.kind === "exceeded" || !known) return firstWord(standing);
    if (ack === null) return loud("repeat");
  }
  const escalates = isCalm(incident) ? [] : dueSteps(incident, routes, nowMs);
  if (escalates.length > 0) return { ...loud("escalated"), escalates };
  return due === null ? null : { ...loud(due), unacks };
}

/** A word that follows from what somebody did or from the end: those who know of the incident hear it. */
export function closingWord(event: "acked" | "resolved", { known, heldBy }: Incident): Word {
  return { ...loud(event), delivered: known, heldBy };
}

/** The one word about what began and ended while nobody could see it. */
export function missedWord(standing: Standing): Word {
  const word = standing.kind === "held" ? held("resolved", standing.by) : loud("resolved");
  return { ...word, quiet: true };
}

/** Of one that flaps only what is worse is told; when it has settled, that. */
function dueOf(incident: Incident, told: Told, atMs: number): "update" | "repeat" | null {
  const { ack, flapping, severity, total } = incident;
  if (isCalm(incident)) return null;
  if (ack !== null) return agedAck(incident, atMs);
  if (flapping === null) return dueStep(told, total, severity, atMs);
  return severity === told.severity ? null : "update";
}

const isCalm = ({ flapping }: Incident): boolean => flapping !== null && flapping.calmSinceMs !== null;

/** Only what is worse than what was acknowledged, or an acknowledgement that has grown old, speaks up again. */
function agedAck({ told, ack, severity }: Incident, atMs: number): "update" | "repeat" | null {
  if (severity !== told?.severity) return "update";
  return ack !== null && !ack.lasting && atMs - ack.atMs >= ACK_TIMEOUT_MS ? "repeat" : null;
}

function loud(event: TransitionEvent): Word {
  return { event, delivered: true, heldBy: null, exceeds: null, unacks: false, quiet: false, escalates: [] };
}

function held(event: TransitionEvent, by: HeldBy): Word {
  return { ...loud(event), delivered: false, heldBy: by };
}
