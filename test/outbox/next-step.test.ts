import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TransitionEvent } from "../../src/core/incidents/transition.ts";
import { nextStep } from "../../src/outbox/next-step.ts";
import type { NextStep } from "../../src/outbox/next-step.ts";
import type { FailureClass } from "../../src/receivers/receiver.ts";

const HOUR = 3_600_000;

describe("nextStep", () => {
  const cases: readonly (readonly [FailureClass, number | null, TransitionEvent, NextStep])[] = [
    ["rate_limited", 10_000, "firing", { step: "pause", afterMs: 10_500 }],
    ["rate_limited", null, "update", { step: "pause", afterMs: 31_500 }],
    ["rate_limited", HOUR, "firing", { step: "pause", afterMs: 1.05 * HOUR }],
    ["rate_limited", HOUR + 1, "firing", { step: "await_person" }],
    ["transient", null, "firing", { step: "retry", afterMs: 2000, mayHaveArrived: false }],
    ["transient", null, "update", { step: "retry", afterMs: 2000, mayHaveArrived: false }],
    ["ambiguous", null, "firing", { step: "retry", afterMs: 2000, mayHaveArrived: true }],
    ["ambiguous", null, "resolved", { step: "retry", afterMs: 2000, mayHaveArrived: true }],
    ["ambiguous", null, "update", { step: "forget" }],
    ["ambiguous", null, "repeat", { step: "forget" }],
    ["auth", null, "firing", { step: "await_person" }],
    ["payload", null, "firing", { step: "give_up" }],
  ];
  for (const [failure, asked, event, step] of cases) {
    it(`answers ${failure} (${asked ?? "no time"}) of ${event} with ${JSON.stringify(step)}`, () => {
      assert.deepEqual(nextStep(failure, asked, event, 3, 0.5), step);
    });
  }
});
