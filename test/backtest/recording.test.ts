import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { type Recorded, Recording } from "../../src/backtest/recording.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 4, 25);

/** Rows as [number of the interval, count]. */
function replayed(stepMs: number, rows: readonly (readonly [number, number])[], group: string | null = null) {
  const recording = new Recording();
  for (const [n, count] of rows) recording.add({ timeMs: START + n * stepMs, count, group });
  return [...recording.replay()];
}

function eventsIn(recorded: readonly Recorded[], fromMs: number, toMs: number): number {
  let events = 0;
  for (const one of recorded) {
    if (one.kind === "count" && one.timeMs >= fromMs && one.timeMs < toMs) events += one.count;
  }
  return events;
}

describe("Recording", () => {
  it("spreads a count evenly over its interval, so that no instant is a spike", () => {
    const stepMs = 30 * MINUTE;
    const recorded = replayed(
      stepMs,
      Array.from({ length: 10 }, (_, n) => [n, 15_000]),
    );
    for (let minute = 0; minute < 300; minute++) {
      const events = eventsIn(recorded, START + minute * MINUTE, START + (minute + 1) * MINUTE);
      assert.equal(events, 500);
    }
  });

  it("puts a single event into the middle of its interval, and says of a zero that somebody looked", () => {
    const recorded = replayed(60 * MINUTE, [
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
    assert.deepEqual(
      recorded.map((one) => [
        one.kind,
        (one.timeMs - START) / MINUTE,
        one.kind === "count" ? one.count : null,
      ]),
      [
        ["count", 0, 0],
        ["count", 90 - 1 / 6, 1],
        ["count", 120, 0],
        ["count", 180, 0],
      ],
    );
  });

  it("tells what was not recorded, and not what a series without zeros leaves out", () => {
    const five = 5 * MINUTE;
    const full = Array.from({ length: 40 }, (_, n) => [n < 20 ? n : n + 12, n === 3 ? 0 : 2] as const);
    const missing = replayed(five, full).filter(({ kind }) => kind === "missing");
    assert.deepEqual(missing, [
      { kind: "missing", group: null, timeMs: START + 20 * five, untilMs: START + 32 * five },
    ]);
    const sparse = [0, 1, 2, 5, 6, 11, 12, 13, 20, 21].map((n) => [n, 3] as const);
    assert.ok(replayed(five, sparse).every(({ kind }) => kind === "count"));
  });

  it("keeps every event in its interval and all in order, whatever the order of the rows", () => {
    const series = fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 3, maxLength: 30 });
    const steps = fc.constantFrom(10_000, MINUTE, 5 * MINUTE, 60 * MINUTE);
    fc.assert(
      fc.property(series, steps, fc.infiniteStream(fc.nat()), (counts, stepMs, chance) => {
        const rows = counts.map((count, n) => ({
          timeMs: START + n * stepMs,
          count,
          group: n % 2 ? "b" : "a",
        }));
        const all = rows.flatMap((row) => [row, { ...row, group: "c" }]);
        const mixed = all.map((row) => [chance.next().value, row] as const).sort(([a], [b]) => a - b);
        const [inOrder, shuffled] = [new Recording(), new Recording()];
        for (const row of all) inOrder.add(row);
        for (const [, row] of mixed) shuffled.add(row);
        const recorded = [...shuffled.replay()];
        const essence = (list: readonly Recorded[]) => list.map((one) => JSON.stringify(one)).sort();
        assert.deepEqual(essence(recorded), essence([...inOrder.replay()]));
        const ofC = recorded.filter(({ group }) => group === "c");
        for (const { timeMs, count } of rows) assert.equal(eventsIn(ofC, timeMs, timeMs + stepMs), count);
        for (const group of ["a", "b", "c"]) {
          const times = recorded.filter((one) => one.group === group).map(({ timeMs }) => timeMs);
          assert.deepEqual(
            times,
            times.toSorted((x, y) => x - y),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it("adds up rows of the same time, and takes rows at no common distance for moments", () => {
    const twice = replayed(5 * MINUTE, [
      [0, 3],
      [0, 4],
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    assert.equal(eventsIn(twice, START, START + 5 * MINUTE), 7);
    const moments = [0, 1, 7, 19, 23, 61, 66].map((n) => [n * 1.37, 2] as const);
    const recorded = replayed(7777, moments);
    assert.deepEqual(
      recorded.map(({ timeMs }) => timeMs),
      moments.map(([n]) => START + n * 7777),
    );
  });
});
