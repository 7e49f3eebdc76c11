import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MAX_MATCHER_CHARACTERS, parseMatcher } from "../../../src/core/incidents/matchers.ts";

const CASES: readonly (readonly [text: string, value: string, passes: boolean])[] = [
  ["service=billing", "billing", true],
  ["service=billing", "billing-eu", false],
  ["service = billing ", "billing", true],
  ['service="a b"', "a b", true],
  ['service="say \\"a\\""', 'say "a"', true],
  ["service!=billing", "billing", false],
  ["service!=billing", "", true],
  ["service=~bill.*", "billing", true],
  ["service=~bill", "billing", false],
  ["service=~a|b", "b", true],
  ["service=~a|b", "ab", false],
  ["service!~bill.*", "billing", false],
  ["service!~bill.*", "checkout", true],
  ["service=", "", true],
];

describe("matcher", () => {
  for (const [text, value, passes] of CASES) {
    it(`${text} ${passes ? "passes" : "refuses"} ${JSON.stringify(value)}`, () => {
      const matcher = parseMatcher(text);
      assert.ok("passes" in matcher);
      assert.equal(matcher.name, "service");
      assert.equal(matcher.passes(value), passes);
    });
  }

  const refused = ["", "service", "=billing", "service=~(", "service=~a)(b", "1a=b"];
  for (const text of [...refused, `service=${"x".repeat(MAX_MATCHER_CHARACTERS)}`]) {
    it(`refuses ${text.slice(0, 20)} with a sentence`, () => {
      const matcher = parseMatcher(text);
      assert.ok("problem" in matcher);
      assert.match(matcher.problem, /^expected /);
    });
  }
});
