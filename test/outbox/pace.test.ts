import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AT_ONCE, Pace } from "../../src/outbox/pace.ts";

/** A pace whose circuit has just opened at time 0, for 30 s. */
function opened(): { pace: Pace; turns: boolean[] } {
  const turns: boolean[] = [];
  const pace = new Pace((open) => turns.push(open));
  for (let n = 0; n < 5; n += 1) pace.failed("transient", false, 0);
  return { pace, turns };
}

describe("pace", () => {
  it("has room for four that have waited out their back-off", () => {
    const { places, backOff } = new Pace(() => undefined).room(0, 1);
    assert.deepEqual({ places, backOff }, { places: AT_ONCE - 1, backOff: true });
  });

  it("has no room for a probe beside what is still under way from before", () => {
    const { pace } = opened();
    assert.equal(pace.room(30_000, 1).places, 0);
    assert.deepEqual(pace.room(30_000, 0), { places: 1, backOff: false });
  });

  it("keeps the longer of two silences", () => {
    const pace = new Pace(() => undefined);
    pace.pause(60_000);
    pace.pause(10_000);
    assert.equal(pace.room(59_999, 0).places, 0);
    assert.equal(pace.room(60_000, 0).places, AT_ONCE);
  });

  it("starts next when the back-off, the silence and the circuit all allow it", () => {
    const pace = new Pace(() => undefined);
    assert.equal(pace.nextStartMs([], 0), Infinity);
    assert.equal(pace.nextStartMs([500, 300], 0), 300);
    assert.equal(pace.nextStartMs([300], AT_ONCE), Infinity);
    pace.pause(1000);
    assert.equal(pace.nextStartMs([300], 0), 1000);
    const { pace: closedLater } = opened();
    assert.equal(closedLater.nextStartMs([300], 0), 30_000);
    assert.equal(closedLater.nextStartMs([300], 1), Infinity);
    closedLater.started();
    assert.equal(closedLater.nextStartMs([300], 0), Infinity);
  });

  it("tells each turn of the circuit once", () => {
    const { pace, turns } = opened();
    pace.started();
    pace.failed("transient", false, 30_000);
    pace.delivered();
    pace.delivered();
    assert.deepEqual(turns, [true, false]);
  });
});
