// Who is told of an incident, and when: at once, from a severity on, or only after it has gone on for a while. Times run
// from the moment the incident was first told of, which is kept with it: a restart neither repeats nor loses a step.

import { atLeast } from "./severity.ts";
import type { IncidentView, Severity } from "./transition.ts";

/** One way from a rule to a receiver. */
export interface Route {
  /** Name of the receiver. */
  readonly to: string;
  /** How long the incident must have been going on, milliseconds; 0: told from the beginning. */
  readonly afterMs: number;
  /** A step that is left out while somebody takes care. */
  readonly unlessAcked: boolean;
  /** Told only from this severity on; null: of everything. */
  readonly severity: Severity | null;
  /** Whom the step calls, in the notation of its receiver; null for nobody of its own. */
  readonly mention: string | null;
}

/** A step that was taken. */
export type Escalated = Pick<Route, "to" | "afterMs">;

/** What of an incident decides about its steps. */
interface Escalating {
  readonly alarmedAtMs: number | null;
  readonly escalated: readonly Escalated[];
  readonly ack: object | null;
  readonly severity: Severity;
}

/** The steps that an incident has come to and that were not taken. @param nowMs as `alarmedAtMs` was taken. */
export function dueSteps(
  { alarmedAtMs, escalated, ack, severity }: Escalating,
  routes: readonly Route[],
  nowMs: number,
): readonly Route[] {
  if (alarmedAtMs === null) return [];
  return routes.filter(
    (route) =>
      route.afterMs > 0 &&
      nowMs - alarmedAtMs >= route.afterMs &&
      !(route.unlessAcked && ack !== null) &&
      isGrave(severity, route) &&
      !escalated.some(({ to, afterMs }) => to === route.to && afterMs === route.afterMs),
  );
}

/** Names of the receivers that hear of an incident as it now stands, each once. */
export function receiversFor(
  { severity, escalated_to: escalatedTo }: Pick<IncidentView, "severity" | "escalated_to">,
  routes: readonly Route[],
): readonly string[] {
  const told = routes.filter(
    (route) => isGrave(severity, route) && (route.afterMs === 0 || escalatedTo.includes(route.to)),
  );
  return [...new Set(told.map(({ to }) => to))];
}

function isGrave(severity: Severity, route: Route): boolean {
  return route.severity === null || atLeast(severity, route.severity);
}
