// Whether a receiver is worth trying at all. A receiver that is down is asked by one message at a time, rarely, instead
// of by every message in turn. Pure: a state and what happened give the next state.

import type { FailureClass } from "../receivers/receiver.ts";

/** Consecutive transport failures that open the circuit. */
const FAILURES_TO_OPEN = 5;

/** How long it stays open before the first probe; doubles with each probe that fails. */
const FIRST_HOLD_MS = 30_000;
const LONGEST_HOLD_MS = 300_000;

/** Between probes where only a person can help, such as a revoked token. */
export const PERSON_PROBE_MS = 900_000;

/** Times are of the monotonic clock, milliseconds. */
export type Circuit =
  | { readonly state: "closed"; readonly failures: number }
  | { readonly state: "open"; readonly untilMs: number; readonly holdMs: number }
  /** One message is on its way to see whether the receiver is back. */
  | { readonly state: "probing"; readonly holdMs: number };

/** The state at the start, and after every acceptance. */
export const CLOSED: Circuit = { state: "closed", failures: 0 };

/** The state after an attempt failed. `person` says that only a person can mend it. */
export function afterFailure(
  circuit: Circuit,
  failure: FailureClass,
  person: boolean,
  nowMs: number,
): Circuit {
  if (person) return { state: "open", untilMs: nowMs + PERSON_PROBE_MS, holdMs: 0 };
  // Whoever says "slower" or "not like this" is up.
  if (failure === "rate_limited" || failure === "payload") return CLOSED;
  switch (circuit.state) {
    case "closed":
      return circuit.failures + 1 < FAILURES_TO_OPEN
        ? { state: "closed", failures: circuit.failures + 1 }
        : { state: "open", untilMs: nowMs + FIRST_HOLD_MS, holdMs: FIRST_HOLD_MS };
    case "open":
      // An attempt from before the opening; it tells nothing new.
      return circuit;
    case "probing": {
      const holdMs = Math.min(LONGEST_HOLD_MS, Math.max(FIRST_HOLD_MS, circuit.holdMs * 2));
      return { state: "open", untilMs: nowMs + holdMs, holdMs };
    }
  }
}

/** How many messages may be under way: the usual number, one probe, or none until some time. */
export function permits(circuit: Circuit, nowMs: number): "all" | "one" | "none" {
  switch (circuit.state) {
    case "closed":
      return "all";
    case "open":
      return circuit.untilMs <= nowMs ? "one" : "none";
    case "probing":
      return "none";
  }
}

/** The state once a probe is under way. */
export function probing(circuit: Circuit): Circuit {
  return circuit.state === "open" ? { state: "probing", holdMs: circuit.holdMs } : circuit;
}
