// What the pages tell people to type and to look for is there: verbs, options, configurations, facts of the log.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { settingsOf } from "./manifest-settings.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "src/main.ts");
const written = readdirSync(join(root, "docs")).filter(
  (name) => name.endsWith(".md") && name !== "configuration.md",
);
const paths = [...written.map((name) => join("docs", name)), "deploy/README.md", "systemd/README.md"];
const pages = paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** Commands in code, on a line of their own or between backticks: what follows the program's name. */
function commandsIn(text: string): readonly string[] {
  const code = [...text.matchAll(/^ {4}.*$/gm), ...text.matchAll(/`[^`\n]+`/g)].map(([found]) => found);
  return code.flatMap((found) =>
    [...found.matchAll(/(?:revokewatch|main\.(?:ts|js)) ((?:[a-z]+)(?: [^|`#\n]*)?)/g)].map(
      ([, command = ""]) => command.trim(),
    ),
  );
}

const commands = [...new Set(pages.flatMap(({ text }) => commandsIn(text)))].filter(
  // `git clone … revokewatch && …` and names of units and images.
  (command) => !/^(?:systemd|&&)/.test(command),
);

function help(...args: readonly string[]): string {
  return execFileSync(process.execPath, [main, ...args, "--help"], { encoding: "utf8" });
}

describe("pages", () => {
  const verbs = new Set([...help().matchAll(/^ {2,4}([a-z]+)\b/gm)].map(([, verb = ""]) => verb));
  const helps = new Map<string, string>();

  it("hold commands", () => {
    assert.ok(verbs.has("run") && verbs.has("explain"));
    assert.ok(commands.length >= 10);
  });

  for (const command of commands) {
    it(`may say: revokewatch ${command}`, () => {
      const [verb = "", ...args] = command.split(/\s+/);
      assert.ok(verbs.has(verb), `there is no verb ${verb}`);
      const known = helps.get(verb) ?? help(verb);
      helps.set(verb, known);
      for (const option of args.filter((arg) => /^--?[a-z]/.test(arg))) {
        assert.match(known, new RegExp(`(?:^|[ ,])${option}\\b`, "m"), `${verb} has no ${option}`);
      }
    });
  }

  for (const { path, text } of pages) {
    for (const [block] of text.matchAll(/^ {4}version: 1\n(?: {4}.*\n)+/gm)) {
      it(`show a valid configuration in ${path}`, async () => {
        const settings = await settingsOf(block.replaceAll(/^ {4}/gm, ""), { CREDENTIALS_DIRECTORY: "/run" });
        assert.ok(settings.sources.length > 0 && settings.receivers.length > 0);
      });
    }
  }

  it("name facts that stand in the log", () => {
    const folder = join(root, "src/telemetry");
    const sources = readdirSync(folder).filter((name) => name.endsWith(".ts"));
    const recorders = sources.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    const runbooks = readFileSync(join(root, "docs/runbooks.md"), "utf8");
    const facts = [...runbooks.matchAll(/facts?\s+`(\w+)`(?:\s+and\s+`(\w+)`)?/g)].flatMap(
      ([, ...names]) => names,
    );
    const named = facts.filter((name) => name !== undefined);
    assert.ok(named.length >= 9);
    for (const name of named) assert.ok(recorders.includes(`"${name}"`), name);
  });
});
