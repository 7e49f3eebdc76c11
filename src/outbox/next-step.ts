// What a failed hand-over means for its message. The receiver says what happened; this says what to do about it.

import type { TransitionEvent } from "../core/incidents/transition.ts";
import type { FailureClass } from "../receivers/receiver.ts";
import { askedWaitMs, backoffMs } from "./backoff.ts";

/** A receiver that asks for more than this is taken as out of order, and probed every 15 minutes. */
const LONGEST_OBEYED_WAIT_MS = 3_600_000;

/** What the lane does with the message, or with the whole receiver. */
export type NextStep =
  | { readonly step: "retry"; readonly afterMs: number; readonly mayHaveArrived: boolean }
  /** Nothing goes to this receiver for so long. */
  | { readonly step: "pause"; readonly afterMs: number }
  | { readonly step: "await_person" }
  /** It may have arrived, and saying it twice is worse than not at all: the next one overwrites it anyway. */
  | { readonly step: "forget" }
  | { readonly step: "give_up" };

/**
 * @param failures attempts that failed, this one included.
 * @param draw in [0, 1).
 */
export function nextStep(
  failure: FailureClass,
  retryAfterMs: number | null,
  event: TransitionEvent,
  failures: number,
  draw: number,
): NextStep {
  switch (failure) {
    case "rate_limited":
      return (retryAfterMs ?? 0) > LONGEST_OBEYED_WAIT_MS
        ? { step: "await_person" }
        : { step: "pause", afterMs: askedWaitMs(retryAfterMs, draw) };
    case "transient":
      return { step: "retry", afterMs: backoffMs(failures, draw), mayHaveArrived: false };
    case "ambiguous":
      return event === "update" || event === "repeat"
        ? { step: "forget" }
        : { step: "retry", afterMs: backoffMs(failures, draw), mayHaveArrived: true };
    case "auth":
      return { step: "await_person" };
    case "payload":
      return { step: "give_up" };
  }
}
