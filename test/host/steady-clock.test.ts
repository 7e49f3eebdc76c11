import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { SteadyClock } from "../../src/host/steady-clock.ts";
import { FakeClock } from "../support/fake-clock.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 4, 25, 12);

describe("SteadyClock", () => {
  it("is the wall clock while nobody steps that", async () => {
    const clock = new FakeClock(START);
    const steady = new SteadyClock(clock);
    await clock.advance(90_000);
    assert.deepEqual(steady.read(), { nowMs: START + 90_000, wallAheadMs: 0, blindSinceMs: null });
  });

  for (const stepMs of [HOUR, -HOUR, -30 * 24 * HOUR]) {
    it(`goes on over a step of ${stepMs / HOUR} h, and makes up for it within a tenth of the time`, async () => {
      const clock = new FakeClock(START);
      const steady = new SteadyClock(clock);
      clock.stepWall(stepMs);
      assert.deepEqual(steady.read(), { nowMs: START, wallAheadMs: stepMs, blindSinceMs: null });
      let before = START;
      for (let minute = 1; minute <= 12 * 60; minute++) {
        await clock.advance(60_000);
        const { nowMs } = steady.read();
        assert.ok(nowMs - before >= 53_999 && nowMs - before <= 66_001, `${nowMs - before}`);
        before = nowMs;
      }
      const left = Math.abs(stepMs) - (12 * HOUR) / 10;
      assert.ok(Math.abs(steady.read().wallAheadMs) <= Math.max(0, left) + 1);
    });
  }

  it("takes over a large step forward at once, and says since when nobody has seen anything", async () => {
    const clock = new FakeClock(START);
    const steady = new SteadyClock(clock);
    await clock.advance(1000);
    clock.stepWall(8 * HOUR);
    const moment = { nowMs: START + 1000 + 8 * HOUR, wallAheadMs: 0, blindSinceMs: START + 1000 };
    assert.deepEqual(steady.read(), moment);
    assert.equal(steady.read().blindSinceMs, null);
  });

  it("never goes back, whatever is done to the wall clock", () => {
    const steps = fc.array(fc.tuple(fc.nat(10_000), fc.integer({ min: -5 * HOUR, max: 5 * HOUR })));
    fc.assert(
      fc.property(steps, (changes) => {
        let [wallMs, monotonicMs] = [START, 0];
        const asleep = (): Promise<void> => Promise.resolve();
        const clock = { now: () => wallMs, monotonic: () => monotonicMs, sleep: asleep, beat: asleep };
        const steady = new SteadyClock(clock);
        let before = START;
        for (const [passedMs, stepMs] of changes) {
          wallMs += passedMs + stepMs;
          monotonicMs += passedMs;
          const { nowMs, wallAheadMs } = steady.read();
          assert.ok(nowMs >= before);
          assert.ok(Math.abs(nowMs + wallAheadMs - wallMs) < 1);
          before = nowMs;
        }
      }),
    );
  });
});
