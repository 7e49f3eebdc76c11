import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { riseLength } from "../../../src/core/spikes/rise.ts";

/** Buckets of 10 s, newest first: pairs of age and events. */
function buckets(...held: readonly (readonly [age: number, events: number])[]): number[] {
  const counts = Array.from({ length: 361 }, () => 0);
  for (const [age, events] of held) counts[age] = events;
  return counts;
}

const TWO_AN_HOUR = 2 / 360;
const SIXTY_AN_HOUR = 60 / 360;

describe("riseLength", () => {
  it("leaves out a stray event of the usual rate", () => {
    assert.equal(riseLength(buckets([0, 9], [1, 4], [180, 1], [300, 1]), TWO_AN_HOUR), 2);
  });

  it("takes in a slow beginning that is no more usual than the rest", () => {
    assert.equal(riseLength(buckets([0, 40], [5, 1], [10, 1]), TWO_AN_HOUR), 11);
  });

  it("reaches back to the first event where nothing is usual", () => {
    assert.equal(riseLength(buckets([0, 40], [200, 1], [360, 1]), 1e-9), 361);
  });

  it("finds the beginning of a rise to ten times a busy rate", () => {
    const counts = Array.from({ length: 361 }, (_, age) => (age < 30 ? 2 : age % 6 === 0 ? 1 : 0));
    const length = riseLength(counts, SIXTY_AN_HOUR);
    assert.ok(length >= 30 && length <= 31, `${length}`);
  });

  it("is one bucket when there is nothing to tell", () => {
    assert.equal(riseLength(buckets(), TWO_AN_HOUR), 1);
    assert.equal(riseLength([], TWO_AN_HOUR), 1);
  });
});
