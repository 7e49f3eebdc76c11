// What an open incident says next, and whether a silence or a wider incident holds it back: the one decision in which
// growth, repeats, silences and acknowledgements meet. It is pure; the group obeys.

import type { Incident } from "./incident.ts";
import { type Due, dueStep, type Told } from "./lifecycle.ts";
import { dueSteps, type Route } from "./routes.ts";
import type { HeldBy, Standing as Silenced } from "./silences.ts";
import type { Times } from "./times.ts";
import type { IncidentName, Step, TransitionEvent } from "./transition.ts";

/** What silences and wider incidents mean for an incident at a moment. */
export type Standing = Silenced | { readonly kind: "inhibited"; readonly by: IncidentName };

/** What is to be said. */
export interface Word {
  readonly event: TransitionEvent;
  /** Why an update is told. */
  readonly step: Step | null;
  /** Receivers are given it; else it is printed only. */
  readonly delivered: boolean;
  /** The silence that holds the incident back from here on. */
  readonly heldBy: HeldBy | null;
  /** The wider incident that does. */
  readonly inhibitedBy: IncidentName | null;
  /** The silence that it breaks through. */
  readonly exceeds: Exceeded | null;
  /** Whoever acknowledged it is asked anew. */
  readonly unacks: boolean;
  /** It is said as information, whatever its severity was. */
  readonly quiet: boolean;
  /** The steps of escalation that it is. */
  readonly escalates: readonly Route[];
}

type Exceeded = Extract<Silenced, { kind: "exceeded" }>;

/** What of a rule decides about the next word. */
export interface Habit {
  readonly routes: readonly Route[];
  readonly times: Times;
}

/** The first word about an incident. */
export function firstWord(standing: Standing): Word {
  switch (standing.kind) {
    case "free":
      return loud("firing");
    case "held":
    case "inhibited":
      return held("firing", standing);
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
  { routes, times }: Habit,
  atMs: number,
  nowMs: number,
): Word | null {
  const { told, heldBy, inhibitedBy, known, ack } = incident;
  if (told === null) return firstWord(standing);
  const due = dueOf(incident, told, times, atMs);
  const unacks = ack !== null;
  const before = heldBy !== null || inhibitedBy !== null;
  if (standing.kind === "held" || standing.kind === "inhibited") {
    // Who was told that it fires is told once why nothing more comes. What a wider incident stands for is seen in that one.
    if (known && !before && standing.kind === "held") return { ...loud("update"), heldBy: standing.by };
    return due === null ? null : { ...held(due.event, standing), step: due.step, unacks };
  }
  if (before) {
    if (standing.kind === "exceeded" || !known) return firstWord(standing);
    if (ack === null) return loud("repeat");
  }
  const escalates = isCalm(incident) ? [] : dueSteps(incident, routes, nowMs);
  if (escalates.length > 0) return { ...loud("escalated"), escalates };
  return due === null ? null : { ...loud(due.event), step: due.step, unacks };
}

/** A word that follows from what somebody did or from the end: those who know of the incident hear it. */
export function closingWord(event: "acked" | "resolved", { known, heldBy, inhibitedBy }: Incident): Word {
  return { ...loud(event), delivered: known, heldBy, inhibitedBy };
}

/** The one word about what began and ended while nobody could see it. */
export function missedWord(standing: Standing): Word {
  const isHeld = standing.kind === "held" || standing.kind === "inhibited";
  return { ...(isHeld ? held("resolved", standing) : loud("resolved")), quiet: true };
}

/** Of one that flaps only what is worse is told; when it has settled, that. */
function dueOf(incident: Incident, told: Told, times: Times, atMs: number): Due | null {
  const { ack, flapping, severity, total, services } = incident;
  if (isCalm(incident)) return null;
  if (ack !== null) return agedAck(incident, times, atMs);
  if (flapping === null)
    return dueStep(told, { total, severity, services: services.length }, times.repeatMs, atMs);
  return severity === told.severity ? null : WORSE;
}

const WORSE: Due = { event: "update", step: "severity" };

const isCalm = ({ flapping }: Incident): boolean => flapping !== null && flapping.calmSinceMs !== null;

/** Only what is worse than what was acknowledged, or an acknowledgement that has grown old, speaks up again. */
function agedAck({ told, ack, severity }: Incident, { ackTimeoutMs }: Times, atMs: number): Due | null {
  if (severity !== told?.severity) return WORSE;
  const old = ack !== null && !ack.lasting && atMs - ack.atMs >= ackTimeoutMs;
  return old ? { event: "repeat", step: null } : null;
}

function loud(event: TransitionEvent): Word {
  return {
    event,
    step: null,
    delivered: true,
    heldBy: null,
    inhibitedBy: null,
    exceeds: null,
    unacks: false,
    quiet: false,
    escalates: [],
  };
}

type Holding = Extract<Standing, { kind: "held" | "inhibited" }>;

function held(event: TransitionEvent, standing: Holding): Word {
  const word = { ...loud(event), delivered: false };
  return standing.kind === "held" ? { ...word, heldBy: standing.by } : { ...word, inhibitedBy: standing.by };
}
