// The times of an incident's life as a rule may choose them. What is left out is as it was made for: each of these may be
// shortened by people who know what they then see more of.

import * as v from "valibot";
import { duration } from "../config/fields.ts";
import { DEFAULT_TIMES, type Times } from "../core/incidents/times.ts";
import type { Holding } from "../core/spikes/detector-spec.ts";

/** A rise that must last longer than this to matter wants a longer window. */
const MAX_FOR_MS = 3_600_000;
const MAX_MS = 7 * 86_400_000;
/** Below this a channel is flooded by what does not change. */
const MIN_REPEAT_MS = 60_000;

/** The entries of a rule. */
export const timesEntries = {
  for: v.optional(
    v.pipe(
      duration(0, MAX_FOR_MS),
      v.description(
        "How long the count must stay over its threshold before it is an incident, 0s to 1h; default 0s: the windows average already.",
      ),
    ),
  ),
  resolve_after: v.optional(
    v.pipe(
      duration(0, MAX_MS),
      v.description(
        "Calm that must follow before the incident is over, 0s to 7d; default 5m for a threshold, 10m for a sensitivity.",
      ),
    ),
  ),
  cooldown: v.optional(
    v.pipe(
      duration(0, MAX_MS),
      v.description(
        "What rises again this soon after the end reopens the same incident, 0s to 7d; default 15m for a threshold, 1h for a sensitivity.",
      ),
    ),
  ),
  repeat: v.optional(
    v.pipe(
      duration(MIN_REPEAT_MS, MAX_MS),
      v.description(
        "What goes on without growing is told again after this, then each time twice as late up to 4h, 1m to 7d; default 30m.",
      ),
    ),
  ),
  ack_timeout: v.optional(
    v.pipe(
      duration(MIN_REPEAT_MS, MAX_MS),
      v.description(
        "An acknowledgement holds this long, then who gave it is asked anew, 1m to 7d; default 1h.",
      ),
    ),
  ),
} as const;

/** What the entries hold. */
interface Given {
  readonly for?: number | undefined;
  readonly resolve_after?: number | undefined;
  readonly cooldown?: number | undefined;
  readonly repeat?: number | undefined;
  readonly ack_timeout?: number | undefined;
}

/** The times that the incident keeps. */
export function timesOf({ for: forMs, repeat, ack_timeout: ackTimeout }: Given): Times {
  return {
    forMs: forMs ?? DEFAULT_TIMES.forMs,
    repeatMs: repeat ?? DEFAULT_TIMES.repeatMs,
    ackTimeoutMs: ackTimeout ?? DEFAULT_TIMES.ackTimeoutMs,
  };
}

/** The times that its detector keeps. */
export function holdingOf({ resolve_after: resolveAfter, cooldown }: Given): Holding {
  return {
    ...(resolveAfter === undefined ? {} : { resolveAfterMs: resolveAfter }),
    ...(cooldown === undefined ? {} : { cooldownMs: cooldown }),
  };
}
