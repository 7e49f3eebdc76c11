import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { BASE_BUCKET_SECONDS, WINDOW_SECONDS, WINDOWS } from "../../../src/core/spikes/scales.ts";
import { WindowRing } from "../../../src/core/spikes/window-ring.ts";

/** What each window holds by a plain list: the base bucket of now and all that its length reaches back from there. */
function plainCounts(seconds: readonly number[], now: number): number[] {
  const bucketNow = Math.floor(now / BASE_BUCKET_SECONDS);
  return WINDOW_SECONDS.map((length) => {
    const oldest = bucketNow - length / BASE_BUCKET_SECONDS;
    return seconds.filter((second) => Math.floor(second / BASE_BUCKET_SECONDS) >= oldest).length;
  });
}

describe("WindowRing", () => {
  it("holds what a plain list of times holds, late ones included", () => {
    const step = fc.tuple(fc.integer({ min: -4000, max: 4000 }), fc.integer({ min: 0, max: 90 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const ring = new WindowRing();
        const seconds: number[] = [];
        let now = 100_000;
        ring.advance(now);
        for (const [jump, small] of steps) {
          const second = now + (jump % 7 === 0 ? jump : small - 45);
          now = Math.max(now, second);
          ring.advance(now);
          const shortest = ring.shortestCovering(second);
          if (shortest < WINDOWS) ring.add(second, 1, shortest);
          seconds.push(second);
          assert.deepEqual([...ring.counts], plainCounts(seconds, now));
        }
      }),
    );
  });

  it("never holds less than its length and at most a base bucket more", () => {
    const ring = new WindowRing();
    ring.advance(1_000_009);
    ring.add(1_000_009, 1, 0);
    ring.advance(1_000_009 + 60);
    assert.equal(ring.counts[0], 1);
    ring.advance(1_000_009 + 60 + BASE_BUCKET_SECONDS);
    assert.equal(ring.counts[0], 0);
  });

  it("counts nothing from before it was emptied", () => {
    const ring = new WindowRing();
    ring.advance(1_000_000);
    ring.add(1_000_000, 5, 0);
    ring.clear(1_000_000);
    assert.deepEqual([...ring.counts], [0, 0, 0, 0]);
    assert.equal(ring.shortestCovering(999_999), WINDOWS);
    assert.equal(ring.shortestCovering(1_000_000), 0);
  });
});
