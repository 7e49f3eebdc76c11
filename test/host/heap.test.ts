import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { restAfter, restAt, UNRESTED, worthCollecting } from "../../src/host/heap.ts";

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

  it("takes at most a five-hundredth of the time to collect while a log is followed", () => {
    const rest = restAfter(10_000, 40, 60 * MIB);
    const look = { residentBytes: 90 * MIB, cpuShare: 0.03 };
    assert.equal(worthCollecting(rest, { ...look, atMs: 29_999 }), false);
    assert.equal(worthCollecting(rest, { ...look, atMs: 30_000 }), true);
  });

  it("is collected as soon as a load is over", () => {
    const rest = restAfter(10_000, 40, 60 * MIB);
    const load = { atMs: 15_000, residentBytes: 90 * MIB, cpuShare: 0.5 };
    const after = { atMs: 20_000, residentBytes: 90 * MIB, cpuShare: 0.05 };
    assert.equal(worthCollecting(restAt(rest, load), after), true);
    assert.equal(worthCollecting(restAt(rest, { ...load, cpuShare: 0.09 }), after), false);
  });

  it("is measured against the least that was resident since", () => {
    const rest = restAt(restAfter(10_000, 1, 60 * MIB), {
      atMs: 15_000,
      residentBytes: 55 * MIB,
      cpuShare: 0,
    });
    assert.equal(worthCollecting(rest, { atMs: 20_000, residentBytes: 59 * MIB, cpuShare: 0 }), true);
  });
});
