import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Load, loadAfter } from "../../src/host/heap.ts";

function over(shares: readonly number[]): readonly number[] {
  let load: Load = "none";
  return shares.flatMap((share, look) => ((load = loadAfter(load, share)) === "over" ? [look] : []));
}

describe("a load", () => {
  it("is over once, at the first quiet look after it", () => {
    assert.deepEqual(over([0, 0.9, 0.5, 0.1, 0.05, 0.01, 0.01, 0, 0.3, 0]), [5, 9]);
  });

  it("is no load below a fifth of a core", () => {
    assert.deepEqual(over([0.19, 0, 0.1, 0.001]), []);
  });
});
