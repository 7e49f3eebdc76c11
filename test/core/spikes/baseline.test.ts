import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Baseline } from "../../../src/core/spikes/baseline.ts";
import { Dispersion } from "../../../src/core/spikes/dispersion.ts";
import { EXCLUDED, MISSING, WAITING } from "../../../src/core/spikes/learning-ring.ts";
import { OpenBucket } from "../../../src/core/spikes/open-bucket.ts";
import { SeasonalProfile } from "../../../src/core/spikes/seasonal-profile.ts";

const BUCKET = 300;
const START = 1_735_516_800;
const HOUR_WINDOW = 3;

/** A bucket whose events came in its first minute. */
function bucket(startSecond: number, count: number): OpenBucket {
  const open = new OpenBucket();
  open.begin(startSecond, false);
  open.add(startSecond, count);
  return open;
}

/** `buckets` learning buckets of `count` events each. */
function learned(buckets: number, count: number): Baseline {
  const baseline = new Baseline();
  for (let i = 0; i < buckets; i++) baseline.close(bucket(START + i * BUCKET, count), WAITING);
  return baseline;
}

/** What an hour holds after six hours of twenty a bucket, closed as `flag`, were accepted as the new level. */
function accept(flag: typeof EXCLUDED | typeof MISSING): number {
  const baseline = learned(288, 1);
  for (let i = 288; i < 360; i++) baseline.close(bucket(START + i * BUCKET, 20), flag);
  baseline.acceptLevel(START + 288 * BUCKET);
  return baseline.predict(HOUR_WINDOW, START + 360 * BUCKET).mean;
}

/** Fourteen days, `night` events in a half hour of the night and `day` in one of the day. */
function profile(day: number, night: number): SeasonalProfile {
  const seasonal = new SeasonalProfile(48, 1);
  for (let i = 0; i < 14 * 48; i++) {
    const events = i % 48 >= 18 && i % 48 < 36 ? day : night;
    seasonal.learn(i * 1800, events + (i % 5 === 0 ? 1 : 0) - (i % 7 === 0 ? 1 : 0), 0.5);
  }
  const mean = (day * 18 + night * 30) / 48;
  seasonal.fit(() => 2 * mean, 1);
  return seasonal;
}

describe("Baseline", () => {
  it("expects three an hour before it knows anything, and is hardly sure of it", () => {
    const { mean, size } = new Baseline().predict(HOUR_WINDOW, START);
    assert.ok(Math.abs(mean - 3.008) < 0.01, `${mean}`);
    assert.ok(size < 0.3, `${size}`);
  });

  it("learns the rate", () => {
    const { mean } = learned(288, 5).predict(HOUR_WINDOW, START + 288 * BUCKET);
    assert.ok(Math.abs(mean / 60 - 1) < 0.05, `${mean} of 60`);
  });

  it("is as if buckets had not been when they are taken back", () => {
    const end = START + 288 * BUCKET;
    const excluded = learned(288, 5);
    for (let i = 288; i < 300; i++) excluded.close(bucket(START + i * BUCKET, 500), EXCLUDED);
    const unlearned = learned(288, 5);
    for (let i = 288; i < 300; i++) unlearned.close(bucket(START + i * BUCKET, 500), WAITING);
    unlearned.unlearn(end, end + 12 * BUCKET, EXCLUDED);
    const [a, b] = [excluded, unlearned].map(
      (baseline) => baseline.predict(HOUR_WINDOW, end + 12 * BUCKET).mean,
    );
    assert.ok(Math.abs((a as number) / (b as number) - 1) < 0.01, `${a}, ${b}`);
  });

  it("accepts excluded buckets as a new level, but not those that nobody saw", () => {
    assert.ok(accept(EXCLUDED) > 150, `${accept(EXCLUDED)}`);
    assert.ok(accept(MISSING) < 20, `${accept(MISSING)}`);
  });

  it("adds late events to the bucket they belong to", () => {
    const [plain, late] = [learned(100, 2), learned(100, 2)];
    for (let i = 50; i < 60; i++) late.addLate(START + i * BUCKET + 7, 40);
    const at = START + 100 * BUCKET;
    assert.ok(late.predict(HOUR_WINDOW, at).mean > 1.5 * plain.predict(HOUR_WINDOW, at).mean);
    late.addLate(START - 5, 1e6);
    late.addLate(at + 5, 1e6);
    assert.ok(late.predict(HOUR_WINDOW, at).mean < 1000);
  });
});

describe("Dispersion", () => {
  it("does not take a wrong level for clumps", () => {
    const dispersion = new Dispersion();
    for (let i = 0; i < 200; i++) dispersion.add(50, 5);
    assert.equal(dispersion.clumpiness, 1);
    assert.ok(dispersion.levelError > 10, `${dispersion.levelError}`);
  });

  it("does not take clumps for a wrong level", () => {
    const dispersion = new Dispersion();
    for (let i = 0; i < 400; i++) dispersion.add(i % 8 === 0 ? 40 : 0, 5);
    assert.ok(dispersion.clumpiness > 20, `${dispersion.clumpiness}`);
    assert.ok(dispersion.levelError < 0.5, `${dispersion.levelError}`);
  });
});

describe("SeasonalProfile", () => {
  it("is exactly flat when the hours prove nothing", () => {
    assert.equal(profile(5, 5).factor(12 * 3600), 1);
  });

  it("tells day from night when they do", () => {
    const seasonal = profile(30, 2);
    const [noon, midnight] = [seasonal.factor(12 * 3600), seasonal.factor(0)];
    assert.ok(noon / midnight > 10 && noon / midnight < 20, `${noon}, ${midnight}`);
  });
});
