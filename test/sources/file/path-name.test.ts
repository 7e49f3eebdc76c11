import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { decodeName, shownPath, systemPath } from "../../../src/sources/file/path-name.ts";

describe("path names", () => {
  it("give back every name byte for byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        assert.deepEqual(Buffer.from(systemPath(decodeName(Buffer.from(bytes)))), Buffer.from(bytes));
      }),
    );
  });

  const shown: readonly [string, Buffer, string][] = [
    ["plain names as they are", Buffer.from("/var/log/äpp.log"), "/var/log/äpp.log"],
    ["line ends escaped", Buffer.from("a\nb"), "a\\nb"],
    ["terminal controls escaped", Buffer.from("a\u001b[2Jb"), "a\\x1b[2Jb"],
    ["bytes that are not UTF-8 escaped", Buffer.from([0x61, 0xff]), "a\\xff"],
    ["text that turns around escaped", Buffer.from("a\u202eb"), "a\\u{202e}b"],
  ];
  for (const [name, bytes, expected] of shown) {
    it(`show ${name}`, () => assert.equal(shownPath(decodeName(bytes)), expected));
  }
});
