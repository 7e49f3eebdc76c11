import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { FixedThreshold } from "../../../src/core/spikes/fixed-threshold.ts";
import { NbScan } from "../../../src/core/spikes/nb-scan.ts";
import { StepCounts } from "../../../src/core/spikes/step-counts.ts";

const STEP_MS = 300_000;
const START_MS = Date.UTC(2026, 4, 25, 12, 0, 0);
const KEPT = 300;

describe("history of a detector", () => {
  it("tells each step's events and the band of what is usual", () => {
    const detector = new NbScan({ sensitivity: "medium", minCount: 10 });
    for (let step = 0; step < 24; step++) {
      for (let n = 0; n < 6; n++) detector.observe(START_MS + step * STEP_MS + n * 50_000, 1);
    }
    detector.advance(START_MS + 24 * STEP_MS);
    const history = detector.history();
    assert.equal(history.stepSeconds, 300);
    assert.equal(history.fromMs, START_MS);
    assert.deepEqual(history.counts, [...Array.from({ length: 24 }, () => 6), 0]);
    const usual = history.expected?.at(-1) ?? 0;
    assert.ok(usual > 4 && usual < 8, `usual ${usual}`);
    const high = history.expectedHigh?.at(-1) ?? 0;
    assert.ok(high > usual && high < 40, `at most ${high}`);
    assert.equal(history.expected?.length, 25);
    assert.equal(history.expectedHigh?.length, 25);
  });

  it("is empty before anything was seen", () => {
    for (const detector of [
      new NbScan({ sensitivity: "medium", minCount: 10 }),
      new FixedThreshold(5, 60_000),
    ]) {
      assert.deepEqual(detector.history().counts, []);
    }
  });

  it("knows no usual for a plain threshold, and survives a restart", () => {
    const detector = new FixedThreshold(5, 60_000);
    for (const ms of [0, 1000, 2 * STEP_MS]) detector.observe(START_MS + ms, 1);
    const history = detector.history();
    assert.deepEqual([history.counts, history.expected, history.expectedHigh], [[2, 0, 1], null, null]);
    const restored = new FixedThreshold(5, 60_000);
    restored.restore(detector.snapshot());
    assert.deepEqual(restored.history(), history);
  });
});

describe("step counts", () => {
  it("are what counting the events of each step gives, whatever their order", () => {
    const event = fc.record({ step: fc.nat(2 * KEPT), count: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 60 }), (events) => {
        const steps = new StepCounts();
        const model = new Map<number, number>();
        let newest = -1;
        let first = Infinity;
        for (const { step, count } of events) {
          steps.add(START_MS + step * STEP_MS, count);
          newest = Math.max(newest, step);
          if (step <= newest - KEPT) continue;
          first = Math.min(first, step);
          model.set(step, (model.get(step) ?? 0) + count);
        }
        const from = Math.max(first, newest - KEPT + 1);
        const { fromMs, counts } = steps.view();
        assert.equal(fromMs, START_MS + from * STEP_MS);
        assert.deepEqual(
          counts,
          Array.from({ length: newest - from + 1 }, (_, k) => model.get(from + k) ?? 0),
        );
      }),
    );
  });
});
