import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Minutes } from "../../../src/core/incidents/minutes.ts";

const T = Date.UTC(2026, 4, 25, 12, 0, 0);
const MINUTE = 60_000;

describe("minutes", () => {
  it("draws the minutes from the first event to now", () => {
    const minutes = new Minutes();
    for (const at of [0, 0, 2, 2, 2, 5]) minutes.add(T + at * MINUTE);
    minutes.advance(T + 6 * MINUTE);
    assert.deepEqual(minutes.sparkline(), [2, 0, 3, 0, 0, 1, 0]);
  });

  it("counts a late event in its own minute and forgets what is older than half an hour", () => {
    const minutes = new Minutes();
    minutes.add(T + 40 * MINUTE);
    minutes.add(T + 39 * MINUTE);
    minutes.add(T);
    assert.deepEqual(minutes.sparkline(), [1, 1]);
  });

  it("gives the highest minute since a moment", () => {
    const minutes = new Minutes();
    for (const [at, count] of [
      [0, 9],
      [3, 4],
      [4, 2],
    ] as const) {
      for (let i = 0; i < count; i++) minutes.add(T + at * MINUTE);
    }
    assert.equal(minutes.peakSince(T + 2 * MINUTE), 4);
    assert.equal(minutes.peakSince(T), 9);
  });

  it("survives being written down", () => {
    const minutes = new Minutes();
    minutes.add(T);
    const restored = Minutes.from(JSON.parse(JSON.stringify(minutes.state())));
    restored.add(T + MINUTE);
    assert.deepEqual(restored.sparkline(), [1, 1]);
  });
});
