import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DistinctSketch } from "../../../src/core/spikes/distinct-sketch.ts";
import { Profile } from "../../../src/core/spikes/profile.ts";
import type { ProfileEvent } from "../../../src/core/spikes/recent-events.ts";
import { shapeOf } from "../../../src/core/spikes/shape.ts";
import type { Shape, ShapeEvidence } from "../../../src/core/spikes/shape.ts";
import { Tally } from "../../../src/core/spikes/tally.ts";

const HOUR_MS = 3_600_000;

function event(second: number, key: number | null, changed: Partial<ProfileEvent> = {}): ProfileEvent {
  const digest = String(key).padStart(16, "0");
  return {
    timeMs: second * 1000,
    key: key === null ? null : { shown: `sk_live_…${key}`, digest },
    service: "checkout",
    host: null,
    source: "api",
    ...changed,
  };
}

function profileOf(events: readonly ProfileEvent[], onsetMs = 0): Profile {
  const profile = new Profile();
  for (const one of events) profile.add(one);
  profile.begin(onsetMs);
  return profile;
}

function times<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}

/** Twenty uses at irregular times. */
const RETRIES = [0, 1, 2, 4, 5, 9, 12, 13, 14, 30, 31, 33, 34, 60, 62, 63, 64, 90, 91, 92];

const SHAPES: readonly (readonly [string, Shape, readonly ProfileEvent[]])[] = [
  ["one key at nearly constant gaps", "one_key_cron", times(20, (i) => event(i * 60 + (i % 3), 1))],
  ["one key at growing gaps", "one_key_retried", times(10, (i) => event(2 ** i, 1))],
  ["one key in bursts", "one_key_retried", RETRIES.map((second) => event(second, 1))],
  ["one key in a tight loop", "one_key_retried", times(50, (i) => event(i / 10, 1))],
  ["one key from five hosts", "one_key_shared", times(20, (i) => event(i * 60, 1, { host: `web-${i % 5}` }))],
  [
    "one key with strays of others",
    "one_key_retried",
    RETRIES.map((second, i) => event(second, i < 17 ? 1 : i)),
  ],
  ["keys never seen, each used once, from one place", "keys_tried", times(20, (i) => event(i, i))],
  ["keys that one service's clients retry", "one_service", times(60, (i) => event(i, i % 10))],
  ["keys in many services", "many_keys", times(60, (i) => event(i, i % 10, { service: `service-${i % 4}` }))],
  ["three keys in equal parts", "unknown", times(30, (i) => event(i, i % 3))],
  ["events without keys", "unknown", times(30, (i) => event(i, null))],
];

describe("Profile", () => {
  for (const [what, shape, events] of SHAPES) {
    it(`calls ${what} ${shape}`, () => assert.equal(profileOf(events).view().shape, shape));
  }

  it("calls keys that were in use before a mass revocation", () => {
    const profile = new Profile();
    for (const one of times(20, (i) => event(i * 60, i))) profile.add(one);
    for (const one of times(20, (i) => event(10_000 + i, i))) profile.add(one);
    profile.begin(10_000_000);
    assert.equal(profile.view().shape, "many_keys");
  });

  it("begins at the onset, before which nothing belongs to the episode", () => {
    const before = times(30, (i) => event(i, 99, { service: "other" }));
    const spike = times(10, (i) => event(100 + i, i));
    const view = profileOf([...before, ...spike], 100_000).view();
    assert.equal(view.distinctKeys, 10);
    assert.deepEqual(view.top.services, [{ value: "checkout", count: 10 }]);
  });

  it("shows the last hour while there is no episode, and again when it is over", () => {
    const profile = new Profile();
    for (const one of times(5, (i) => event(i, i))) profile.add(one);
    assert.equal(profile.view().distinctKeys, 5);
    profile.begin(3000);
    assert.equal(profile.view().distinctKeys, 2);
    profile.add(event(10, 77));
    assert.equal(profile.view().distinctKeys, 3);
    profile.end();
    profile.advance(2 * HOUR_MS);
    assert.equal(profile.view().distinctKeys, 0);
  });

  it("lists the most frequent ten, masked as they came", () => {
    const events = times(200, (i) =>
      event(i, i % 2 === 0 ? 1 : i, { host: i % 2 === 0 ? "web-1" : "web-2" }),
    );
    const { top } = profileOf(events).view();
    assert.equal(top.keys.length, 10);
    assert.deepEqual(top.keys[0], { value: "sk_live_…1", count: 101 });
    assert.deepEqual(top.hosts, [
      { value: "web-1", count: 100 },
      { value: "web-2", count: 100 },
    ]);
  });

  it("continues from its JSON as if nothing had stopped, while there are at most a hundred of each", () => {
    const uses = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
      ),
      { minLength: 1, maxLength: 100 },
    );
    fc.assert(
      fc.property(uses, fc.nat(), fc.boolean(), (moves, cut, begun) => {
        const whole = new Profile();
        let parted = new Profile();
        let second = 0;
        for (const [i, [step, key, host]] of moves.entries()) {
          second += step;
          const one = event(second, key === 0 ? null : key, { host: `web-${host}` });
          for (const profile of [whole, parted]) {
            if (begun && i === moves.length >> 1) profile.begin((second - 600) * 1000);
            profile.add(one);
          }
          if (i === cut % moves.length)
            parted = Profile.restore(JSON.parse(JSON.stringify(parted.snapshot())));
        }
        assert.deepEqual(parted.view(), whole.view());
      }),
    );
  });

  it("stays within bounds under a flood of keys and still tells how many there are", () => {
    const profile = new Profile();
    profile.begin(0);
    const keys = 30_000;
    for (let i = 0; i < 2 * keys; i++) {
      profile.add(event(i / 100, i % 3 === 0 ? 7 : i, { service: `s${i % 2000}`, host: `h${i % 3000}` }));
    }
    const view = profile.view();
    assert.ok(Math.abs(view.distinctKeys / ((2 * 2 * keys) / 3) - 1) < 0.12, `${view.distinctKeys} keys`);
    assert.equal(view.top.keys[0]?.value, "sk_live_…7");
    const bytes = JSON.stringify(profile.snapshot()).length;
    assert.ok(bytes < 64 * 1024, `${bytes} bytes`);
    const restored = Profile.restore(JSON.parse(JSON.stringify(profile.snapshot())));
    assert.equal(restored.view().top.keys[0]?.count, view.top.keys[0]?.count);
  });
});

