// Late events, time that nobody saw, and planned time.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NbScan } from "../../../src/core/spikes/nb-scan.ts";
import { atMs, DAY, evidenceOf, expectedNow, HOUR, MEDIUM, MINUTE, quiet, secondOf } from "./timeline.ts";

describe("NbScan, time", () => {
  it("counts late events in the windows that still cover them, and may fire of them", () => {
    const timeline = quiet().until(2 * DAY + 10 * MINUTE);
    for (let i = 0; i < 14; i++) timeline.add(2 * DAY + 9 * MINUTE + i, 1);
    assert.deepEqual(timeline.kinds, ["start"]);
    assert.equal(secondOf(timeline.signals[0] as never), 2 * DAY + 10 * MINUTE);
    assert.equal(evidenceOf(timeline).onsetMs, atMs(2 * DAY + 9 * MINUTE));
  });

  it("learns from events over an hour late and never alerts of them", () => {
    const timeline = quiet().until(2 * DAY + 4 * HOUR);
    const before = expectedNow(timeline);
    timeline.add(2 * DAY + 2 * HOUR, 500).until(2 * DAY + 4 * HOUR + 5 * MINUTE);
    assert.deepEqual(timeline.signals, []);
    assert.ok(expectedNow(timeline) > 2 * before);
  });

  it("does not go back in time", () => {
    const timeline = quiet().burst(5, 2 * DAY, 10);
    const before = timeline.detector.view();
    assert.deepEqual(timeline.until(DAY).detector.view(), before);
  });

  it("takes a gap that nobody saw for no evidence of quiet", () => {
    const seen = quiet().until(6 * DAY);
    const unseen = quiet();
    unseen.detector.markMissing(atMs(2 * DAY), atMs(6 * DAY));
    unseen.until(6 * DAY);
    assert.ok(expectedNow(unseen) > 2 * expectedNow(seen), `${expectedNow(unseen)}, ${expectedNow(seen)}`);
  });

  it("takes back quiet that turns out not to have been seen", () => {
    const timeline = quiet().until(2 * DAY + 12 * HOUR);
    const before = expectedNow(timeline);
    timeline.detector.markMissing(atMs(2 * DAY), atMs(2 * DAY + 12 * HOUR));
    assert.ok(expectedNow(timeline) > before);
  });

  it("does not end an episode while nobody can see", () => {
    const timeline = quiet().burst(50, 2 * DAY, 60);
    timeline.detector.markMissing(atMs(2 * DAY + 60), atMs(2 * DAY + 2 * HOUR));
    assert.deepEqual(timeline.until(2 * DAY + 2 * HOUR + 9 * MINUTE).kinds, ["start"]);
    assert.deepEqual(timeline.until(2 * DAY + 2 * HOUR + 11 * MINUTE).kinds, ["start", "stop"]);
  });

  it("keeps counting and deciding in planned time, and learns nothing of it", () => {
    const timeline = quiet();
    timeline.detector.pauseLearning(true);
    timeline.every(20, 2 * DAY, 2 * DAY + 3 * HOUR);
    timeline.detector.pauseLearning(false);
    assert.deepEqual(timeline.kinds, ["start"]);
    timeline.until(2 * DAY + 6 * HOUR);
    assert.deepEqual(timeline.kinds, ["start", "stop"]);
    assert.ok(expectedNow(timeline) < 0.3);
  });

  it("starts anew after a month of which it knows nothing, and at once", () => {
    const detector = new NbScan(MEDIUM);
    detector.observe(0, 1);
    const before = process.cpuUsage();
    detector.observe(atMs(0), 1);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 100_000, `${user} µs for a jump of 55 years`);
    assert.equal(detector.view().state, "learning");
    assert.equal(detector.view().windowEvents, 1);
  });
});
