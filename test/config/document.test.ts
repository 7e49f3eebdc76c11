import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readDocument } from "../../src/config/document.ts";
import { formatPlace } from "../../src/config/finding.ts";

const env = { HOST: "mx.example", BAD: "x: [" };

async function problemsOf(text: string): Promise<readonly string[]> {
  const { problems } = await readDocument(text, env);
  return problems.map(({ position, place, message }) =>
    [position?.line, position?.column, `${formatPlace(place)} ${message}`.trim()].join(":"),
  );
}

describe("document", () => {
  it("remembers where every key and value stands", async () => {
    const document = await readDocument("a: 1\nlist:\n  - x: 2\n    y: {z: 3}\n", env);
    assert.deepEqual(document.position(["list", 0, "y", "z"], "key"), { line: 4, column: 9 });
    assert.deepEqual(document.position(["list", 0, "y", "z"], "value"), { line: 4, column: 12 });
    assert.deepEqual(document.position(["list", 0], "key"), { line: 3, column: 5 });
    assert.deepEqual(document.position(["list", 0, "none", "at all"], "value"), { line: 3, column: 5 });
  });

  it("reads YAML 1.2: no is a text, 0o17 and 1e3 are numbers, a time is a text", async () => {
    const { value } = await readDocument("[no, yes, on, 0o17, 1e3, 2026-01-01, ~, true]", env);
    assert.deepEqual(value, ["no", "yes", "on", 15, 1000, "2026-01-01", null, true]);
  });

  it("replaces variables in values, and takes what they hold as text", async () => {
    const { value, problems } = await readDocument('a: ${HOST}\nb: "${BAD}"\n${HOST}: c', env);
    assert.deepEqual({ ...(value as object) }, { a: "mx.example", b: "x: [", "${HOST}": "c" });
    assert.deepEqual(problems, []);
  });

  it("follows aliases, and places their values where they are used", async () => {
    const document = await readDocument('a: &x {k: "${HOST}"}\nb: *x', env);
    assert.deepEqual(document.position(["b", "k"], "value"), { line: 1, column: 11 });
    assert.deepEqual(document.variables(["b", "k"]), ["HOST"]);
  });

  it("gives keys like __proto__ no meaning", async () => {
    const { value } = await readDocument("__proto__: {polluted: 1}\nconstructor: 2", env);
    assert.deepEqual(Object.keys(value as object), ["__proto__", "constructor"]);
    assert.equal(Reflect.get({}, "polluted"), undefined);
  });

  const cases: readonly (readonly [name: string, text: string, ...problems: string[]])[] = [
    ["nothing at all", ""],
    ["a duplicate key", "a: 1\nb: 2\na: 3", "3:1:a the key is given twice, first in line 1"],
    [
      "every further duplicate",
      "x: {a: 1, a: 2, a: 3}",
      "1:11:x.a the key is given twice, first in line 1",
      "1:17:x.a the key is given twice, first in line 1",
    ],
    ["a duplicate in another spelling", '1: a\n"1": b', '2:1:["1"] the key is given twice, first in line 1'],
    ["a tab that indents", "a:\n\tb: 1", "2:1:tabs cannot indent; use spaces"],
    ["a second document", "a: 1\n---\nb: 2", "2:1:expected one document, found a second one"],
    ["a tag", "a: !!js/function x", "1:4:expected no tag; a text that begins with ! must stand in quotes"],
    [
      "binary data",
      "a: !!binary aGk=",
      "1:4:expected no tag; a text that begins with ! must stand in quotes",
    ],
    ["an unknown anchor", "a: *nowhere", "1:4:a expected the anchor &nowhere somewhere above, found none"],
    [
      "an anchor within itself",
      "a: &a [*a]",
      `1:7:a${"[0]".repeat(16)} expected at most 20000 values in 32 levels, found more`,
    ],
    ["a mapping as key", "{a: b}: c", "1:1:expected a text as key"],
    ["another version", "%YAML 1.1\n---\na: no", "1:1:expected YAML 1.2, found another version after %YAML"],
    [
      "a variable without its quotes in { }",
      "a: {b: ${HOST}}",
      "1:9:this is not expected here; such a text (${NAME} inside { }, too) must stand in quotes",
    ],
    ["a variable that is not set", "a: {b: '${NONE}'}", "1:8:a.b environment variable NONE is not set"],
  ];
  for (const [name, text, ...problems] of cases) {
    it(`says what is wrong with ${name}`, async () => {
      assert.deepEqual(await problemsOf(text), problems);
    });
  }

  it("ends an alias bomb as a finding", async () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 10; i += 1) {
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
    }
    const problems = await problemsOf(lines.join("\n"));
    assert.match(problems[0] ?? "", /expected at most 20000 values in 32 levels, found more/);
    assert.ok(problems.length < 5, `${problems.length} problems`);
  });

  for (const [name, text] of [
    ["brackets", "[".repeat(100_000)],
    ["closed brackets", "[".repeat(5000) + "]".repeat(5000)],
    ["mappings", "{a: ".repeat(50_000)],
    ["sequences", "- ".repeat(50_000)],
  ] as const) {
    it(`ends nested ${name} as a finding`, async () => {
      assert.ok((await problemsOf(text)).length > 0);
    });
  }
});
