import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LineCutter, longLines } from "../../src/sources/line-cutter.ts";

const MAX = 8;

/** What any cutter must do, written plainly: whole lines up to MAX without their CR, lengths of the longer ones. */
function model(text: string): { lines: string; long: number[] } {
  const parts = text.split("\n");
  const rest = parts.pop() ?? "";
  const fits = (part: string): boolean => part.replace(/\r$/, "").length <= MAX;
  const lines = parts.filter(fits).map((part) => `${part}\n`);
  if (fits(rest)) lines.push(rest);
  const long = [...parts, rest].filter((part) => !fits(part)).map((part) => part.length);
  return { lines: lines.join(""), long };
}

const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r\n", "\r", "aaaa"), maxLength: 60 });

describe("line cutter", () => {
  it("hands on whole lines and counts long ones, over any cut of the text", () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 60 })), fc.nat({ max: 12 }), (whole, cuts, lead) => {
        let lines = "";
        const long: number[] = [];
        const cutter = new LineCutter(MAX, {
          lines: (bytes) => (lines += bytes.toString()),
          tooLong: (bytes) => void long.push(bytes),
        });
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const reused = Buffer.alloc(256);
        for (let i = 1; i < places.length; i++) {
          const length = reused.write(whole.slice(places[i - 1], places[i]), lead);
          cutter.push(reused.subarray(lead, lead + length), lead);
          reused.fill("!");
        }
        cutter.end();
        assert.deepEqual({ lines, long }, model(whole));
      }),
    );
  });

  it("finds the lines over the limit in a run of whole lines", () => {
    const bytes = Buffer.from("123456789\n12345678\n\n1234567890\n1\n");
    const found = [...longLines(bytes, 0, bytes.length, MAX)].map(({ start, end }) =>
      bytes.toString("utf8", start, end),
    );
    assert.deepEqual(found, ["123456789", "1234567890"]);
  });
});
