import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Signal } from "../../../src/core/spikes/detector.ts";
import { FixedThreshold } from "../../../src/core/spikes/fixed-threshold.ts";

const START_MS = Date.UTC(2026, 4, 25);
const MINUTE_MS = 60_000;

function feed(detector: FixedThreshold, timesMs: readonly number[]): Signal[] {
  const signals: Signal[] = [];
  for (const timeMs of timesMs) {
    detector.observe(START_MS + timeMs, 1);
    signals.push(...detector.take());
  }
  return signals;
}

function kinds(signals: readonly Signal[]): string[] {
  return signals.map(({ kind, atMs }) => `${kind}@${(atMs - START_MS) / 1000}`);
}

describe("FixedThreshold", () => {
  it("fires at the event that makes the count reached, without any warm-up", () => {
    const detector = new FixedThreshold(3, 5 * MINUTE_MS);
    const signals = feed(detector, [0, 1000, 2000, 3000]);
    assert.deepEqual(kinds(signals), ["start@2"]);
    const [start] = signals;
    assert.ok(start?.kind === "start");
    assert.deepEqual(start.evidence, {
      windowSeconds: 300,
      count: 3,
      expected: null,
      expectedHigh: null,
      ratio: null,
      logProbability: null,
      threshold: 3,
      onsetMs: START_MS,
      sinceOnset: 3,
    });
  });

  it("forgets an event exactly one width after it", () => {
    const width = 5 * MINUTE_MS;
    assert.deepEqual(kinds(feed(new FixedThreshold(2, width), [0, width - 1])), ["start@299.999"]);
    assert.deepEqual(kinds(feed(new FixedThreshold(2, width), [0, width])), []);
  });

  it("fires for a count of one", () => {
    assert.deepEqual(kinds(feed(new FixedThreshold(1, 1000), [0])), ["start@0"]);
  });

  it("counts late events in the windows that still cover them, and no others", () => {
    assert.deepEqual(kinds(feed(new FixedThreshold(3, MINUTE_MS), [0, 70_000, 69_000, 65_000])), [
      "start@70",
    ]);
    assert.deepEqual(kinds(feed(new FixedThreshold(2, MINUTE_MS), [70_000, 10_000, 9000])), []);
  });

  it("stops once it held less than half of the count for five minutes", () => {
    const detector = new FixedThreshold(4, MINUTE_MS);
    feed(detector, [0, 0, 10_000, 20_000]);
    // At 60 s two are left, half of four; at 70 s one.
    detector.advance(START_MS + 70_000 + 299_999);
    assert.deepEqual(kinds(detector.take()), []);
    assert.equal(detector.view().state, "firing");
    detector.advance(START_MS + 70_000 + 300_000);
    assert.deepEqual(kinds(detector.take()), ["stop@370"]);
    assert.equal(detector.view().state, "quiet");
  });

  it("begins the five minutes anew when half of the count comes back", () => {
    const detector = new FixedThreshold(4, MINUTE_MS);
    feed(detector, [0, 0, 0, 0]);
    assert.deepEqual(kinds(feed(detector, [200_000, 200_000, 500_000])), []);
    detector.advance(START_MS + 600_000);
    assert.deepEqual(kinds(detector.take()), ["stop@560"]);
  });

  it("does not stop in time that nobody could see", () => {
    const detector = new FixedThreshold(2, MINUTE_MS);
    feed(detector, [0, 0]);
    detector.advance(START_MS + 100_000);
    detector.markMissing(START_MS + 100_000, START_MS + 1_000_000);
    detector.advance(START_MS + 1_299_999);
    assert.deepEqual(kinds(detector.take()), []);
    detector.advance(START_MS + 1_300_000);
    assert.deepEqual(kinds(detector.take()), ["stop@1300"]);
  });

  it("reopens within a quarter of an hour of the stop and starts anew after it", () => {
    const detector = new FixedThreshold(2, MINUTE_MS);
    const again = 360_000 + 899_000;
    assert.deepEqual(kinds(feed(detector, [0, 0, again, again])), [
      "start@0",
      "stop@360",
      `reopen@${again / 1000}`,
    ]);
    const later = again + 360_000 + 900_000;
    assert.deepEqual(kinds(feed(detector, [later, later])), [
      `stop@${(again + 360_000) / 1000}`,
      `start@${later / 1000}`,
    ]);
  });

  it("counts as a plain list of times does, in any order of arrival", () => {
    const times = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1000, max: 2000 }), (timesMs, widthMs) => {
        const detector = new FixedThreshold(1000, widthMs);
        feed(detector, timesMs);
        const nowMs = Math.max(...timesMs, 0);
        const inWindow = timesMs.filter((timeMs) => timeMs > nowMs - widthMs).length;
        assert.equal(detector.view().windowEvents, inWindow);
      }),
    );
  });

  it("decides a batch as it decides single events", () => {
    const [one, batch] = [new FixedThreshold(5, MINUTE_MS), new FixedThreshold(5, MINUTE_MS)];
    const single = feed(
      one,
      Array.from({ length: 8 }, () => 1000),
    );
    batch.observe(START_MS + 1000, 8);
    assert.deepEqual(batch.take(), single);
    assert.equal(batch.evidence()?.count, 8);
  });

  it("holds memory and snapshot bounded under a flood, and still counts to a thousandth of the window", () => {
    const detector = new FixedThreshold(10, 10 * MINUTE_MS);
    for (let i = 0; i < 200_000; i++) detector.observe(START_MS + i * 7, 1);
    const exact = (10 * MINUTE_MS) / 7;
    assert.ok(Math.abs(detector.view().windowEvents - exact) < exact / 1000 + 1);
    assert.ok(detector.snapshot().length < 64 * 1024);
  });

  it("continues from a snapshot at any moment as if nothing had stopped", () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: -5000, max: 120_000 }), fc.integer({ min: 1, max: 5 })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(steps, fc.nat(), (moves, cut) => {
        const whole = new FixedThreshold(6, MINUTE_MS);
        let parted = new FixedThreshold(6, MINUTE_MS);
        let timeMs = START_MS;
        for (const [i, [stepMs, count]] of moves.entries()) {
          timeMs += stepMs;
          if (i === cut % moves.length) {
            const next = new FixedThreshold(6, MINUTE_MS);
            next.restore(parted.snapshot());
            parted = next;
          }
          for (const detector of [whole, parted]) detector.observe(timeMs, count);
          assert.deepEqual(parted.take(), whole.take());
        }
        assert.deepEqual(parted.snapshot(), whole.snapshot());
      }),
    );
  });

  it("goes on with the state of another window, as far as it reaches", () => {
    const before = new FixedThreshold(5, 2 * MINUTE_MS);
    for (const timeMs of [0, 30_000, 90_000]) before.observe(timeMs, 1);
    for (const [windowMs, held] of [
      [MINUTE_MS, 1],
      [5 * MINUTE_MS, 3],
    ] as const) {
      const after = new FixedThreshold(5, windowMs);
      after.restore(before.snapshot());
      assert.equal(after.view().windowEvents, held);
      after.observe(90_001, 5 - held);
      assert.equal(after.take()[0]?.kind, "start");
    }
  });

  it("refuses the state of another kind or version", () => {
    const bytes = new FixedThreshold(5, MINUTE_MS).snapshot();
    const other = bytes.slice();
    other[1] = 99;
    assert.throws(
      () => new FixedThreshold(5, MINUTE_MS).restore(other),
      /version 4, found kind 2 version 99/,
    );
    assert.throws(() => new FixedThreshold(5, MINUTE_MS).restore(bytes.slice(0, 10)), RangeError);
    assert.throws(() => new FixedThreshold(5, MINUTE_MS).restore(new Uint8Array()), RangeError);
  });
});
