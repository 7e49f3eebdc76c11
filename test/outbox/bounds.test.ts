import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TransitionEvent } from "../../src/core/incidents/transition.ts";
import { fitted, jsonBytes, surplus, weightOf } from "../../src/outbox/bounds.ts";
import { delivered, failed, rig, transition } from "./rig.ts";

const limits = { rows: 2, bytes: 100, rowBytes: 1000, ageMs: 1000 };

const waiting = (name: TransitionEvent, bytes = 10, fixed = false) => ({
  name,
  bytes,
  fixed,
  weight: weightOf(name),
});

describe("surplus", () => {
  const cases = [
    ["nothing that fits", ["update", "firing"], []],
    ["updates first", ["firing", "repeat", "update"], ["update"]],
    ["repeats after updates", ["repeat", "update", "resolved", "firing"], ["update", "repeat"]],
    ["resolved before firing", ["firing", "resolved", "firing"], ["resolved"]],
  ] as const;
  for (const [what, events, dropped] of cases) {
    it(`drops ${what}`, () => {
      const names = surplus(
        events.map((event) => waiting(event)),
        limits,
      ).map(({ name }) => name);
      assert.deepEqual(names, dropped);
    });
  }

  it("drops the oldest of equals", () => {
    const items = ["a", "b", "c"].map((id) => ({ id, bytes: 1, fixed: false, weight: 3 }));
    assert.deepEqual(
      surplus(items, limits).map(({ id }) => id),
      ["a"],
    );
  });

  it("keeps what is under way", () => {
    const items = [waiting("update", 10, true), waiting("firing"), waiting("firing")];
    assert.deepEqual(surplus(items, limits), [items[1]]);
  });

  it("counts bytes as well as rows", () => {
    const items = [waiting("update", 60), waiting("firing", 60)];
    assert.deepEqual(surplus(items, limits), [items[0]]);
  });
});

describe("outbox, bounds", () => {
  it("says once that a bound is near, and again after there was room", async () => {
    const limits = { rows: 10, bytes: 1_000_000, rowBytes: 100_000, ageMs: 86_400_000 };
    await using bench = rig({ limits });
    const { slack, clock, recording } = bench;
    const near = (): number[] => recording.of("filling").map(([, messages]) => messages);
    slack.always = failed("transient");
    for (let i = 0; i < 7; i += 1) await bench.say(transition("firing", `A${i}`));
    assert.deepEqual(near(), []);
    for (let i = 7; i < 12; i += 1) await bench.say(transition("firing", `A${i}`));
    assert.deepEqual(near(), [8]);
    slack.always = delivered();
    await clock.advance(600_000);
    slack.always = failed("transient");
    for (let i = 0; i < 9; i += 1) await bench.say(transition("firing", `B${i}`));
    assert.deepEqual(near(), [8, 8]);
  });
});

describe("fitted", () => {
  const ids = Array.from({ length: 64 }, (_, i) => `req_${i}`);

  it("leaves a transition that fits as it is", () => {
    const small = transition("firing", "A", 1, 0, { request_ids: ids });
    assert.equal(fitted(small, 100_000), small);
  });

  it("halves the request ids until it fits, and says so", () => {
    const small = transition("firing", "A");
    const large = transition("firing", "A", 10, 0, { request_ids: ids });
    const cut = fitted(large, jsonBytes(small) + 20 * 10);
    assert.equal(cut?.incident.request_ids.length, 16);
    assert.equal(cut?.incident.request_ids_truncated, true);
    assert.equal(large.incident.request_ids.length, 64);
  });

  it("empties the top lists next", () => {
    const top = { keys: [{ value: "k".repeat(5000), count: 1 }], services: [], hosts: [] };
    const cut = fitted(transition("firing", "A", 1, 0, { top, request_ids: ids }), 4000);
    assert.deepEqual(cut?.incident.top.keys, []);
  });

  it("has no answer when the texts alone are too large", () => {
    assert.equal(fitted(transition("firing", "A", 1, 0, { hint: "x".repeat(5000) }), 4000), null);
  });
});
