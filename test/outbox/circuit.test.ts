import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { afterFailure, CLOSED, permits, probing } from "../../src/outbox/circuit.ts";
import type { Circuit } from "../../src/outbox/circuit.ts";
import type { FailureClass } from "../../src/receivers/receiver.ts";

const NOW = 1_000_000;

const closed = (failures: number): Circuit => ({ state: "closed", failures });
const open = (holdMs: number): Circuit => ({ state: "open", untilMs: NOW + holdMs, holdMs });
const probe = (holdMs: number): Circuit => ({ state: "probing", holdMs });

describe("circuit", () => {
  const failures: readonly (readonly [Circuit, FailureClass, Circuit])[] = [
    [CLOSED, "transient", closed(1)],
    [closed(3), "ambiguous", closed(4)],
    [closed(4), "transient", open(30_000)],
    [closed(4), "rate_limited", CLOSED],
    [closed(4), "payload", CLOSED],
    [open(60_000), "transient", open(60_000)],
    [probe(30_000), "transient", open(60_000)],
    [probe(240_000), "transient", open(300_000)],
    [probe(300_000), "ambiguous", open(300_000)],
    [probe(0), "transient", open(30_000)],
    [probe(30_000), "rate_limited", CLOSED],
  ];
  for (const [before, failure, after] of failures) {
    it(`turns ${JSON.stringify(before)} after ${failure} into ${JSON.stringify(after)}`, () => {
      assert.deepEqual(afterFailure(before, failure, false, NOW), after);
    });
  }

  it("opens for a quarter of an hour at the first failure that only a person can mend", () => {
    const circuit = afterFailure(CLOSED, "auth", true, NOW);
    assert.equal(permits(circuit, NOW + 899_999), "none");
    assert.equal(permits(circuit, NOW + 900_000), "one");
  });

  it("permits all while closed, none while open, one after its time, none beside the probe", () => {
    assert.equal(permits(closed(4), NOW), "all");
    assert.equal(permits(open(30_000), NOW + 29_999), "none");
    assert.equal(permits(open(30_000), NOW + 30_000), "one");
    assert.equal(permits(probing(open(30_000)), NOW + 30_000), "none");
  });

  it("is not touched by a start while closed", () => {
    assert.deepEqual(probing(closed(2)), closed(2));
  });
});
