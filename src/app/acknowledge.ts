// What an acknowledgement must be, and what is answered to it.

import type { Engine } from "../core/engine.ts";
import type { IncidentView, Transition } from "../core/incidents/transition.ts";
import type { Change } from "../http/face.ts";

const MAX_NAME_CHARACTERS = 100;
const ONE_LINE = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

export interface AcknowledgeSetup {
  readonly engine: Engine;
  /** One incident by id or short id; null when there is none. */
  readonly find: (id: string) => IncidentView | null;
  readonly now: () => number;
  /** Says the transitions and makes them true on disk. */
  readonly say: (transitions: readonly Transition[]) => void;
}

/** @param body JSON as it was sent: `{"by": "alice"}`. */
export function acknowledge(setup: AcknowledgeSetup, id: string, body: string): Change {
  const by = nameIn(body);
  if (by === null) {
    const message = `Cannot acknowledge: expected {"by": NAME}, a name of at most ${MAX_NAME_CHARACTERS} characters in one line.`;
    return { status: 400, body: { error: message } };
  }
  const incident = setup.find(id);
  if (incident === null) return { status: 404, body: { error: "No incident has this id." } };
  const said = setup.engine.acknowledge(incident.id, by, setup.now());
  if (said === null) return { status: 409, body: { error: "Cannot acknowledge: the incident is over." } };
  setup.say(said);
  return { status: 200, body: setup.find(incident.id) };
}

function nameIn(body: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const by = typeof value === "object" && value !== null && "by" in value ? value.by : null;
  if (typeof by !== "string" || by.length > MAX_NAME_CHARACTERS || !ONE_LINE.test(by)) return null;
  return by.trim() === "" ? null : by.trim();
}
