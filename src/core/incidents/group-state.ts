// A group written down: JSON with the detectors' bytes in base64, so that a person can look at it with sqlite3 and jq.

import { Buffer } from "node:buffer";
import type { ProfileState } from "../spikes/profile.ts";
import type { Channel, Incident } from "./incident.ts";
import type { MinutesState } from "./minutes.ts";
import type { RecentId } from "./recent-ids.ts";
import type { RequestIdsState } from "./request-ids.ts";

/** Raised when the shape below changes in a way that older bytes do not fit. */
const VERSION = 1;

export interface GroupState {
  readonly eventsTotal: number;
  readonly clockMs: number;
  readonly source: string;
  readonly firing: readonly Channel[];
  readonly incident: Incident | null;
  /** Until when this time is planned and not learned from; null when it is not. */
  readonly plannedUntilMs: number | null;
  readonly minutes: MinutesState;
  readonly recent: readonly RecentId[];
  readonly requestIds: RequestIdsState;
  readonly profile: ProfileState;
  readonly events: Uint8Array;
  readonly newKeys: Uint8Array | null;
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
    // Written before there were silences and acknowledgements.
    plannedUntilMs: packed.plannedUntilMs ?? null,
    incident: packed.incident === null ? null : { ...BEFORE_SILENCES, ...packed.incident },
    events: Buffer.from(packed.events, "base64"),
    newKeys: packed.newKeys === null ? null : Buffer.from(packed.newKeys, "base64"),
  };
}

const BEFORE_SILENCES = { heldBy: null, silencedUntilMs: null, known: true, ack: null };

interface PackedGroup extends Omit<GroupState, "events" | "newKeys"> {
  readonly version: number;
  readonly events: string;
  readonly newKeys: string | null;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
