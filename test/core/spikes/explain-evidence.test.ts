import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Evidence } from "../../../src/core/spikes/detector.ts";
import { explainEvidence } from "../../../src/core/spikes/explain-evidence.ts";

const EVIDENCE: Evidence = {
  windowSeconds: 300,
  count: 37,
  expected: 1.2,
  expectedHigh: 6,
  ratio: 30.8,
  logProbability: -91,
  threshold: 10,
  onsetMs: 0,
  sinceOnset: 37,
};

const CASES: readonly (readonly [Partial<Evidence>, string])[] = [
  [{}, "37 in 5m; usual 1.2 (at most 6)"],
  [{ expected: 0.0412, expectedHigh: 1 }, "37 in 5m; usual 0.04 (at most 1)"],
  [{ expected: 0.000_02, expectedHigh: 0 }, "37 in 5m; usual 0 (at most 0)"],
  [{ expected: 0 }, "37 in 5m; usual 0 (at most 6)"],
  [
    { count: 12_345, windowSeconds: 3600, expected: 310.4, expectedHigh: 388 },
    "12k in 1h; usual 310 (at most 388)",
  ],
  [{ count: 34_000_000, expected: 9.96, expectedHigh: 20 }, "34M in 5m; usual 10 (at most 20)"],
  [{ expected: null, expectedHigh: null, ratio: null, threshold: 20 }, "37 in 5m; threshold 20"],
  [{ expected: null, expectedHigh: null, windowSeconds: 5400, threshold: 20 }, "37 in 1h30m; threshold 20"],
  [{ expected: null, expectedHigh: null, windowSeconds: 604_800, threshold: 20 }, "37 in 7d; threshold 20"],
];

describe("explainEvidence", () => {
  it("names what was counted when it is not the events", () => {
    const text = explainEvidence({ ...EVIDENCE, count: 5 }, "new keys");
    assert.equal(text, "5 new keys in 5m; usual 1.2 (at most 6)");
  });

  for (const [changed, text] of CASES) {
    it(`says "${text}"`, () => assert.equal(explainEvidence({ ...EVIDENCE, ...changed }), text));
  }
});
