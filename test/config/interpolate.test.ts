import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { interpolate } from "../../src/config/interpolate.ts";

const env = { HOST: "mx.example", EMPTY: "", NESTED: "${HOST}", YAML: "a: [b]" };

describe("interpolate", () => {
  const cases: readonly (readonly [text: string, becomes: string])[] = [
    ["plain", "plain"],
    ["${HOST}:25", "mx.example:25"],
    ["${HOST}${HOST}", "mx.examplemx.example"],
    ["${EMPTY}", ""],
    ["${NOT_SET:-mx.other}", "mx.other"],
    ["${EMPTY:-mx.other}", "mx.other"],
    ["${HOST:-mx.other}", "mx.example"],
    ["${NOT_SET:-}", ""],
    ["${HOST:?needed}", "mx.example"],
    ["$$", "$"],
    ["$${HOST}", "${HOST}"],
    ["$$$$", "$$"],
    ["$HOST and 5$", "$HOST and 5$"],
    ["${NESTED}", "${HOST}"],
    ["${YAML}", "a: [b]"],
  ];
  for (const [text, becomes] of cases) {
    it(`makes ${JSON.stringify(text)} into ${JSON.stringify(becomes)}`, () => {
      assert.deepEqual([interpolate(text, env).text, interpolate(text, env).faults], [becomes, []]);
    });
  }

  const faults: readonly (readonly [text: string, fault: string])[] = [
    ["${NOT_SET}", "environment variable NOT_SET is not set"],
    ["${NOT_SET:?put it into the unit}", "environment variable NOT_SET is not set: put it into the unit"],
    ["${EMPTY:?needed}", "environment variable EMPTY is not set: needed"],
    ["${", "expected ${NAME}, ${NAME:-default} or ${NAME:?message} after $ (write $$ for a plain $)"],
    ["${1X}", "expected ${NAME}, ${NAME:-default} or ${NAME:?message} after $ (write $$ for a plain $)"],
  ];
  for (const [text, fault] of faults) {
    it(`objects to ${JSON.stringify(text)}`, () => {
      assert.deepEqual(interpolate(text, env).faults, [fault]);
    });
  }

  it("names every variable that was asked for", () => {
    assert.deepEqual(interpolate("${HOST} ${NOT_SET:-x}", env).names, ["HOST", "NOT_SET"]);
  });

  it("gives any text back when its dollars are doubled", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(interpolate(text.replaceAll("$", "$$$$"), env).text, text);
      }),
    );
  });

  it("never throws, whatever the text and the variables hold", () => {
    const piece = fc.oneof(fc.constantFrom("$", "{", "}", ":-", ":?", "HOST", "EMPTY", "X"), fc.string());
    fc.assert(
      fc.property(fc.array(piece), fc.string(), (pieces, value) => {
        const { text, faults } = interpolate(pieces.join(""), { HOST: value });
        assert.equal(typeof text, "string");
        assert.ok(Array.isArray(faults));
      }),
    );
  });
});
