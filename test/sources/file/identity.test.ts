import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_PRINT, kinship, printMatches, printOf } from "../../../src/sources/file/identity.ts";
import type { Candidate, Identity, Kinship } from "../../../src/sources/file/identity.ts";

const KNOWN: Identity = { dev: 1n, ino: 7n, birthtimeNs: 100n, head: NO_PRINT, anchor: NO_PRINT };
const SAME: Candidate = {
  dev: 1n,
  ino: 7n,
  birthtimeNs: 100n,
  size: 500,
  headMatches: true,
  anchorMatches: true,
};

const CASES: readonly [string, Partial<Candidate>, number, Kinship][] = [
  ["inode, birth and bytes agree", {}, 400, "same"],
  ["the device number alone has changed", { dev: 9n }, 400, "same"],
  ["it is shorter than the position", { size: 399 }, 400, "truncated"],
  ["the bytes before the position differ", { anchorMatches: false }, 400, "truncated"],
  ["the first bytes differ", { headMatches: false }, 400, "truncated"],
  ["the inode number was reused", { birthtimeNs: 5n, anchorMatches: false }, 400, "other"],
  ["the file system invents birth times, and the bytes agree", { birthtimeNs: 5n }, 400, "same"],
  ["another inode holds the same bytes", { ino: 8n }, 400, "copy"],
  ["another inode holds the same header only", { ino: 8n, anchorMatches: false }, 400, "other"],
  ["another inode agrees, but the position proves nothing", { ino: 8n }, 64, "other"],
];

describe("identity", () => {
  for (const [name, candidate, offset, expected] of CASES) {
    it(`says ${expected} when ${name}`, () => {
      assert.equal(kinship(KNOWN, offset, { ...SAME, ...candidate }), expected);
    });
  }

  it("knows a prefix again and nothing else", () => {
    const print = printOf(Buffer.from("head"));
    assert.equal(printMatches(print, Buffer.from("header")), true);
    assert.equal(printMatches(print, Buffer.from("hea")), false);
    assert.equal(printMatches(print, Buffer.from("Header")), false);
    assert.equal(printMatches(NO_PRINT, Buffer.from("")), true);
  });
});
