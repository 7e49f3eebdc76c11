// The recipe of the image, read line by line: what matters is pinned here, where there is no Docker engine to build it with.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

const root = new URL("../../", import.meta.url);

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** Instructions with continued lines joined and comments left out. */
function instructions(text: string): Instruction[] {
  const plain = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n/g, " ");
  return plain
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [word = "", ...rest] = line.trim().split(/\s+/);
      return { word, rest: rest.join(" ") };
    });
}

/** What the one instruction of this word says. */
function only(word: string, among: readonly Instruction[]): string {
  const found = among.filter((instruction) => instruction.word === word);
  assert.equal(found.length, 1, `one ${word}`);
  return found[0]?.rest ?? "";
}

/** What an environment says to the allocator of the C library. */
function ofMalloc(environment: string): readonly string[] {
  return environment.match(/\bMALLOC_\w+=\S+/g) ?? [];
}

describe("Dockerfile", () => {
  const unit = readFileSync(new URL("systemd/revokewatch.service", root), "utf8");
  const all = instructions(readFileSync(new URL("Dockerfile", root), "utf8"));
  const stages = all.flatMap(({ word }, at) => (word === "FROM" ? [at] : []));
  const final = all.slice(stages.at(-1));
  it("has two stages on the same pinned slim base of Node 26", () => {
    const bases = all.filter(({ word }) => word === "FROM").map(({ rest }) => rest.split(" ")[0] ?? "");
    assert.equal(bases.length, 2);
    assert.equal(new Set(bases).size, 1);
    assert.match(bases[0] ?? "", /^node:26\.\d+\.\d+-[a-z]+-slim$/);
  });

  it("installs exactly the lock file, without scripts of packages, and builds", () => {
    const build = all.slice(0, stages[1]);
    const runs = build.filter(({ word }) => word === "RUN").map(({ rest }) => rest);
    assert.equal(runs[0], "npm ci --ignore-scripts");
    assert.match(runs[1] ?? "", /npm run build/);
  });

  it("takes only the bundle and an empty state directory into the image", () => {
    const copies = final.filter(({ word }) => word === "COPY" || word === "ADD").map(({ rest }) => rest);
    assert.deepEqual(copies, [
      "--from=build /build/dist /app/dist",
      "--from=build --chown=65532:65532 /empty /var/lib/revokewatch",
    ]);
  });

  it("runs as a user that is not root, and no instruction after that needs to be", () => {
    assert.equal(only("USER", final), "65532:65532");
    const after = final.slice(final.findIndex(({ word }) => word === "USER"));
    assert.ok(!after.some(({ word }) => word === "RUN"));
  });

  it("starts in exec form, so that node is the process that gets the signals", () => {
    const [program, ...args] = JSON.parse(only("ENTRYPOINT", final)) as string[];
    assert.deepEqual([program, args.at(-1)], ["node", "/app/dist/main.js"]);
    assert.deepEqual(JSON.parse(only("CMD", final)), ["run"]);
    assert.equal(only("STOPSIGNAL", final), "SIGTERM");
  });

  it("checks its health with the program itself, in exec form", () => {
    const command = only("HEALTHCHECK", final).replace(/^.*? CMD /, "");
    assert.deepEqual(JSON.parse(command), ["node", "/app/dist/main.js", "healthcheck"]);
  });

  it("leaves no package manager in the image", () => {
    const runs = final.filter(({ word }) => word === "RUN").map(({ rest }) => rest);
    assert.match(runs.join("\n"), /rm -rf .*node_modules.*\/npm .*\/npx /);
  });

  it("is production, bounds the allocator as the unit does, says where state goes, and keeps no secret", () => {
    const env = only("ENV", final);
    assert.match(env, /NODE_ENV=production/);
    for (const setting of ofMalloc(env)) assert.ok(unit.includes(setting), setting);
    assert.equal(ofMalloc(env).length, 2);
    assert.match(env, /STATE_DIRECTORY=\/var\/lib\/revokewatch/);
    for (const { word, rest } of all) {
      if (word === "ENV" || word === "ARG") assert.doesNotMatch(rest, /token|secret|password/i);
    }
  });

  it("says in its labels what it is, and which version by default", () => {
    const { version, license } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    assert.match(only("LABEL", final), new RegExp(`image\\.licenses="${license}"`));
    assert.ok(final.some(({ word, rest }) => word === "ARG" && rest === `VERSION=${version}`));
  });
});

describe(".dockerignore", () => {
  it("leaves everything out but what the build copies", () => {
    const lines = readFileSync(new URL(".dockerignore", root), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    assert.equal(lines[0], "*");
    const build = instructions(readFileSync(new URL("Dockerfile", root), "utf8"));
    const copied = build
      .filter(({ word, rest }) => word === "COPY" && !rest.startsWith("--from"))
      .flatMap(({ rest }) => rest.split(" ").slice(0, -1));
    assert.deepEqual(
      lines.slice(1),
      copied.map((name) => `!${name}`),
    );
  });
});
