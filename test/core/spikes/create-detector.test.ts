import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createDetector } from "../../../src/core/spikes/create-detector.ts";
import type { DetectorSpec } from "../../../src/core/spikes/detector-spec.ts";

const SPECS: readonly (readonly [string, DetectorSpec, readonly number[]])[] = [
  [
    "the four windows of the adaptive one",
    { kind: "adaptive", sensitivity: "medium", minCount: 10 },
    [60, 300, 1200, 3600],
  ],
  ["its own window of a plain threshold", { kind: "threshold", count: 20, windowMs: 90_000 }, [90]],
];

describe("createDetector", () => {
  for (const [what, spec, windows] of SPECS) {
    it(`gives a detector that watches ${what}`, () => {
      const detector = createDetector(spec);
      detector.advance(1000);
      detector.advance(3_600_000);
      assert.deepEqual(
        detector.view().thresholds.map(({ windowSeconds }) => windowSeconds),
        windows,
      );
      assert.equal(detector.take().length, 0);
      assert.equal(detector.take(), detector.take());
    });
  }

  it("keeps one kind's state from the other", () => {
    const [adaptive, threshold] = SPECS.map(([, spec]) => createDetector(spec));
    assert.throws(
      () => threshold?.restore((adaptive as typeof threshold)?.snapshot() as Uint8Array),
      RangeError,
    );
    assert.throws(() => adaptive?.restore(threshold?.snapshot() as Uint8Array), RangeError);
  });
});
