// A group written down: JSON with the detectors' bytes in base64, so that a person can look at it with sqlite3 and jq.

import { Buffer } from "node:buffer";
import type { ChannelsState } from "./channels.ts";
import type { GroupIncidentState } from "./group-incident.ts";
import { type Incident, MAX_SERVICES } from "./incident.ts";
import type { RecurringState } from "./recurring-notices.ts";
import type { SightingsState } from "./sightings.ts";

/** Raised when the shape below changes in a way that older bytes do not fit. */
const VERSION = 1;

export interface GroupState extends ChannelsState, SightingsState, GroupIncidentState {
  readonly eventsTotal: number;
  readonly clockMs: number;
  readonly source: string;
  readonly recurring: RecurringState;
  /** Until when this time is planned and not learned from; null when it is not. */
  readonly plannedUntilMs: number | null;
}

export function packGroup(state: GroupState): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      ...state,
      version: VERSION,
      events: base64(state.events),
      newKeys: state.newKeys === null ? null : base64(state.newKeys),
    }),
  );
}

/** Null when the bytes are not a group of this version. */
export function unpackGroup(bytes: Uint8Array): GroupState | null {
  let packed: PackedGroup;
  try {
    packed = JSON.parse(Buffer.from(bytes).toString("utf8")) as PackedGroup;
  } catch {
    return null;
  }
  if (packed?.version !== VERSION) return null;
  return {
    ...packed,
    // Written before there were silences, acknowledgements, steps of escalation, times to choose, and notices.
    recurring: packed.recurring ?? { lasting: [], saidMs: null },
    plannedUntilMs: packed.plannedUntilMs ?? null,
    pending: packed.pending ?? null,
    incident: packed.incident === null ? null : completed(packed.incident),
    events: Buffer.from(packed.events, "base64"),
    newKeys: packed.newKeys === null ? null : Buffer.from(packed.newKeys, "base64"),
  };
}

/** An incident of an earlier release: what it did not know of, it has not. */
function completed(incident: Incident): Incident {
  const { told } = incident;
  return {
    ...BEFORE_SILENCES,
    ...incident,
    told: told === null ? null : { ...told, services: told.services ?? MAX_SERVICES },
  };
}

const BEFORE_SILENCES = {
  services: [],
  heldBy: null,
  inhibitedBy: null,
  silencedUntilMs: null,
  known: true,
  ack: null,
  alarmedAtMs: null,
  escalated: [],
  marks: {},
  reopens: [],
  flapping: null,
  unseen: null,
};

interface PackedGroup extends Omit<GroupState, "events" | "newKeys"> {
  readonly version: number;
  readonly events: string;
  readonly newKeys: string | null;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
