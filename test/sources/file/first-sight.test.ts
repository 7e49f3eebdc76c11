import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startOf } from "../../../src/sources/file/first-sight.ts";
import type { Sight, Start } from "../../../src/sources/file/first-sight.ts";

const SIGHT: Sight = {
  follow: true,
  starting: true,
  pathKnown: false,
  from: "end",
  ctimeMs: 0,
  mtimeMs: 0,
  lastCommitMs: null,
  rotatedName: false,
};
const END: Start = { at: "end" };
const NEWS: Start = { at: "beginning", history: false };
const HISTORY: Start = { at: "beginning", history: true };
const COMMIT = { pathKnown: true, lastCommitMs: 100_000 };

const CASES: readonly [string, Partial<Sight>, Start][] = [
  ["the first start ever finds it", {}, END],
  ["the first start ever finds it with from: beginning", { from: "beginning" }, HISTORY],
  ["it appears later", { starting: false }, NEWS],
  ["batch mode finds it", { follow: false }, NEWS],
  ["it changed after the last commit", { ...COMMIT, ctimeMs: 100_001 }, NEWS],
  ["it came just before the last commit, between two scans", { ...COMMIT, ctimeMs: 97_000 }, NEWS],
  ["it lay there long before the last commit", { ...COMMIT, ctimeMs: 50_000 }, END],
  ["its path is new to the source", { lastCommitMs: 100_000, ctimeMs: 100_001 }, END],
  [
    "rotation only shifted its name",
    { ...COMMIT, rotatedName: true, ctimeMs: 100_001, mtimeMs: 50_000 },
    END,
  ],
  [
    "it was written and rotated since",
    { ...COMMIT, rotatedName: true, ctimeMs: 100_001, mtimeMs: 100_001 },
    NEWS,
  ],
];

describe("first sight", () => {
  for (const [name, sight, expected] of CASES) {
    it(`begins at the ${expected.at} when ${name}`, () => {
      assert.deepEqual(startOf({ ...SIGHT, ...sight }), expected);
    });
  }
});
