// The table of bounds in docs/limits.md says what the code says.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** Units of the page in bytes or milliseconds; words after a bare number are for people. */
const UNITS: Readonly<Record<string, number>> = {
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

interface Bound {
  readonly name: string;
  readonly path: string;
  readonly value: number;
}

function boundsOf(page: string): readonly Bound[] {
  const rows = page.matchAll(/^\|[^|]+\| (\d+)(?: (\w+))? \| `([A-Z_]+)` in `([^`]+)` \|/gm);
  return [...rows].map(([, amount = "", unit = "", name = "", path = ""]) => {
    return { name, path, value: Number(amount) * (UNITS[unit] ?? 1) };
  });
}

/** The value of a constant that is written as a product or power of numbers. */
function constant(source: string, name: string): number {
  const [, text = ""] = new RegExp(`const ${name} = ([\\d_ *]+);`).exec(source) ?? [];
  const factors = text.replaceAll("_", "").split(/(?<!\*) \* (?!\*)/);
  return factors.reduce((product, factor) => {
    const [base = "", exponent = "1"] = factor.split(" ** ");
    return product * Number(base) ** Number(exponent);
  }, 1);
}

describe("limits page", () => {
  const page = read("docs/limits.md");
  const bounds = boundsOf(page);

  it("has a row that can be read for each bound", () => {
    const rows = page.match(/^\|.*` in `src\/.*\|$/gm) ?? [];
    assert.ok(rows.length > 20);
    assert.equal(bounds.length, rows.length);
  });

  for (const { name, path, value } of bounds) {
    it(`gives ${name} of ${path} as it is`, () => {
      assert.ok(existsSync(new URL(path, root)), path);
      assert.equal(constant(read(path), name), value);
    });
  }
});
