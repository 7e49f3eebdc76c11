import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TransitionEvent } from "../../src/core/incidents/transition.ts";
import { fitted, jsonBytes, surplus, weightOf } from "../../src/outbox/bounds.ts";
import { transition } from "./rig.ts";

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
