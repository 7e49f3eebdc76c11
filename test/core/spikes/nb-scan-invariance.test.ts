// What must not matter: how events are batched, in which order they come within the lateness bound, how often time is
// told, and whether the process was restarted in between.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { BudgetControl } from "../../../src/core/spikes/budget-control.ts";
import type { Signal } from "../../../src/core/spikes/detector.ts";
import type { AdaptiveSpec } from "../../../src/core/spikes/detector-spec.ts";
import { NbScan } from "../../../src/core/spikes/nb-scan.ts";
import { StateWriter } from "../../../src/core/spikes/state-bytes.ts";
import { atMs, DAY, HOUR, MEDIUM, Timeline } from "./timeline.ts";

const LATENESS_SECONDS = 60;

/** Steps of a stream: how long after the one before, and how many events; with bursts, lulls and whole quiet days. */
const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 14, arbitrary: fc.integer({ min: 0, max: 20 }) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 2000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: DAY }) },
    ),
    fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.integer({ min: 1, max: 200 })),
  ),
  { minLength: 1, maxLength: 60 },
);

/** The same events (second and lateness) in the order of their time and of their coming, and two quiet hours after. */
function inBothOrders(events: readonly [number, number][], spec: AdaptiveSpec): [Timeline, Timeline] {
  const start = DAY / 12;
  const inOrder = events.map(([second]) => second).toSorted((a, b) => a - b);
  const arrival = events
    .toSorted(([a, lateA], [b, lateB]) => a + lateA - b - lateB)
    .map(([second]) => second);
  const fed = (seconds: readonly number[]): Timeline => {
    const timeline = new Timeline(new NbScan(spec)).until(start);
    for (const second of seconds) timeline.add(start + second, 1);
    return timeline.until(start + 4 * HOUR);
  };
  return [fed(inOrder), fed(arrival)];
}

function restore(bytes: Uint8Array): void {
  new NbScan(MEDIUM).restore(bytes);
}

function told(signals: readonly Signal[]): unknown[] {
  return signals.map((signal) =>
    signal.kind === "stop"
      ? [signal.kind, signal.atMs, signal.why]
      : [
          signal.kind,
          signal.atMs,
          signal.evidence.windowSeconds,
          signal.evidence.count,
          signal.evidence.onsetMs,
        ],
  );
}

