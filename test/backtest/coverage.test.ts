import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Coverage, type Stretch } from "../../src/backtest/coverage.ts";

const MINUTE = 60_000;
const STEP = 5 * MINUTE;
const START = Date.UTC(2026, 4, 25);

function lines(minutes: readonly number[]): Buffer {
  const text = minutes.map((minute) =>
    JSON.stringify({ time: START + minute * MINUTE, msg: "x".repeat(minute % 50) }),
  );
  return Buffer.from(`${text.join("\n")}\n`);
}

/** The gaps that are found in a log with lines at these minutes, read in blocks of so many lines. */
function gaps(minutes: readonly number[], block: number, coverage = new Coverage()): Stretch[] {
  const found: Stretch[] = [];
  let beforeMs = START + (minutes[0] ?? 0) * MINUTE;
  for (let i = 0; i < minutes.length; i += block) {
    const some = minutes.slice(i, i + block);
    const lastMs = START + (some.at(-1) ?? 0) * MINUTE;
    coverage.look(lines(some), beforeMs, lastMs);
    found.push(...coverage.reach(lastMs));
    beforeMs = lastMs;
  }
  return found.map(({ fromMs, toMs }) => ({
    fromMs: (fromMs - START) / MINUTE,
    toMs: (toMs - START) / MINUTE,
  }));
}

const upTo = (from: number, to: number, every = 1): number[] =>
  Array.from({ length: Math.ceil((to - from) / every) }, (_, i) => from + i * every);

describe("Coverage", () => {
  it("finds where a log that always has lines has none, whatever the blocks that it is read in", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 20, max: 3000 }), (block, length) => {
        const log = [...upTo(0, 300), ...upTo(300 + length, 700 + length)];
        const missing = { fromMs: 300, toMs: Math.floor((300 + length) / 5) * 5 };
        const expected = missing.toMs - missing.fromMs >= 10 ? [missing] : [];
        assert.deepEqual(gaps(log, block), expected);
      }),
    );
  });

  it("takes the silence of a log that is often silent for what it is", () => {
    assert.deepEqual(gaps([...upTo(0, 3000, 17), ...upTo(4000, 6000, 17)], 50), []);
  });

  it("knows no habit in a log's first two hours", () => {
    assert.deepEqual(gaps([...upTo(0, 100), ...upTo(200, 300)], 50), []);
  });

  it("finds none while another file has lines", () => {
    const coverage = new Coverage();
    coverage.hear(START + 300 * MINUTE, START + 400 * MINUTE);
    assert.deepEqual(gaps([...upTo(0, 300), ...upTo(400, 500)], 1000, coverage), []);
  });

  it("finds none among lines that tell no time", () => {
    const coverage = new Coverage();
    assert.deepEqual(gaps(upTo(0, 300), 100, coverage), []);
    const timeless = Buffer.from(`{"msg":"x"}\n`.repeat(1000));
    const last = lines([900]);
    coverage.look(Buffer.concat([timeless, last]), START + 299 * MINUTE, START + 900 * MINUTE);
    assert.deepEqual(coverage.reach(START + 900 * MINUTE), []);
    assert.equal(coverage.missingMs, 0);
  });

  it("sums up what it found, and finds each once", () => {
    const coverage = new Coverage();
    assert.equal(gaps([...upTo(0, 300), ...upTo(600, 900), ...upTo(1200, 1300)], 100, coverage).length, 2);
    assert.equal(coverage.missingMs, 600 * MINUTE);
    assert.deepEqual(coverage.reach(START + 1299 * MINUTE + STEP), []);
  });
});
