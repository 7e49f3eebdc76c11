// Incidents that end because nobody watches them any more: of these a message must not say that all is well.

import type { IncidentView } from "../core/incidents/transition.ts";

/** Nobody knows whether it is over. */
export const isAbandoned = ({ ended_as: as }: IncidentView): boolean =>
  as === "rule_removed" || as === "rule_changed";

/** Why nobody watches it any more. */
export function reasonOf({ ended_as: as }: IncidentView): string {
  return as === "rule_removed" ? "its rule was removed" : "its rule was changed and begins anew";
}
