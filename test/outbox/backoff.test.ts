import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { askedWaitMs, backoffMs } from "../../src/outbox/backoff.ts";

describe("backoffMs", () => {
  const cases = [
    [1, 0.5, 500],
    [2, 0.5, 1000],
    [3, 0.5, 2000],
    [9, 0.5, 128_000],
    [10, 0.5, 150_000],
    [5000, 0.5, 150_000],
    [1, 0, 0],
    [10, 0.25, 75_000],
  ] as const;
  for (const [failures, draw, ms] of cases) {
    it(`is ${ms} ms after failure ${failures} at a draw of ${draw}`, () => {
      assert.equal(backoffMs(failures, draw), ms);
    });
  }
});

describe("askedWaitMs", () => {
  const cases = [
    [30_000, 0, 30_000],
    [30_000, 0.5, 31_500],
    [null, 0, 30_000],
    [0, 0.5, 0],
  ] as const;
  for (const [asked, draw, ms] of cases) {
    it(`is ${ms} ms when ${asked ?? "nothing"} was asked, at a draw of ${draw}`, () => {
      assert.equal(askedWaitMs(asked, draw), ms);
    });
  }
});
