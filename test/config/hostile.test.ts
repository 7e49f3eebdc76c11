// Whatever stands in a configuration file, the answer is settings or findings: nothing throws, nothing hangs, and no
// finding repeats a secret.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { formatFinding } from "../../src/config/finding.ts";
import type { Environment } from "../../src/config/interpolate.ts";
import { roster } from "../../src/roster.ts";
import { loadSettings } from "../../src/settings.ts";
import { tempFolder } from "../support/temp-folder.ts";

const SECRET = "hunter2-correct-horse";
const ENV: Environment = { SECRET, URL: `https://hooks.example/${SECRET}`, WORD: "info", HOME: "/home/u" };

/** A configuration with everything in it, in which the generator breaks things. */
const WHOLE = `version: 1
state_dir: /state
sources:
  - name: a
    file: {paths: ["/x/*.log"], poll: 1s}
    labels: {service: s}
rules:
  - name: r
    match: {codes: [x], where: {a: {regex: "^x"}, b: 1}}
    threshold: {count: 20, window: 5m}
    notify: [s, w]
receivers:
  - name: s
    slack: {token: "${SECRET}", channel: C1}
    fallback: w
  - name: w
    webhook: {url: "https://hooks.example/${SECRET}", secret: "\${SECRET}", headers: {Authorization: "Bearer ${SECRET}"}}
  - name: m
    email: {host: h, username: u, password: ${SECRET}, from: a@x.example, to: [b@x.example]}
http: {listen: "127.0.0.1:1"}
log: {level: "\${WORD}"}
`;

const NASTY = [
  "{",
  "}",
  "[",
  "]",
  ":",
  ": ",
  "- ",
  "\n",
  "\n  ",
  "\t",
  "&a ",
  "*a",
  "!!binary ",
  "|",
  ">",
  "'",
  '"',
  "#",
  "%YAML 1.1\n",
  "---\n",
  "...\n",
  "<<: ",
  "? ",
  "~",
  "null",
  "__proto__: ",
  "\u0000",
  "\u202e",
  "\ufeff",
  "${",
  "${SECRET}",
  "${NONE}",
  "$$",
  "1e999",
  "-.inf",
  "0x",
  "9".repeat(400),
  `"${SECRET}`,
  "\\x",
  "\r",
];

/** The valid text with pieces cut out and nasty ones put in. */
const broken = fc
  .array(
    fc.record({
      at: fc.nat(WHOLE.length),
      cut: fc.oneof(fc.constant(0), fc.nat(40)),
      put: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "binary", maxLength: 8 })),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) =>
    edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), WHOLE),
  );

async function load(text: string): Promise<readonly string[]> {
  using folder = tempFolder();
  writeFileSync(folder.join("c"), text);
  const loaded = await loadSettings({ configPath: "c", env: ENV, cwd: folder.path, roster });
  assert.equal(
    loaded.settings === null,
    loaded.findings.some(({ severity }) => severity === "error"),
  );
  return loaded.findings.map(formatFinding);
}

describe("a hostile configuration", () => {
  it("starts from one without errors", async () => {
    const findings = await load(WHOLE);
    assert.deepEqual(
      findings.filter((finding) => !finding.includes(": warning: ")),
      [],
    );
  });

  it("never throws and never shows a secret, however a valid one is broken", async () => {
    await fc.assert(
      fc.asyncProperty(broken, async (text) => {
        const findings = (await load(text)).join("\n");
        assert.ok(!findings.includes("hunter2-"), findings);
        assert.ok(!/[^\P{C}\n]/u.test(findings), "no control characters");
      }),
      { numRuns: 400 },
    );
  });

  it("does not show a value that is glued to its key", async () => {
    for (const glued of [
      `headers: {Authorization:"Bearer ${SECRET}"}`,
      `"token:${SECRET}": 1`,
      `'a ${SECRET}': 1`,
      `pa${SECRET}: 1`,
      `pa${SECRET.replace("-", "-$$$$")}: 1`,
    ]) {
      const findings = (await load(WHOLE.replace(/headers: \{.*?\}/, glued))).join("\n");
      assert.match(findings, /: error: /);
      assert.ok(!findings.includes("hunter2-"), findings);
    }
  });

  it("never throws on any text at all", async () => {
    const any = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc
        .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 5 })), { maxLength: 60 })
        .map((all) => all.join("")),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(any, async (text) => {
        assert.ok((await load(text)).length > 0, "no such text is a configuration");
      }),
      { numRuns: 300 },
    );
  });

  it("never throws on values of the wrong shape in every place", async () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const key = fc.constantFrom(
      "name",
      "file",
      "slack",
      "match",
      "where",
      "notify",
      "threshold",
      "token",
      "token_file",
      "x",
    );
    const entry = fc.oneof(fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value))), value);
    const document = fc.record(
      {
        version: fc.oneof(fc.constant(1), value),
        sources: fc.oneof(fc.array(entry), value),
        rules: fc.oneof(fc.array(entry), value),
        receivers: fc.oneof(fc.array(entry), value),
        http: entry,
        log: entry,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(document, async (values) => {
        await load(JSON.stringify(values));
      }),
      { numRuns: 300 },
    );
  });

  // What takes a second here at 64 KiB takes minutes at 1 MiB if it is quadratic, and some seconds if it is not.
  for (const unit of [
    "a: b\n",
    "- ",
    "- x\n",
    "? ",
    "&a *a ",
    "- &a x\n- *a\n",
    "[",
    "{a: ",
    '"',
    "#\n",
    "${",
  ]) {
    it(`of 64 KiB of ${JSON.stringify(unit)} is judged at once`, async () => {
      // Quadratic takes minutes here; CPU time, since other processes may have the machine.
      const began = process.cpuUsage();
      await load(unit.repeat(2 ** 16 / unit.length));
      const { user, system } = process.cpuUsage(began);
      assert.ok(user + system < 20e6, `${(user + system) / 1e6} s`);
    });
  }
});
