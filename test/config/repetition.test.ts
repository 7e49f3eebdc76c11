import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nestsRepetition } from "../../src/settings/repetition.ts";

describe("repetition", () => {
  const nested = [
    "(a+)+",
    "(a*)*$",
    "^(?:[a-z]+\\s?)+$",
    "((x)*y)*",
    "(?<n>a{2,})+",
    "(a+b|c)*?",
    "(\\)a+)+",
    "([)]a+)+",
  ];
  for (const source of nested) {
    it(`is nested in ${source}`, () => {
      assert.equal(nestsRepetition(source), true);
    });
  }

  const plain = [
    "",
    "^/v[12]/",
    "a+b*c",
    "(a|b)+",
    "(a{3})+",
    "(a+){3}",
    "(a+)?b+",
    "(\\+)+",
    "([+*])+",
    "(\\(a)+b+",
    "a)+b+",
  ];
  for (const source of plain) {
    it(`is not nested in ${JSON.stringify(source)}`, () => {
      assert.equal(nestsRepetition(source), false);
    });
  }
});
