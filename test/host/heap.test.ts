import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { restAfter, UNRESTED, worthCollecting } from "../../src/host/heap.ts";

const MIB = 2 ** 20;

describe("garbage", () => {
  it("is collected in the first quiet moment after a start", () => {
    const residentBytes = 60 * MIB;
    assert.equal(worthCollecting(UNRESTED, { atMs: 5000, residentBytes, cpuShare: 0.3 }), false);
    assert.equal(worthCollecting(UNRESTED, { atMs: 10_000, residentBytes, cpuShare: 0.03 }), true);
  });

  it("is left alone while memory is about what the last collection left", () => {
    const rest = restAfter(10_000, 50, 60 * MIB);
    const later = { atMs: 60_000, cpuShare: 0.01 };
    assert.equal(worthCollecting(rest, { ...later, residentBytes: 63 * MIB }), false);
    assert.equal(worthCollecting(rest, { ...later, residentBytes: 63 * MIB + 1 }), true);
  });

  it("takes at most a fiftieth of the time to collect", () => {
    const rest = restAfter(10_000, 200, 60 * MIB);
    const look = { residentBytes: 90 * MIB, cpuShare: 0 };
    assert.equal(worthCollecting(rest, { ...look, atMs: 19_999 }), false);
    assert.equal(worthCollecting(rest, { ...look, atMs: 20_000 }), true);
  });
});
