import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dueStep, lateSeconds, type Told } from "../../../src/core/incidents/lifecycle.ts";

const MINUTE = 60_000;
const told: Told = { total: 10, severity: "warning", atMs: 0, repeats: 0 };

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
    it(name, () => assert.equal(dueStep(before, total, severity, at), due));
  }

  it("calls the ordinary delay of a log not late", () => {
    assert.equal(lateSeconds(0, 59_999), 0);
    assert.equal(lateSeconds(0, 60_000), 60);
    assert.equal(lateSeconds(0, 1_680_500), 1680);
  });
});