describe("NbScan", () => {
  it("decides a batch of a second as it decides its events one by one", () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const [batched, single] = [new Timeline(), new Timeline()];
        let second = 700;
        for (const [step, count] of moves) {
          second += step;
          batched.add(second, count);
          for (let i = 0; i < count; i++) single.add(second, 1);
        }
        assert.deepEqual(told(batched.signals), told(single.signals));
        assert.deepEqual(batched.detector.snapshot(), single.detector.snapshot());
      }),
      { numRuns: 30 },
    );
  });

  it("does not care how often time is told", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 700 }), (moves, tickSeconds) => {
        const [ticked, plain] = [new Timeline(), new Timeline()];
        let second = 700;
        for (const [step, count] of moves) {
          const next = second + step;
          const tick = Math.max(tickSeconds, step / 50);
          for (let at = second + tick; at < next; at += tick) ticked.until(at);
          second = next;
          ticked.add(second, count);
          plain.add(second, count);
        }
        assert.deepEqual(told(ticked.signals), told(plain.signals));
        assert.deepEqual(ticked.detector.snapshot(), plain.detector.snapshot());
      }),
      { numRuns: 30 },
    );
  });

  it("learns the very same in any order of arrival within the lateness bound", () => {
    const event = fc.tuple(fc.integer({ min: 0, max: 5400 }), fc.integer({ min: 0, max: LATENESS_SECONDS }));
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 60 }), (events) => {
        // Above any count here, so that no episode empties the windows.
        const [ordered, shuffled] = inBothOrders(events, { sensitivity: "low", minCount: 1000 });
        assert.deepEqual(shuffled.detector.snapshot(), ordered.detector.snapshot());
        assert.deepEqual(shuffled.detector.view(), ordered.detector.view());
      }),
    );
  });

  it("finds the same rise, as large, in any order of arrival within the lateness bound", () => {
    const spike = fc.record({
      at: fc.integer({ min: 0, max: 5000 }),
      seconds: fc.integer({ min: 1, max: 300 }),
      lates: fc.array(fc.integer({ min: 0, max: LATENESS_SECONDS }), { minLength: 30, maxLength: 60 }),
    });
    fc.assert(
      fc.property(spike, ({ at, seconds, lates }) => {
        const burst = lates.map((late, i): [number, number] => [
          at + Math.floor((i * seconds) / lates.length),
          late,
        ]);
        // What is usual is as of the moment in which it fires, which may come later.
        const rises = (timeline: Timeline): unknown[] =>
          timeline.signals
            .filter(({ kind }) => kind === "stop")
            .map(({ evidence }) => [evidence.windowSeconds, evidence.count, evidence.sinceOnset]);
        const [ordered, shuffled] = inBothOrders(burst, MEDIUM).map(rises);
        assert.equal(ordered?.length, 1);
        assert.deepEqual(shuffled, ordered);
      }),
      { numRuns: 200 },
    );
  });

  it("continues from a snapshot at any moment as if nothing had stopped", () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.boolean(), (moves, cut, paused) => {
        const whole = new Timeline();
        let parted = new Timeline();
        const signals: Signal[] = [];
        let second = 100;
        for (const [i, [step, count]] of moves.entries()) {
          second += step;
          for (const { detector } of [whole, parted]) {
            if (paused && i % 7 === 0) detector.pauseLearning(i % 2 === 0);
            if (paused && i % 11 === 0) detector.markMissing(atMs(second - 500), atMs(second - 100));
          }
          if (i === cut % moves.length) {
            parted.signals.push(...parted.detector.take());
            const next = new NbScan(MEDIUM);
            next.restore(parted.detector.snapshot());
            signals.push(...parted.signals);
            parted = Object.assign(new Timeline(), { detector: next });
          }
          whole.add(second, count);
          parted.add(second, count);
          assert.deepEqual(parted.detector.view(), whole.detector.view());
        }
        assert.deepEqual([...signals, ...parted.signals], whole.signals);
        assert.deepEqual(parted.detector.snapshot(), whole.detector.snapshot());
      }),
      { numRuns: 30 },
    );
  });
});

describe("NbScan snapshot", () => {
  it("is small for a group that has seen little", () => {
    const timeline = new Timeline();
    assert.ok(timeline.detector.snapshot().length < 512, `${timeline.detector.snapshot().length} fresh`);
    timeline.add(500, 3).until(HALF_DAY);
    assert.ok(
      timeline.detector.snapshot().length < 2048,
      `${timeline.detector.snapshot().length} after half a day`,
    );
  });

  it("stays below 64 KiB with everything in it that can be", () => {
    const timeline = new Timeline(new NbScan({ sensitivity: "high", minCount: 1 }));
    for (let second = 0; second < 9 * DAY; second += 30) timeline.add(second, 1 + ((second * 7919) % 1000));
    assert.ok(
      timeline.detector.snapshot().length < 24 * 1024,
      `${timeline.detector.snapshot().length} bytes`,
    );
    const episodes = new BudgetControl(DAY);
    for (let i = 0; i < 1000; i++) {
      episodes.record(2e9 + i, Float64Array.of(1e9, 1e9, 1e9, 1e9), false);
      episodes.review(2e9 + i);
    }
    const bytes = new StateWriter(0, 0);
    episodes.save(bytes);
    assert.ok(bytes.bytes().length < 8 * 1024, `${bytes.bytes().length} bytes of episodes`);
  });

  it("refuses another version, damage and leftovers", () => {
    const bytes = new Timeline().add(5, 3).detector.snapshot();
    assert.throws(() => restore(Uint8Array.from(bytes, (byte, i) => (i === 1 ? 200 : byte))), /version 200/);
    assert.throws(() => restore(bytes.slice(0, -1)), RangeError);
    assert.throws(() => restore(Uint8Array.of(...bytes, 0)), RangeError);
    assert.throws(() => restore(new Uint8Array()), RangeError);
  });
});

const HALF_DAY = DAY / 2;
