import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dueStep, lateSeconds, type Stand, type Told } from "../../../src/core/incidents/lifecycle.ts";

const MINUTE = 60_000;
const told: Told = { total: 10, severity: "warning", services: 1, atMs: 0, repeats: 0 };

describe("lifecycle", () => {
  const cases = [
    {
      name: "says nothing within a minute of the last word",
      told,
      total: 99,
      severity: "critical",
      at: MINUTE - 1,
      due: null,
    },
    {
      name: "says that the count has doubled",
      told,
      total: 20,
      severity: "warning",
      at: MINUTE,
      due: "update",
    },
    {
      name: "says nothing of less than a doubling",
      told,
      total: 19,
      severity: "warning",
      at: MINUTE,
      due: null,
    },
    { name: "says that the severity rose", told, total: 11, severity: "critical", at: MINUTE, due: "update" },
    {
      name: "repeats after half an hour",
      told,
      total: 11,
      severity: "warning",
      at: 30 * MINUTE,
      due: "repeat",
    },
    {
      name: "repeats the second time after an hour",
      told: { ...told, repeats: 1 },
      total: 11,
      severity: "warning",
      at: 59 * MINUTE,
      due: null,
    },
    {
      name: "repeats at least every four hours",
      told: { ...told, repeats: 9 },
      total: 11,
      severity: "warning",
      at: 240 * MINUTE,
      due: "repeat",
    },
  ] as const;
  for (const { name, told: before, total, severity, at, due } of cases) {
    it(name, () => {
      const stand = { total, severity, services: 1 };
      assert.equal(dueStep(before, stand, 30 * MINUTE, at)?.event ?? null, due);
    });
  }

  it("says why it speaks up: what is graver before a further service before growth", () => {
    const stepOf = (now: Partial<Stand>) =>
      dueStep(told, { total: 20, severity: "warning", services: 1, ...now }, 30 * MINUTE, MINUTE)?.step;
    assert.equal(stepOf({}), "growth");
    assert.equal(stepOf({ services: 2 }), "new_service");
    assert.equal(stepOf({ services: 2, severity: "critical" }), "severity");
  });

  it("repeats as often as the rule asks, and never twice as late beyond four hours", () => {
    const stand = { total: 11, severity: "warning", services: 1 } as const;
    const due = (repeats: number, repeatMs: number, at: number) =>
      dueStep({ ...told, repeats }, stand, repeatMs, at)?.event ?? null;
    assert.equal(due(0, 5 * MINUTE, 5 * MINUTE - 1), null);
    assert.equal(due(0, 5 * MINUTE, 5 * MINUTE), "repeat");
    assert.equal(due(1, 5 * MINUTE, 9 * MINUTE), null);
    assert.equal(due(9, 5 * MINUTE, 240 * MINUTE), "repeat");
    assert.equal(due(0, 24 * 60 * MINUTE, 240 * MINUTE), null, "who asks for a day gets a day");
  });

  it("calls the ordinary delay of a log not late", () => {
    assert.equal(lateSeconds(0, 61_000), 0, "that a silent log has no more to say is known after a minute");
    assert.equal(lateSeconds(0, 90_000), 90);
    assert.equal(lateSeconds(0, 1_680_500), 1680);
  });
});
