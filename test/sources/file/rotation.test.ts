import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FileLook, Look } from "../../../src/sources/file/look.ts";
import { judge } from "../../../src/sources/file/rotation.ts";
import type { AnchorEvidence, Held, Verdict } from "../../../src/sources/file/rotation.ts";

const HELD: Held = {
  dev: 1n,
  ino: 7n,
  birthtimeNs: 100n,
  offset: 50,
  size: 60,
  mtimeNs: 1000n,
  fresh: false,
  nlink: 1,
};
const LOOK: FileLook = {
  kind: "file",
  dev: 1n,
  ino: 7n,
  birthtimeNs: 100n,
  size: 60,
  mtimeNs: 1000n,
  ctimeNs: 1000n,
  nlink: 1,
  fresh: false,
};

const CASES: readonly [string, Partial<Held>, Partial<FileLook> | Look, AnchorEvidence, Verdict][] = [
  ["nothing has changed", {}, {}, "unasked", "unchanged"],
  ["it has grown", {}, { size: 61 }, "unasked", "grown"],
  ["only its time has changed", {}, { mtimeNs: 1001n }, "unasked", "verify"],
  ["only its time has changed and the bytes agree", {}, { mtimeNs: 1001n }, "same", "grown"],
  ["it has the same length and other bytes", {}, { mtimeNs: 1001n }, "differs", "rewritten"],
  ["the last change was too fresh to trust an equal time", { fresh: true }, {}, "unasked", "verify"],
  ["it is shorter than the position", {}, { size: 49 }, "unasked", "truncated"],
  ["it is as long as the position, which is shorter than before", {}, { size: 50 }, "unasked", "verify"],
  ["it is larger than before and has other bytes", {}, { size: 99 }, "differs", "rewritten"],
  ["another inode stands there", {}, { ino: 8n }, "unasked", "replaced"],
  ["a shorter file with another inode stands there", {}, { ino: 8n, size: 1 }, "unasked", "replaced"],
  [
    "the same inode number on another device, born at another time",
    {},
    { dev: 2n, birthtimeNs: 5n },
    "unasked",
    "replaced",
  ],
  ["only the device number has changed", {}, { dev: 2n }, "unasked", "unchanged"],
  [
    "the inode number was reused while its descriptor was closed",
    { nlink: null },
    { birthtimeNs: 5n },
    "unasked",
    "replaced",
  ],
  ["the birth time moves while the descriptor is held", {}, { birthtimeNs: 5n }, "unasked", "unchanged"],
  ["the path is gone and the inode has a name", {}, { kind: "missing" }, "unasked", "moved"],
  ["the path is gone and the inode has no name", { nlink: 0 }, { kind: "missing" }, "unasked", "deleted"],
  ["the path is gone and the descriptor closed", { nlink: null }, { kind: "missing" }, "unasked", "moved"],
  ["a directory stands there", {}, { kind: "irregular", code: "EISDIR" }, "unasked", "irregular"],
  ["it may not be looked at", {}, { kind: "unobservable", code: "EACCES" }, "unasked", "unobservable"],
];

describe("rotation", () => {
  for (const [name, held, look, anchor, verdict] of CASES) {
    it(`judges ${verdict} when ${name}`, () => {
      assert.equal(judge({ ...HELD, ...held }, { ...LOOK, ...look } as Look, anchor), verdict);
    });
  }
});
