// When the adaptive detector fires, and what it holds for usual.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NbScan } from "../../../src/core/spikes/nb-scan.ts";
import { atMs, DAY, evidenceOf, expectedNow, HOUR, MINUTE, quiet, Timeline } from "./timeline.ts";

describe("NbScan, cold start", () => {
  it("fires in its first ten minutes only when a minute holds fifty", () => {
    assert.deepEqual(new Timeline().burst(49, 10, 50).signals, []);
    const fifty = new Timeline().burst(50, 10, 50);
    assert.deepEqual(fifty.kinds, ["start"]);
    assert.equal(evidenceOf(fifty).count, 50);
    assert.deepEqual(new Timeline().burst(100, 10, 5 * MINUTE).signals, []);
  });

  it("says that it is learning, and what would fire meanwhile", () => {
    const timeline = new Timeline().add(10, 3);
    const view = timeline.detector.view();
    assert.equal(view.state, "learning");
    assert.deepEqual(view.thresholds, [{ windowSeconds: 60, count: 50 }]);
    assert.equal(timeline.until(660).detector.view().state, "quiet");
    assert.equal(timeline.detector.view().thresholds.length, 4);
  });

  it("finds a burst of twenty half an hour after its first second", () => {
    assert.deepEqual(new Timeline().burst(20, 30 * MINUTE, 50).kinds, ["start"]);
  });
});

describe("NbScan, hit", () => {
  it("never fires below min_count, and at it when nothing is usual", () => {
    const timeline = new Timeline(new NbScan({ sensitivity: "high", minCount: 15 })).until(3 * DAY);
    assert.deepEqual(timeline.burst(14, 3 * DAY, 30).signals, []);
    assert.deepEqual(timeline.add(3 * DAY + 31, 1).kinds, ["start"]);
  });

  it("fires at the event that reaches the threshold, with the numbers behind it", () => {
    const timeline = quiet().burst(37, 2 * DAY, 60);
    assert.deepEqual(timeline.kinds, ["start"]);
    const evidence = evidenceOf(timeline);
    assert.equal(evidence.count, evidence.threshold);
    assert.equal(evidence.onsetMs, atMs(2 * DAY));
    assert.ok((evidence.expected as number) < 3 && (evidence.expectedHigh as number) < evidence.count);
    assert.ok((evidence.logProbability as number) < Math.log(1e-3));
    assert.equal(evidence.ratio, evidence.count / (evidence.expected as number));
    // The event of half an hour ago is in the window and not in the rise.
    assert.equal(evidence.sinceOnset, evidence.count - 1);
    const grown = timeline.detector.evidence();
    assert.deepEqual([grown?.count, grown?.windowSeconds, grown?.sinceOnset], [37, 60, 37]);
  });

  it("shows the window that tells most, not the one that fired first", () => {
    // The last twenty minutes hold one event when the burst begins, and so they fire first.
    const timeline = new Timeline().every(900, 0, 2 * DAY).burst(40, 2 * DAY, 55);
    assert.equal(evidenceOf(timeline).windowSeconds, 1200);
    const soon = timeline.detector.evidence();
    assert.deepEqual([soon?.windowSeconds, soon?.count, soon?.sinceOnset], [60, 40, 40]);
    // What ebbs away later is not how bad it got.
    timeline.until(2 * DAY + 300);
    assert.deepEqual(timeline.detector.evidence(), soon);
    // A flood that goes on is told over the longer time.
    timeline.every(2, 2 * DAY + 300, 2 * DAY + HOUR);
    const long = timeline.detector.evidence();
    assert.equal(long?.windowSeconds, 3600);
    assert.ok((long?.count ?? 0) > 1600);
    const [stop] = timeline.until(2 * DAY + 9000).signals.slice(-1);
    assert.ok(stop?.kind === "stop" && (stop.evidence.logProbability ?? 0) <= (long?.logProbability ?? 0));
  });

  it("shows no window that did not hold enough to fire", () => {
    const timeline = new Timeline(new NbScan({ sensitivity: "medium", minCount: 10 })).every(
      1800,
      0,
      2 * DAY,
    );
    // Nine within a minute are far less probable than ten in an hour, and are still below min_count.
    timeline.burst(9, 2 * DAY + 900, 30).burst(1, 2 * DAY + 1500, 1);
    const evidence = timeline.detector.evidence();
    assert.ok(evidence !== null && evidence.count >= evidence.threshold && evidence.windowSeconds > 60);
  });

  it("is not blind at the edges of its buckets", () => {
    for (const offset of [0, 4, 9, 55, 58, 292, 297, 1799]) {
      const timeline = quiet().burst(14, 2 * DAY + offset, 50);
      assert.deepEqual(timeline.kinds, ["start"], `offset ${offset}`);
    }
  });

  it("asks for more where more is usual", () => {
    const busy = new Timeline().every(60, 0, 2 * DAY);
    assert.deepEqual(busy.kinds, []);
    assert.deepEqual(busy.burst(10, 2 * DAY, 280).kinds, []);
    assert.deepEqual(busy.burst(40, 2 * DAY + 280, 280).kinds, ["start"]);
  });

  it("never fires below twice what is expected where that is few, and nearer to it where it is many", () => {
    const steady = new Timeline().every(2, 0, 6 * DAY);
    const shown = steady.detector.view().thresholds;
    const ratios = shown.map(({ windowSeconds, count }) => count / ((windowSeconds + 10) / 2));
    assert.deepEqual(
      ratios.map((ratio) => ratio.toFixed(1)),
      ["2.0", "1.9", "1.6", "1.4"],
      JSON.stringify(shown),
    );
  });

  it("finds a rise by half where thousands are usual, however little they stray", () => {
    const busy = new Timeline();
    for (let second = 0; second < 3 * DAY; second += 10) busy.add(second, 330 + (second % 7));
    // That so busy a group begins at all is a rise.
    assert.deepEqual(busy.kinds, ["start", "stop"]);
    for (let second = 3 * DAY; second < 3 * DAY + HOUR; second += 10) busy.add(second, 500);
    assert.deepEqual(busy.kinds, ["start", "stop", "start"]);
    const { count, expected, expectedHigh } = evidenceOf(busy, 2);
    assert.ok(count > (expectedHigh ?? Infinity), `${count}, at most ${expectedHigh}`);
    assert.ok(count < 2 * (expected ?? 0), `${count} where ${expected} are usual`);
  });

  it("never says of what fired that as much is usual", () => {
    for (const sensitivity of ["low", "medium", "high"] as const) {
      for (const every of [7, 60, 1800]) {
        const { detector } = new Timeline(new NbScan({ sensitivity, minCount: 1 })).every(every, 3, 2 * DAY);
        const { expectedHigh, thresholds } = detector.view();
        const fires = thresholds[1]?.count ?? 0;
        assert.ok((expectedHigh ?? 0) < fires, `${sensitivity}: at most ${expectedHigh}, fires at ${fires}`);
      }
    }
  });
});

