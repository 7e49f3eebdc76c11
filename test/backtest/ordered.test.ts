import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Ordered } from "../../src/backtest/ordered.ts";

const MINUTE = 60_000;

/** All that is given, with the bound before each. */
function drained(ordered: Ordered<number>): number[] {
  const given: number[] = [];
  for (let item = ordered.take(); item !== null; item = ordered.take()) given.push(item);
  return given;
}

describe("Ordered", () => {
  it("gives every item once and in order, when none is later than a minute, however it is read", () => {
    const item = fc.record({ timeMs: fc.nat(20 * MINUTE), lateMs: fc.nat(MINUTE) });
    fc.assert(
      fc.property(fc.array(item), fc.integer({ min: 1, max: 9 }), (items, block) => {
        const arriving = items.toSorted((a, b) => a.timeMs + a.lateMs - b.timeMs - b.lateMs);
        const ordered = new Ordered<number>(0);
        const given: number[] = [];
        let newestMs = 0;
        for (let i = 0; i < arriving.length; i += block) {
          for (const { timeMs } of arriving.slice(i, i + block)) {
            newestMs = Math.max(newestMs, timeMs);
            ordered.add(timeMs, timeMs);
          }
          ordered.reach(newestMs, false);
          given.push(...drained(ordered));
        }
        ordered.reach(newestMs, true);
        given.push(...drained(ordered));
        assert.deepEqual(
          given,
          items.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it("promises nothing earlier than its bound, and gives what comes too late at the bound", () => {
    const ordered = new Ordered<number>(10 * MINUTE);
    assert.equal(ordered.boundMs, 9 * MINUTE);
    ordered.add(1, 20 * MINUTE);
    ordered.reach(20 * MINUTE, false);
    assert.equal(ordered.take(), null);
    assert.equal(ordered.boundMs, 19 * MINUTE);
    ordered.add(2, 5 * MINUTE);
    ordered.reach(20 * MINUTE, true);
    assert.equal(ordered.boundMs, 19 * MINUTE);
    assert.deepEqual(drained(ordered), [2, 1]);
    assert.equal(ordered.boundMs, Infinity);
  });

  it("does not hold more than it may: of a minute with very many items the earlier half goes on", () => {
    const ordered = new Ordered<number>(0);
    for (let i = 0; i <= 50_000; i++) ordered.add(i, i);
    assert.equal(ordered.reach(50_000, false), true, "nothing of it was out of order");
    assert.equal(drained(ordered).length, 25_001);
    assert.equal(ordered.boundMs, 25_000);
  });

  it("says so when what goes on was out of order", () => {
    const ordered = new Ordered<number>(0);
    ordered.add(7, 7);
    for (let i = 0; i < 50_000; i++) ordered.add(i, i);
    assert.equal(ordered.reach(50_000, false), false);
    drained(ordered);
    ordered.add(1, 60_000);
    ordered.add(2, 59_999);
    assert.equal(ordered.reach(60_000, true), true);
  });
});
