// What receivers hear at a start: those that must be told on while an incident lasts are given what they know of. It says
// nothing new to anyone.

import type { Engine } from "../core/engine.ts";
import type { Transition } from "../core/incidents/transition.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Receiver } from "../receivers/receiver.ts";

/** Hands each receiver the open incidents of which it accepted a word before, also what a silence holds back by now. */
export function resumeReceivers(
  receivers: ReadonlyMap<string, Receiver>,
  engine: Pick<Engine, "openIncidents">,
  outbox: Pick<Outbox, "hasHeard">,
): void {
  const firing = [...receivers.values()].some(({ resume }) => resume !== undefined) ? firingOf(engine) : [];
  for (const [name, receiver] of receivers) {
    receiver.resume?.(firing.filter(({ incident }) => outbox.hasHeard(incident.id, name)));
  }
}

function firingOf(engine: Pick<Engine, "openIncidents">): Transition[] {
  return engine.openIncidents().map((incident) => ({
    version: 1,
    event: "firing",
    at: incident.fired_at ?? incident.started_at,
    late_seconds: 0,
    test: false,
    step: null,
    escalation: [],
    incident,
  }));
}
