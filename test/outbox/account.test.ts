// Over any weather and any order of transitions the books balance: what was queued was said, merged, given up aloud, or
// let be because it may have arrived; and nobody misses that an incident fired.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { TransitionEvent } from "../../src/core/incidents/transition.ts";
import { delivered, failed, rig, transition } from "./rig.ts";

const outcome = fc.oneof(
  { weight: 3, arbitrary: fc.constant(delivered("ref")) },
  fc.constantFrom(
    failed("transient"),
    failed("ambiguous"),
    failed("auth"),
    failed("rate_limited"),
    failed("rate_limited", 90_000),
  ),
);

const step = fc.oneof(
  fc.record({
    event: fc.constantFrom<TransitionEvent>("firing", "update", "repeat", "acked", "resolved"),
    id: fc.constantFrom("A", "B", "C"),
  }),
  fc.record({ waitMs: fc.constantFrom(0, 700, 20_000, 400_000) }),
);

describe("outbox, the books", () => {
  it("balance, and every incident that fired was heard of", async () => {
    const weather = fc.array(outcome, { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), weather, async (steps, script) => {
        await using bench = rig({ script: [...script] });
        const fired = new Set<string>();
        for (const [i, one] of steps.entries()) {
          if ("waitMs" in one) await bench.clock.advance(one.waitMs);
          else await bench.say(transition(one.event, one.id, i, i));
          if ("event" in one && one.event === "firing") fired.add(one.id);
        }
        await bench.clock.advance(4 * 3_600_000);
        const { recording, slack, state } = bench;
        const letBe = slack.offers.filter(({ message }, i) => {
          const { event } = message.transition;
          return (
            (event === "update" || event === "repeat") && recording.of("attempted")[i]?.[1] === "ambiguous"
          );
        });
        const settled = recording.of("delivered").length + recording.of("coalesced").length + letBe.length;
        assert.equal(recording.of("queued").length, settled);
        assert.deepEqual(state.documents("outbox"), []);
        for (const id of fired) {
          const heard = recording.of("delivered").filter(([, , , incident]) => incident === id);
          const kinds = heard.map(([, kind]) => kind);
          assert.ok(kinds.includes("firing") || kinds.includes("resolved"), `${id}: ${kinds.join()}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keep the sequence of every incident rising", async () => {
    const weather = fc.array(outcome, { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), weather, async (steps, script) => {
        await using bench = rig({ script: [...script] });
        for (const [i, one] of steps.entries()) {
          if ("waitMs" in one) await bench.clock.advance(one.waitMs);
          else await bench.say(transition(one.event, one.id, i, i));
        }
        await bench.clock.advance(4 * 3_600_000);
        for (const id of ["A", "B", "C"]) {
          const sequences = bench.slack.offers
            .filter(({ message }) => message.transition.incident.id === id)
            .map(({ message }) => message.sequence);
          assert.deepEqual(
            sequences,
            sequences.toSorted((a, b) => a - b),
          );
        }
      }),
      { numRuns: 40 },
    );
  });
});
