import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { checkVerb } from "../../src/cli/check.ts";
import { type Invocation, UsageError } from "../../src/cli/verb.ts";
import { tempFolder } from "../support/temp-folder.ts";

const EXAMPLE = join(import.meta.dirname, "../../config/revokewatch.example.yaml");

interface Asked {
  readonly values?: Invocation["values"];
  readonly env?: Invocation["env"];
}

async function check(positionals: readonly string[], { values = {}, env = {} }: Asked = {}) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await checkVerb.run({
    values,
    positionals,
    env,
    stdin: stdin as unknown as Invocation["stdin"],
    stdout: stdout as unknown as Invocation["stdout"],
    stderr: stderr as unknown as Invocation["stderr"],
    signal: new AbortController().signal,
  });
  stdout.end();
  return { code, lines: (await text(stdout)).trimEnd().split("\n") };
}

describe("check", () => {
  it("accepts the example without a finding, and without asking anyone", async () => {
    const { code, lines } = await check([EXAMPLE], { values: { offline: true, strict: true } });
    assert.deepEqual([code, lines.length], [0, 1], lines.join("\n"));
    assert.match(
      lines[0] ?? "",
      /revokewatch\.example\.yaml: valid \(\d+ sources, \d+ rules, \d+ receivers\), 0 errors, 0 warnings$/,
    );
  });

  it("prints every finding with its line, then a summary, and exits 78", async () => {
    using folder = tempFolder();
    const file = folder.join("c.yaml");
    writeFileSync(file, "version: 1\nlgo: {}\nrules: [{name: r, notify: []}]\n");
    const { code, lines } = await check([file]);
    assert.equal(code, 78);
    assert.deepEqual(lines, [
      `${file}:2:1: error: at lgo: unknown key "lgo"; did you mean "log"?`,
      `${file}:3:27: warning: at rules[0].notify: the rule notifies nobody; its incidents show in metrics and on the page only`,
      `${file}: 1 error, 1 warning`,
    ]);
  });

  it("prints one JSON object a line on demand", async () => {
    using folder = tempFolder();
    const file = folder.join("c.yaml");
    writeFileSync(file, "version: 1\nlgo: {}\n");
    const { lines } = await check([], { values: { config: file, output: "json" } });
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [
        {
          kind: "finding",
          severity: "error",
          file,
          line: 2,
          column: 1,
          path: "lgo",
          message: 'unknown key "lgo"; did you mean "log"?',
        },
        { kind: "summary", config: file, ok: false, errors: 1, warnings: 0, failed: 0 },
      ],
    );
  });

  it("counts warnings as errors with --strict alone", async () => {
    using folder = tempFolder();
    const file = folder.join("c.yaml");
    writeFileSync(file, "version: 1\nrules: [{name: r, notify: []}]\n");
    assert.equal((await check([file], { values: { offline: true } })).code, 0);
    const { code, lines } = await check([file], { values: { offline: true, strict: true } });
    assert.deepEqual([code, lines.at(-1)], [78, `${file}: 1 error, 0 warnings`]);
  });

  it("checks the environment when there is no configuration", async () => {
    const { code, lines } = await check([], { env: { SLACK_CHANNEL: "C1" } });
    assert.deepEqual(
      [code, lines],
      [
        78,
        [
          "environment: error: expected SLACK_BOT_TOKEN beside SLACK_CHANNEL for Slack, found none",
          "defaults and environment: 1 error, 0 warnings",
        ],
      ],
    );
  });

  it("tries the state directory, secrets, files and receivers, and changes nothing", async () => {
    using folder = tempFolder();
    const file = folder.join("c.yaml");
    writeFileSync(folder.join("api.log"), "");
    writeFileSync(
      file,
      `version: 1
state_dir: ${folder.join("state/deep")}
sources:
  - {name: api, file: {paths: ["${folder.join("*.log")}", "${folder.join("none.txt")}"]}}
  - {name: old, file: {paths: ["${folder.join("old/*")}"]}}
receivers: [{name: out, console: {}}, {name: hook, slack: {webhook_url_file: token}}]
`,
    );
    const { code, lines } = await check([file]);
    assert.equal(code, 1);
    assert.deepEqual(lines, [
      `state ${folder.join("state/deep")}: ok: does not exist yet and can be created in ${folder.path}`,
      `secret ${folder.join("token")}: failed: cannot be read: ENOENT`,
      "source api: ok: 1 file can be read",
      `source api: warning: ${folder.join("none.txt")} is not there (yet)`,
      "source old: warning: no file fits its paths (yet)",
      "receiver out: ok: stdout is open",
      "receiver hook: failed: auth: cannot read the file of the webhook's address: ENOENT",
      `${file}: 0 errors, 2 warnings, 2 failed trials`,
    ]);
  });

  it("finds a state directory that cannot be", async () => {
    using folder = tempFolder();
    const file = folder.join("c.yaml");
    writeFileSync(file, `version: 1\nstate_dir: ${file}/state\n`);
    const { code, lines } = await check([file]);
    assert.equal(code, 1);
    assert.match(lines[0] ?? "", /: failed: cannot be written: ENOTDIR$/);
  });

  it("asks the provider, and repeats no secret when it cannot be reached", async () => {
    const secret = "xoxb-hunter2-correct-horse";
    const env = {
      SLACK_BOT_TOKEN: secret,
      SLACK_CHANNEL: "C1",
      SLACK_API_URL: "http://127.0.0.1:9/api/",
      HOME: "/tmp",
    };
    const { code, lines } = await check([], { env });
    assert.equal(code, 1);
    assert.match(lines.join("\n"), /^receiver slack: failed: /m);
    assert.ok(!lines.join("\n").includes("hunter2"));
  });

  it("takes one configuration", async () => {
    await assert.rejects(check(["a", "b"]), UsageError);
    await assert.rejects(check(["a"], { values: { config: "b" } }), UsageError);
  });
});
