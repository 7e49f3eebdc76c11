// How an episode ends, goes on, becomes the new level, or is nothing new.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DAY, expectedNow, HOUR, MINUTE, nightly, quiet, secondOf, Timeline } from "./timeline.ts";

describe("NbScan, end of an episode", () => {
  it("stops ten minutes after the watched window is back to normal, and starts empty", () => {
    const timeline = quiet()
      .burst(50, 2 * DAY, 60)
      .until(2 * DAY + HOUR);
    assert.deepEqual(timeline.kinds, ["start", "stop"]);
    const stop = timeline.signals[1];
    assert.ok(stop?.kind === "stop" && stop.why === "back_to_normal");
    // The five-minute window drains between 5 and 6 min after the burst; then the ten minutes.
    const after = secondOf(stop) - 2 * DAY;
    assert.ok(after >= 890 && after <= 970, `${after} s`);
    assert.equal(timeline.detector.view().windowEvents, 0);
  });

  it("goes on through a lull that the watched window bridges", () => {
    const timeline = quiet();
    for (let i = 0; i < 6; i++) timeline.burst(10, 2 * DAY + i * 15 * MINUTE, 60);
    assert.deepEqual(timeline.kinds, ["start"]);
  });

  it("finds the same end however rarely time is told", () => {
    const rarely = quiet()
      .burst(50, 2 * DAY, 60)
      .until(2 * DAY + DAY);
    const often = quiet().burst(50, 2 * DAY, 60);
    for (let second = 60; second < HOUR; second++) often.until(2 * DAY + second);
    assert.deepEqual(often.signals, rarely.signals);
  });

  it("reopens within an hour of the stop and starts anew after it", () => {
    const again = quiet()
      .burst(50, 2 * DAY, 60)
      .burst(50, 2 * DAY + HOUR, 60)
      .until(2 * DAY + 2 * HOUR);
    assert.deepEqual(again.kinds, ["start", "stop", "reopen", "stop"]);
    const later = quiet()
      .burst(50, 2 * DAY, 60)
      .burst(50, 2 * DAY + 2 * HOUR, 60);
    assert.deepEqual(later.kinds, ["start", "stop", "start"]);
  });

  it("accepts a level that lasts six hours, once", () => {
    const timeline = new Timeline().every(30 * MINUTE, 7, 10 * DAY).every(MINUTE, 10 * DAY, 14 * DAY);
    assert.deepEqual(timeline.kinds, ["start", "stop"]);
    const [start, stop] = timeline.signals;
    assert.ok(start !== undefined && stop?.kind === "stop" && stop.why === "new_level");
    const lasted = secondOf(stop) - secondOf(start);
    assert.ok(lasted >= 6 * HOUR && lasted <= 6 * HOUR + 5 * MINUTE, `${lasted} s`);
    assert.ok(Math.abs(expectedNow(timeline) - 5) < 1.5);
  });
});

describe("NbScan, budget control", () => {
  it("stops alerting of what recurs more often than the budget allows, and counts it", () => {
    const timeline = nightly();
    const starts = timeline.kinds.filter((kind) => kind === "start");
    // m = 5 in 28 days: the fifth of the same size is the one to compare with.
    assert.equal(starts.length, 5);
    const muted = timeline.signals.filter((signal) => signal.kind === "recurring");
    assert.deepEqual(
      muted.map(({ times }) => times),
      [6, 7, 8],
    );
    assert.equal(timeline.detector.view().state, "recurring");
    assert.equal(timeline.until(10 * DAY).kinds.at(-1), "stop");
  });

  it("alerts again of what is clearly larger", () => {
    const timeline = nightly().until(10 * DAY);
    const before = timeline.signals.length;
    timeline.burst(400, 10 * DAY + 2 * HOUR, 2 * MINUTE);
    assert.deepEqual(timeline.kinds.slice(before), ["recurring", "start"]);
  });

  it("forgets after four periods", () => {
    const timeline = nightly().until(10 * DAY + 29 * DAY);
    const before = timeline.signals.length;
    timeline.burst(200, 39 * DAY + 2 * HOUR, 2 * MINUTE);
    assert.deepEqual(timeline.kinds.slice(before), ["start"]);
  });

  it("does not let planned time raise what counts as recurring", () => {
    const timeline = quiet();
    for (let night = 2; night < 10; night++) {
      timeline.until(night * DAY + HOUR).detector.pauseLearning(true);
      timeline.burst(200, night * DAY + 2 * HOUR, 2 * MINUTE).until(night * DAY + 4 * HOUR);
      timeline.detector.pauseLearning(false);
    }
    const before = timeline.signals.length;
    timeline.burst(200, 10 * DAY + 2 * HOUR, 2 * MINUTE);
    assert.deepEqual(timeline.kinds.slice(before), ["start"]);
  });
});
