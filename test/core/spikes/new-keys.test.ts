import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { KeyMemory, MOST_KEYS } from "../../../src/core/spikes/key-memory.ts";
import { NewKeys } from "../../../src/core/spikes/new-keys.ts";
import { atMs, DAY, HOUR, MINUTE } from "./timeline.ts";

/** Digests are uniform in their first digits, as a keyed hash is. */
function digestOf(key: number): string {
  return (Math.imul(key + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0").repeat(4);
}

function known(): NewKeys {
  const channel = new NewKeys({ sensitivity: "medium" });
  channel.detector.advance(atMs(0));
  // One client that retries every minute for two days.
  for (let second = 0; second < 2 * DAY; second += MINUTE) channel.observe(atMs(second), digestOf(0));
  return channel;
}

function kinds(channel: NewKeys): string[] {
  return channel.detector.take().map(({ kind }) => kind);
}

describe("NewKeys", () => {
  it("counts a client's retries once", () => {
    const channel = known();
    assert.deepEqual(kinds(channel), []);
    for (let i = 0; i < 500; i++) channel.observe(atMs(2 * DAY + i), digestOf(0));
    assert.deepEqual(kinds(channel), []);
    assert.equal(channel.detector.view().windowEvents, 0);
  });

  it("finds five different keys within a minute", () => {
    const channel = known();
    for (let i = 1; i <= 4; i++) channel.observe(atMs(2 * DAY + i * 10), digestOf(i));
    assert.deepEqual(kinds(channel), []);
    channel.observe(atMs(2 * DAY + 50), digestOf(5));
    assert.deepEqual(kinds(channel), ["start"]);
    assert.equal(channel.detector.evidence()?.count, 5);
  });

  it("takes no count of events without a key, but their time", () => {
    const channel = known();
    for (let i = 0; i < 50; i++) channel.observe(atMs(2 * DAY + i), null);
    assert.equal(channel.detector.view().windowEvents, 0);
    for (let i = 1; i <= 5; i++) channel.observe(atMs(2 * DAY + 60), digestOf(i));
    const [start] = channel.detector.take();
    assert.equal(start?.atMs, atMs(2 * DAY + 60));
  });

  it("takes a key for new again after an hour without it", () => {
    const keys = new KeyMemory();
    assert.equal(keys.isNew(digestOf(1), 0), true);
    assert.equal(keys.isNew(digestOf(1), HOUR), false);
    assert.equal(keys.isNew(digestOf(1), 2 * HOUR + 1), true);
  });

  it("does not take a key for new because nobody saw for a while whether it was used", () => {
    const keys = new KeyMemory();
    keys.isNew(digestOf(1), 0);
    keys.isNew(digestOf(2), 2 * HOUR);
    for (const hours of [10, 50]) keys.unseen(2 * HOUR + MINUTE, hours * HOUR);
    assert.equal(keys.isNew(digestOf(2), 50 * HOUR + MINUTE), false);
    assert.equal(keys.isNew(digestOf(1), 50 * HOUR + MINUTE), true, "it was forgotten before that");
  });

  it("does not take a late sight of a key for a new one", () => {
    const keys = new KeyMemory();
    keys.isNew(digestOf(1), 2 * HOUR);
    assert.equal(keys.isNew(digestOf(1), 0), false);
    assert.equal(keys.isNew(digestOf(1), 3 * HOUR), false);
  });

  it("forgets the key unseen for longest when there are too many", () => {
    const keys = new KeyMemory();
    for (let key = 0; key < MOST_KEYS; key++) keys.isNew(digestOf(key), key % 60);
    keys.isNew(digestOf(0), 60);
    keys.isNew(digestOf(MOST_KEYS), 60);
    assert.equal(keys.isNew(digestOf(0), 61), false);
    assert.equal(keys.isNew(digestOf(1), 61), true);
  });

  it("continues from a snapshot as if nothing had stopped", () => {
    const uses = fc.array(fc.tuple(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 30 })), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(uses, fc.nat(), (moves, cut) => {
        const whole = new NewKeys({ sensitivity: "high" });
        let parted = new NewKeys({ sensitivity: "high" });
        let second = 0;
        for (const [i, [step, key]] of moves.entries()) {
          second += step;
          if (i === cut % moves.length) {
            const next = new NewKeys({ sensitivity: "high" });
            next.restore(parted.snapshot());
            parted = next;
          }
          for (const channel of [whole, parted])
            channel.observe(atMs(second), key === 0 ? null : digestOf(key));
          assert.deepEqual(parted.detector.take(), whole.detector.take());
        }
        assert.deepEqual(parted.snapshot(), whole.snapshot());
      }),
      { numRuns: 40 },
    );
  });

  it("holds its snapshot below 64 KiB with as many keys as it remembers", () => {
    const channel = known();
    for (let key = 0; key < 10_000; key++) channel.observe(atMs(2 * DAY + key), digestOf(key));
    assert.ok(channel.snapshot().length < 56 * 1024, `${channel.snapshot().length} bytes`);
  });

  it("refuses the state of another detector", () => {
    assert.throws(() => known().restore(known().detector.snapshot()), RangeError);
  });
});
