// The WebAssembly pass against its plain twin, and the generated module against its source.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { BUCKETS, chooseBuckets } from "../../../src/core/lines/fingerprint.ts";
import { PlainScan, type Scan } from "../../../src/core/lines/scan.ts";
import { createScan, SimdScan } from "../../../src/core/lines/scan-simd.ts";

const LF = 0x0a;

/** Starts of the lines that hold a needle, and the number of LFs in all. */
function linesFound(scan: Scan, bytes: Buffer): { readonly starts: number[]; readonly lines: number } {
  scan.open(bytes);
  const starts: number[] = [];
  let lines = 0;
  for (let from = 0; from < bytes.length;) {
    const place = scan.next(from);
    lines += scan.passed;
    if (place === bytes.length) break;
    starts.push(bytes.lastIndexOf(LF, place) + 1);
    const end = bytes.indexOf(LF, place);
    if (end === -1) break;
    lines += 1;
    from = end + 1;
  }
  return { starts, lines };
}

/** The same by splitting: what both scans must find. */
function linesByText(
  needles: readonly string[],
  text: string,
): { readonly starts: number[]; readonly lines: number } {
  const starts: number[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    if (needles.some((needle) => line.includes(needle))) starts.push(at);
    at += line.length + 1;
  }
  return { starts, lines: text.split("\n").length - 1 };
}

const needle = fc.string({ unit: fc.constantFrom("a", "b", "k", "_"), minLength: 3, maxLength: 20 });
const text = fc
  .array(fc.string({ unit: fc.constantFrom("a", "b", "k", "_", "q", "\n"), maxLength: 90 }))
  .map((pieces) => pieces.join(""));

describe("scan", () => {
  it("finds by SIMD and in plain JavaScript the lines that splitting finds, and counts the same", () => {
    fc.assert(
      fc.property(fc.array(needle, { minLength: 1, maxLength: 20 }), text, (needles, all) => {
        const bytes = Buffer.from(all, "latin1");
        const expected = linesByText(needles, all);
        assert.deepEqual(linesFound(new SimdScan(needles), bytes), expected);
        assert.deepEqual(linesFound(new PlainScan(needles), bytes), expected);
      }),
      { numRuns: 300 },
    );
  });

  it("finds the same in its room as in memory that it must copy", () => {
    fc.assert(
      fc.property(fc.array(needle, { minLength: 1, maxLength: 20 }), text, fc.nat(99), (needles, all, at) => {
        const scan = new SimdScan(needles);
        // What stands around the chunk is an older chunk's, and holds needles.
        scan.room.fill(needles.join(""));
        const inRoom = scan.room.subarray(at, at + scan.room.write(all, at, "latin1"));
        assert.deepEqual(linesFound(scan, inRoom), linesByText(needles, all));
        assert.deepEqual(linesFound(scan, Buffer.from(all, "latin1")), linesByText(needles, all));
      }),
      { numRuns: 300 },
    );
  });

  it("scans a room that is full to its end", () => {
    const scan = new SimdScan(["api_key_revoked"]);
    scan.room.fill("x");
    scan.room.write("\napi_key_revoked", scan.room.length - 16);
    assert.deepEqual(linesFound(scan, scan.room), { starts: [scan.room.length - 15], lines: 1 });
  });

  it("counts more newlines than a lane of a byte holds", () => {
    for (const scan of [new SimdScan(["abc"]), new PlainScan(["abc"])]) {
      for (const length of [4063, 4064, 4065, 8192, 100_001]) {
        assert.deepEqual(linesFound(scan, Buffer.alloc(length, "\n")), { starts: [], lines: length });
      }
    }
  });

  it("finds a needle wherever the border of a window cuts it", () => {
    const scan = new SimdScan(["api_key_revoked"]);
    const window = 128 * 1024;
    for (let shift = -70; shift <= 70; shift += 1) {
      const bytes = Buffer.alloc(2 * window + 100, "x");
      bytes.write("\n", 10);
      bytes.write("api_key_revoked", window + shift);
      assert.deepEqual(linesFound(scan, bytes), { starts: [11], lines: 1 }, `needle at ${window + shift}`);
    }
  });

  it("does not find what an earlier chunk left in memory", () => {
    const scan = new SimdScan(["api_key_revoked"]);
    linesFound(scan, Buffer.from("xxxx api_key_revoked\n"));
    assert.deepEqual(linesFound(scan, Buffer.from("xxxx api_key_re")), { starts: [], lines: 0 });
    assert.deepEqual(linesFound(scan, Buffer.from("xxxx ")), { starts: [], lines: 0 });
  });

  it("sees bytes over 127 as themselves", () => {
    const bytes = Buffer.from("é\u00a0api_key_revoked€\n\ufffd\n");
    assert.deepEqual(linesFound(new SimdScan(["api_key_revoked"]), bytes), { starts: [0], lines: 2 });
  });

  it("is the SIMD pass on this machine", () => {
    assert.ok(createScan(["abc"]) instanceof SimdScan);
  });
});

describe("fingerprints", () => {
  it("give needles with a common rare run one bucket", () => {
    const needles = ["api_key_revoked", "This API key has been revoked", "Asterwise key revoked"];
    const buckets = chooseBuckets(needles.map((each) => Buffer.from(each)));
    assert.equal(buckets.length, 1);
    assert.equal(buckets[0]?.length, 3);
  });

  it("give every needle a place, however many there are", () => {
    const needles = Array.from({ length: 300 }, (_, i) =>
      Buffer.from(`${i}-${String.fromCharCode(97 + (i % 26))}${i * 7919}`),
    );
    const buckets = chooseBuckets(needles);
    assert.ok(buckets.length <= BUCKETS);
    assert.equal(buckets.flat().length, needles.length);
    const text = needles.map((each) => `${each.toString()}\n`).join("");
    const found = linesFound(new SimdScan(needles.map(String)), Buffer.from(text));
    assert.equal(found.starts.length, needles.length);
  });
});
