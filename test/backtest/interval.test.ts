import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rhythmOf } from "../../src/backtest/interval.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const START = Date.UTC(2026, 4, 25);

/** Times of rows at these multiples of `stepMs`. */
function at(stepMs: number, numbers: readonly number[]): number[] {
  return numbers.map((n) => START + n * stepMs);
}

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("rhythmOf", () => {
  for (const stepMs of [10_000, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 24 * HOUR]) {
    it(`sees rows every ${stepMs / 1000} s, and that one that is not there is missing`, () => {
      const times = at(stepMs, [...numbers(40), 60, 61, ...numbers(80).map((n) => 62 + n)]);
      assert.deepEqual(rhythmOf(times, true), { intervalMs: stepMs, gapsAreMissing: true });
      assert.deepEqual(rhythmOf(at(stepMs, numbers(50)), false), {
        intervalMs: stepMs,
        gapsAreMissing: true,
      });
    });
  }

  it("takes what a series without zeros leaves out for zeros", () => {
    const sparse = numbers(400).filter((n) => n % 3 === 0 || n % 7 === 1 || n % 11 === 2);
    assert.deepEqual(rhythmOf(at(HOUR, sparse), false), { intervalMs: HOUR, gapsAreMissing: false });
  });

  it("allows rows that come a little early or late", () => {
    const times = numbers(50).map((n) => START + n * 5 * MINUTE + ((n * 7) % 5) * 2000);
    const { intervalMs } = rhythmOf(times, true);
    assert.ok(Math.abs(intervalMs - 5 * MINUTE) <= 10_000, `${intervalMs}`);
  });

  it("takes rows at no common distance, too close or alone for moments", () => {
    const irregular = numbers(60).map((n) => START + Math.round(((n * 7919) % 1009) * 977));
    const moments = { intervalMs: 0, gapsAreMissing: false };
    assert.deepEqual(
      rhythmOf(
        irregular.toSorted((a, b) => a - b),
        false,
      ),
      moments,
    );
    assert.deepEqual(rhythmOf(at(1000, numbers(50)), true), moments);
    assert.deepEqual(rhythmOf([START], true), moments);
    assert.deepEqual(rhythmOf([], false), moments);
  });
});