describe("NbScan, baseline", () => {
  it("freezes thresholds and expectation while an episode lasts", () => {
    const timeline = quiet().burst(50, 2 * DAY, 60);
    const before = timeline.detector.view();
    assert.equal(before.state, "firing");
    timeline.every(5, 2 * DAY + 60, 2 * DAY + 2 * HOUR);
    const after = timeline.detector.view();
    assert.deepEqual(after.thresholds, before.thresholds);
    // By then another window tells more; each takes the level of the time before it began.
    const perSecond = ({ expected, windowSeconds }: typeof after): number =>
      (expected ?? 0) / (windowSeconds + 10);
    assert.ok(Math.abs(perSecond(after) / perSecond(before) - 1) < 0.01);
  });

  it("takes back what it learned since the onset, and learns nothing of an episode", () => {
    const calm = quiet().every(30 * MINUTE, 2 * DAY + 7, 3 * DAY);
    const spiked = quiet();
    for (let hour = 0; hour < 24; hour++) {
      if (hour === 1) spiked.burst(300, 2 * DAY + HOUR, 20 * MINUTE);
      spiked.every(30 * MINUTE, 2 * DAY + hour * HOUR + 7, 2 * DAY + (hour + 1) * HOUR);
    }
    assert.deepEqual(spiked.kinds, ["start", "stop"]);
    const ratio = expectedNow(spiked) / expectedNow(calm);
    assert.ok(ratio > 0.9 && ratio < 1.1, `ratio ${ratio}`);
  });

  it("does not learn a rise while it is in the making", () => {
    // Three an hour become thirty: within the first hour of it nothing of it is usual.
    const timeline = quiet().every(2 * MINUTE, 2 * DAY, 2 * DAY + 40 * MINUTE);
    assert.deepEqual(timeline.kinds, ["start"]);
    assert.ok((evidenceOf(timeline).expected as number) < 3);
  });

  it("learns the hours of the day after sixty of them", () => {
    const timeline = new Timeline();
    for (let day = 0; day < 12; day++) {
      timeline.every(HOUR, day * DAY, day * DAY + 9 * HOUR);
      timeline.every(MINUTE, day * DAY + 9 * HOUR, day * DAY + 17 * HOUR);
      timeline.every(HOUR, day * DAY + 17 * HOUR, (day + 1) * DAY);
    }
    const night = expectedNow(timeline.until(12 * DAY + 4 * HOUR));
    const early = expectedNow(timeline.until(12 * DAY + 8 * HOUR + 50 * MINUTE));
    assert.ok(early > 5 * night, `${early} at the edge of the day against ${night} at night`);
  });

  it("does not count a young group's level twice", () => {
    const young = new Timeline().every(6, 0, HOUR);
    assert.ok(Math.abs(expectedNow(young) / 50 - 1) < 0.1, `${expectedNow(young)} of 50`);
    assert.deepEqual(young.burst(60, HOUR, MINUTE).kinds, ["start"]);
    const settled = new Timeline().every(1, 0, 12 * HOUR);
    assert.deepEqual(settled.kinds, ["start", "stop"]);
    assert.ok((settled.detector.view().thresholds[0]?.count ?? 0) < 200);
  });

  it("follows a level up within hours and down over a day", () => {
    const timeline = new Timeline().every(10 * MINUTE, 0, 10 * DAY);
    const before = expectedNow(timeline);
    for (const [i, seconds] of [500, 400, 330].entries()) {
      timeline.every(seconds, 10 * DAY + i * 4 * HOUR, 10 * DAY + (i + 1) * 4 * HOUR);
    }
    const risen = expectedNow(timeline);
    assert.deepEqual(timeline.kinds, []);
    assert.ok(risen > 1.2 * before, `${risen} after ${before}`);
    const soon = expectedNow(timeline.until(10 * DAY + 15 * HOUR));
    assert.ok(soon > 0.7 * before, `${soon} three silent hours later`);
    assert.ok(expectedNow(timeline.until(11 * DAY + 20 * HOUR)) < 0.5 * before);
  });
});