describe("shapeOf", () => {
  const MANY: ShapeEvidence = {
    events: 100,
    keyedEvents: 100,
    topKeyShare: 0.1,
    topKeyPeriodic: false,
    effectiveKeys: 50,
    distinctKeys: 60,
    knownKeyShare: 0,
    distinctServices: 3,
    places: 2,
  };

  it("needs few places, unknown keys and few uses of each for keys that are tried", () => {
    assert.equal(shapeOf(MANY), "keys_tried");
    assert.equal(shapeOf({ ...MANY, places: 3 }), "many_keys");
    assert.equal(shapeOf({ ...MANY, knownKeyShare: 0.2 }), "many_keys");
    assert.equal(shapeOf({ ...MANY, distinctKeys: 40 }), "many_keys");
  });

  it("does not explain a spike by keys that most events do not tell", () => {
    assert.equal(shapeOf({ ...MANY, events: 300 }), "unknown");
  });
});

describe("Tally", () => {
  it("is exact up to ten thousand values", () => {
    const tally = new Tally<null>();
    for (let i = 0; i < 20_000; i++) tally.add(`${i % 10_000}`, "x", () => null);
    assert.equal(tally.distinct, 10_000);
    assert.ok(Math.abs(tally.effectiveNumber() - 10_000) < 1e-6);
  });

  it("keeps the frequent ones beyond that, never counted too low", () => {
    const tally = new Tally<null>();
    for (let i = 0; i < 60_000; i++) {
      tally.add(`rare ${i}`, "rare", () => null);
      if (i % 20 === 0) tally.add("often", "often", () => null);
    }
    const [first] = tally.top(1);
    assert.equal(first?.value, "often");
    assert.ok((first?.count ?? 0) >= 3000);
  });

  it("gives as effective number how many equally frequent values would be as varied", () => {
    const tally = new Tally<null>();
    assert.equal(tally.effectiveNumber(), 0);
    for (let i = 0; i < 8; i++) tally.add(`${i % 4}`, "x", () => null);
    assert.ok(Math.abs(tally.effectiveNumber() - 4) < 1e-9);
  });
});

describe("DistinctSketch", () => {
  for (const n of [0, 1, 100, 3000, 50_000, 500_000]) {
    it(`tells ${n} texts apart to within a tenth`, () => {
      const sketch = new DistinctSketch();
      for (let i = 0; i < n; i++) {
        sketch.add(`key-${i}`);
        if (i % 3 === 0) sketch.add(`key-${i}`);
      }
      assert.ok(Math.abs(sketch.estimate() - n) <= n / 10, `${sketch.estimate()}`);
    });
  }

  it("refuses registers of another size", () => {
    assert.throws(() => new DistinctSketch(new Uint8Array(5)), RangeError);
  });
});
