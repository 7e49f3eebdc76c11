// The machine's clock, as far as it can be told without waiting for it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../src/host/clock.ts";

/** A millisecond of this clock is a microsecond of the machine. */
const clock = systemClock(undefined, 1000);

describe("a clock's beat", () => {
  it("calls until it is told that this was enough", async () => {
    let turns = 0;
    await clock.beat(1, () => ++turns < 3, new AbortController().signal);
    assert.equal(turns, 3);
  });

  it("ends when its signal aborts, and calls no more", async () => {
    const stop = new AbortController();
    let turns = 0;
    await clock.beat(
      1,
      () => {
        turns += 1;
        stop.abort();
        return true;
      },
      stop.signal,
    );
    await clock.sleep(10);
    assert.equal(turns, 1);
  });

  it("never begins with a signal that has aborted", async () => {
    await clock.beat(1, () => assert.fail("called"), AbortSignal.abort());
  });

  it("fails with what a call throws", async () => {
    const turn = (): boolean => {
      throw new RangeError("of the sink");
    };
    await assert.rejects(clock.beat(1, turn, new AbortController().signal), RangeError);
  });
});
