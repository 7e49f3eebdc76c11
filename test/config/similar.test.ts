import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closest, distance } from "../../src/config/similar.ts";

const KNOWN = ["sources", "rules", "receivers", "http", "links", "log"];

describe("similar", () => {
  const distances: readonly (readonly [a: string, b: string, d: number])[] = [
    ["", "", 0],
    ["port", "port", 0],
    ["port", "prot", 2],
    ["port", "ports", 1],
    ["port", "", 4],
    ["kitten", "sitting", 3],
  ];
  for (const [a, b, d] of distances) {
    it(`puts ${d} between "${a}" and "${b}"`, () => {
      assert.equal(distance(a, b), d);
      assert.equal(distance(b, a), d);
    });
  }

  const words: readonly (readonly [word: string, meant: string | null])[] = [
    ["reciever", null],
    ["recievers", "receivers"],
    ["Rules", "rules"],
    ["lgo", "log"],
    ["rulebook", null],
    ["x", null],
    ["", null],
    ["s".repeat(10_000), null],
  ];
  for (const [word, meant] of words) {
    it(`takes "${word.slice(0, 12)}" for ${meant ?? "nothing"}`, () => {
      assert.equal(closest(word, KNOWN), meant);
    });
  }
});
