import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { Discoverer } from "../../../src/sources/file/discovery.ts";

const root = mkdtempSync(join(tmpdir(), "revokewatch-glob-"));
after(() => rmSync(root, { recursive: true }));
for (const file of [
  "a.log",
  "b.log",
  "ab.log",
  ".hidden.log",
  "a.log.gz",
  "a.log~",
  "x[1].log",
  "ä.log",
  "app/one/x.log",
  "app/two/deep/x.log",
  "app/two/y.txt",
]) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), "");
}
symlinkSync("..", join(root, "app/loop"));

const CASES: readonly [pattern: string, found: readonly string[], exclude?: readonly string[]][] = [
  ["*.log", ["a.log", "ab.log", "b.log", "x[1].log", "ä.log"]],
  ["?.log", ["a.log", "b.log", "ä.log"]],
  ["[ab].log", ["a.log", "b.log"]],
  ["[!a].log", ["b.log", "ä.log"]],
  ["[a-b].log", ["a.log", "b.log"]],
  ["[ä].log", ["ä.log"]],
  ["{a,ab}.log", ["a.log", "ab.log"]],
  ["{a,{b,ab}}.log", ["a.log", "ab.log", "b.log"]],
  [".*.log", [".hidden.log"]],
  ["a.log*", ["a.log"]],
  ["app/*/x.log", ["app/one/x.log"]],
  ["app/**/x.log", ["app/one/x.log", "app/two/deep/x.log"]],
  ["app/**", ["app/one/x.log", "app/two/deep/x.log", "app/two/y.txt"]],
  ["**/*.txt", ["app/two/y.txt"]],
  ["*.log", ["a.log", "x[1].log", "ä.log"], ["*b.log"]],
  ["app/**/*.log", ["app/one/x.log"], ["**/deep/*"]],
  ["none/*.log", []],
];

describe("discovery", () => {
  for (const [pattern, expected, exclude = []] of CASES) {
    it(`expands ${pattern}${exclude.length > 0 ? ` without ${exclude.join(" ")}` : ""}`, () => {
      const discoverer = new Discoverer([join(root, pattern)], exclude);
      const found = [...discoverer.look().found].map((path) => path.slice(root.length + 1));
      assert.deepEqual(
        found.filter((path) => !path.startsWith("app/loop")),
        expected,
      );
      for (const path of expected) assert.ok(discoverer.covers(join(root, path)), path);
    });
  }

  it("takes a path that exists for itself, whatever signs it holds", () => {
    const { literal, found } = new Discoverer([join(root, "x[1].log")], []).look();
    assert.deepEqual([...literal], [join(root, "x[1].log")]);
    assert.deepEqual([...found], []);
  });

  it("takes a literal path although its ending is excluded by default", () => {
    assert.equal(new Discoverer([join(root, "a.log.gz")], []).look().literal.size, 1);
    assert.equal(new Discoverer([join(root, "a.log.gz")], ["*.gz"]).look().literal.size, 0);
  });

  it("names the directories that decide about its result", () => {
    const { directories } = new Discoverer([join(root, "app/*/x.log"), join(root, "gone/a.log")], []).look();
    assert.deepEqual([...directories].map((path) => path.slice(root.length + 1)).sort(), [
      "app",
      "app/loop",
      "app/one",
      "app/two",
      "gone",
    ]);
  });
});
