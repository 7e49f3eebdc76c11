import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MAX_VARIANTS, type VariantOptions, variantsOf } from "../../src/backtest/variant.ts";
import type { DetectorSpec } from "../../src/core/spikes/detector-spec.ts";

const CONFIGURED: DetectorSpec = { kind: "adaptive", sensitivity: "high", minCount: 7 };
const PLAIN: DetectorSpec = { kind: "threshold", count: 3, windowMs: 1000 };
const NONE: VariantOptions = { sensitivity: [], minCount: [], threshold: [] };

function judged(given: Partial<VariantOptions>, configured = CONFIGURED): [string, DetectorSpec][] {
  return variantsOf({ ...NONE, ...given }).map(({ name, detector }) => [name, detector(configured)]);
}

describe("variants", () => {
  it("leave the configuration as it is when nothing is given", () => {
    assert.deepEqual(judged({}), [["as configured", CONFIGURED]]);
    assert.deepEqual(judged({}, PLAIN), [["as configured", PLAIN]]);
  });

  it("keep of a rule what is not named", () => {
    assert.deepEqual(judged({ sensitivity: ["low"] }), [
      ["sensitivity low", { ...CONFIGURED, sensitivity: "low" }],
    ]);
    assert.deepEqual(judged({ minCount: ["5"] }), [["min_count 5", { ...CONFIGURED, minCount: 5 }]]);
    assert.deepEqual(judged({ minCount: ["5"] }, PLAIN), [
      ["min_count 5", { kind: "adaptive", sensitivity: "medium", minCount: 5 }],
    ]);
  });

  it("combine every sensitivity with every min_count, and add the thresholds", () => {
    const names = judged({
      sensitivity: ["low,high"],
      minCount: ["5", " 20"],
      threshold: ["20/5m,50/1h"],
    }).map(([name]) => name);
    assert.deepEqual(names, [
      "sensitivity low, min_count 5",
      "sensitivity low, min_count 20",
      "sensitivity high, min_count 5",
      "sensitivity high, min_count 20",
      "threshold 20/5m",
      "threshold 50/1h",
    ]);
  });

  it("count a value that is given twice once", () => {
    assert.equal(judged({ sensitivity: ["low,low", "low"] }).length, 1);
  });

  it("read a threshold's window as a duration", () => {
    assert.deepEqual(judged({ threshold: ["20/1h30m"] })[0]?.[1], {
      kind: "threshold",
      count: 20,
      windowMs: 5_400_000,
    });
  });

  const WRONG: readonly (readonly [Partial<VariantOptions>, RegExp])[] = [
    [{ sensitivity: ["mid"] }, /^--sensitivity takes low, medium, high, not "mid"$/],
    [{ sensitivity: [""] }, /not ""$/],
    [{ minCount: ["0"] }, /^--min-count takes whole numbers from 1 to 1000000, not "0"$/],
    [{ minCount: ["1.5"] }, /not "1\.5"$/],
    [{ minCount: ["1000001"] }, /not "1000001"$/],
    [{ threshold: ["20"] }, /^--threshold takes COUNT\/WINDOW such as 20\/5m .*not "20"$/],
    [{ threshold: ["20/5"] }, /not "20\/5"$/],
    [{ threshold: ["0/5m"] }, /not "0\/5m"$/],
    [{ threshold: ["20/8d"] }, /not "20\/8d"$/],
    [{ threshold: ["20/1ms"] }, /not "20\/1ms"$/],
    [{ threshold: ["20/5m/2"] }, /not "20\/5m\/2"$/],
  ];
  for (const [given, message] of WRONG) {
    it(`refuse ${JSON.stringify(given)} with the rule and what was found`, () => {
      assert.throws(() => judged(given), { name: "RangeError", message });
    });
  }

  it("are no more than people can compare", () => {
    const minCount = [Array.from({ length: MAX_VARIANTS + 1 }, (_, i) => i + 1).join(",")];
    assert.throws(() => judged({ minCount }), { message: /at most 24 settings, found 25/ });
  });
});
