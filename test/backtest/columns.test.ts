import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { columnsOf, gridOf } from "../../src/backtest/columns.ts";
import { timeMarks } from "../../src/backtest/time-axis.ts";
import type { GroupTimeline } from "../../src/backtest/timeline.ts";

const THEN = Date.UTC(2026, 4, 25);
const STRETCH = 300_000;
const DAY = 86_400_000;

function group(
  counts: readonly (readonly [afterMs: number, n: number])[],
  over: Partial<GroupTimeline> = {},
): GroupTimeline {
  return {
    rule: "api_key_revoked",
    labels: [],
    stretchMs: STRETCH,
    threshold: null,
    events: 0,
    counts: new Map(counts.map(([afterMs, n]) => [(THEN + afterMs) / STRETCH, n])),
    samples: [],
    ...over,
  };
}

describe("columns", () => {
  it("are one stretch wide in a short log", () => {
    const { columnMs, counts, fromMs } = columnsOf(group([[0, 3]]), THEN + 1000, THEN + 2 * 3_600_000);
    assert.deepEqual([columnMs, counts.length, counts[0], fromMs], [STRETCH, 25, 3, THEN]);
  });

  it("show the busiest stretch of each column in a long log, and every count is in one", () => {
    const { columnMs, counts } = columnsOf(
      group([
        [0, 3],
        [STRETCH, 9],
        [2 * STRETCH, 1],
        [5 * DAY, 4],
      ]),
      THEN,
      THEN + 5 * DAY,
    );
    assert.equal(columnMs, 6 * STRETCH);
    assert.equal(counts[0], 9);
    assert.equal(counts.at(-1), 4);
    assert.ok(counts.length <= 400);
  });

  it("carry what was usual on until something newer is known", () => {
    const { usual } = columnsOf(
      group([], { samples: [{ timeMs: THEN + 2 * STRETCH, usual: 1, high: 4 }] }),
      THEN,
      THEN + 10 * STRETCH,
    );
    assert.deepEqual(
      usual.slice(0, 4).map((one) => one?.high ?? null),
      [null, 4, 4, 4],
    );
  });

  it("have an axis that ends above everything, threshold included", () => {
    const top = (n: number, threshold: number | null = null): number =>
      columnsOf(group([[0, n]], { threshold }), THEN, THEN + DAY).top;
    assert.deepEqual([top(1), top(37), top(740), top(3, 500)], [4, 40, 800, 500]);
    for (let n = 1; n < 3000; n += 7) assert.ok(top(n) >= n && top(n) <= Math.max(4, 2 * n), `top of ${n}`);
  });

  it("are marked at round counts", () => {
    assert.deepEqual(
      [gridOf(4), gridOf(40), gridOf(150)],
      [
        [1, 2, 3, 4],
        [10, 20, 30, 40],
        [50, 100, 150],
      ],
    );
  });
});

describe("time axis", () => {
  it("is marked at midnights by date and else by the clock", () => {
    assert.deepEqual(
      timeMarks(THEN - DAY, THEN + 2 * DAY).map(({ at, text }) => [at, text]),
      [
        [0, "May 24"],
        [1 / 6, "12:00"],
        [2 / 6, "May 25"],
        [3 / 6, "12:00"],
        [4 / 6, "May 26"],
        [5 / 6, "12:00"],
      ],
    );
  });

  it("has at most nine marks, whatever the span", () => {
    for (let ms = 60_000; ms < 4000 * DAY; ms *= 1.7) {
      const marks = timeMarks(THEN + 12_345, THEN + 12_345 + ms);
      assert.ok(marks.length <= 9 && marks.every(({ at }) => at >= 0 && at < 1), `${ms} ms: ${marks.length}`);
    }
  });
});
