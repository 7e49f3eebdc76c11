// The incident that `revokewatch test` tells of: a dozen invented events, judged by the daemon's own engine, so that the
// messages are what on-call will meet. Everything in it says that it is a test.

import { Judge } from "../backtest/judge.ts";
import type { EngineRule } from "../core/engine.ts";
import type { MaskedKey } from "../core/events/event.ts";
import type { Transition } from "../core/incidents/transition.ts";

const EVENTS = 12;
const STEP_MS = 10_000;
/** Long enough ahead of now that the incident is over by now, also where the window is five minutes. */
const STARTED_AGO_MS = 15 * 60_000;
const THRESHOLD = { kind: "threshold", count: EVENTS, windowMs: 5 * 60_000 } as const;

const SERVICE = "revokewatch-test";
const KEY: MaskedKey = { shown: "ast_test_…0000", digest: "0".repeat(32) };
const DOC_URL = "https://docs.asterwise.com/reference/errors/api_key_revoked";

/** How an incident of the rule begins and ends. @param nowMs by when it is over, milliseconds since the epoch. */
export function sampleTransitions(rule: EngineRule, nowMs: number): readonly Transition[] {
  const said: Transition[] = [];
  const judge = new Judge({
    rules: [rule],
    silences: [],
    variant: { name: "test", detector: () => THRESHOLD },
    // Nothing here is secret, and an incident of its own for each second is told apart by its time.
    digest: (text) => Buffer.from(text).toString("hex").padEnd(32, "0").slice(0, 32),
    onTransition: (transition) => said.push({ ...transition, test: true }),
  });
  const startMs = nowMs - STARTED_AGO_MS;
  for (let i = 0; i < EVENTS; i += 1) {
    const timeMs = startMs + i * STEP_MS;
    judge.moveTo(timeMs);
    judge.event(
      {
        rule: rule.name,
        source: SERVICE,
        timeMs,
        timeFrom: "record",
        requestId: `req_test_${String(i + 1).padStart(2, "0")}`,
        service: SERVICE,
        key: KEY,
        host: null,
        docUrl: DOC_URL,
        message: "This is a test of revokewatch.",
        level: "error",
      },
      {},
    );
  }
  judge.moveTo(nowMs);
  return said.filter(({ event }) => event === "firing" || event === "resolved");
}
