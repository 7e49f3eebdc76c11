import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Evidence } from "../../../src/core/spikes/detector.ts";
import { NbScan } from "../../../src/core/spikes/nb-scan.ts";
import { atMs, DAY, HOUR, MEDIUM, MINUTE, secondOf, Timeline } from "./timeline.ts";

/** Two days of one event every half hour, which every rule below can start from. */
function quiet(detector?: NbScan): Timeline {
  return new Timeline(detector).every(30 * MINUTE, 7, 2 * DAY);
}

/** A job of 200 events every night, eight nights long. */
function nightly(detector = new NbScan(MEDIUM)): Timeline {
  const timeline = quiet(detector);
  for (let night = 2; night < 10; night++) timeline.burst(200, night * DAY + 2 * HOUR, 2 * MINUTE);
  return timeline;
}

function evidenceOf(timeline: Timeline, index = 0): Evidence {
  const signal = timeline.signals[index];
  assert.ok(signal !== undefined && signal.kind !== "stop", "no such signal");
  return signal.evidence;
}

function expectedNow(timeline: Timeline): number {
  return timeline.detector.view().expected as number;
}

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
    assert.equal(timeline.until(600).detector.view().state, "quiet");
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
    const grown = timeline.detector.evidence();
    assert.ok(grown.count >= 37 && grown.windowSeconds === evidence.windowSeconds);
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

  it("never fires below twice what is expected", () => {
    const steady = new Timeline().every(2, 0, 6 * DAY);
    for (const { windowSeconds, count } of steady.detector.view().thresholds) {
      assert.ok(
        count >= windowSeconds,
        `${count} in ${windowSeconds} s where ${windowSeconds / 2} are usual`,
      );
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
    assert.deepEqual([after.thresholds, after.expected], [before.thresholds, before.expected]);
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
