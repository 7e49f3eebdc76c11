// Signs that people leave under an incident's message: one that was not there before acknowledges, unless somebody has. A sign
// speaks once, so that it does not acknowledge anew what came to life again.

import type { Incident, Reaction } from "./incident.ts";

/** Remembers what stands there now. @returns the sign that acknowledges; null when none says more than is known. */
export function takeSigns(open: Incident, receiver: string, standing: readonly Reaction[]): Reaction | null {
  const before = open.marks[receiver] ?? [];
  open.marks = { ...open.marks, [receiver]: standing.map(({ mark }) => mark) };
  const fresh = standing.filter(({ mark }) => !before.includes(mark));
  const said = fresh.find(({ lasting }) => lasting) ?? fresh[0];
  if (said === undefined) return null;
  return open.ack === null || (said.lasting && !open.ack.lasting) ? said : null;
}
