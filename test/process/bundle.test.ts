// The compiled program, as it is deployed: what only bundling can break. Libraries that are loaded on demand have their
// names, and no part that was left out is asked for.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, globSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { compiled } from "../support/compiled.ts";
import { start } from "../support/daemon.ts";
import { fakeSlack } from "../support/fake-slack.ts";
import { fakeSmtp } from "../support/fake-smtp.ts";
import { burst } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const CHANNEL = "C0123456789";

describe("the compiled program", () => {
  const folder = tempFolder();
  after(() => folder[Symbol.dispose]());

  it("reads a configuration, and delivers by Slack's client and by SMTP", async () => {
    await using slack = await fakeSlack();
    await using smtp = await fakeSmtp();
    const config = folder.join("revokewatch.yaml");
    writeFileSync(
      config,
      `version: 1
rules: [{name: api_key_revoked, threshold: {count: 5, window: 1m}}]
receivers:
  - {name: oncall, slack: {token: xoxb-fake, channel: ${CHANNEL}, api_url: "${slack.url}"}}
  - {name: lead, email: {host: 127.0.0.1, port: ${smtp.port}, tls: none, from: a@example.com, to: [b@example.com]}}
`,
    );
    const log = folder.join("api.log");
    writeFileSync(log, burst(30, Date.now() - 1000, 10));
    const { code, stderr } = await start([
      "run",
      "--config",
      config,
      "--no-follow",
      "--no-state",
      "--no-http",
      "--from",
      "beginning",
      log,
    ]).finished();
    assert.equal(code, 0, stderr);
    assert.equal(slack.channel(CHANNEL).length, 1);
    assert.equal(smtp.accepted.length, 1);
  });

  it("answers a scrape with its own metrics and those of the process", async (t) => {
    const daemon = start(["run", "--no-state", "--listen", "127.0.0.1:0", folder.join("none.log")]);
    t.after(() => void daemon.stop("SIGKILL"));
    const url = await daemon.watching();
    const metrics = await (await fetch(`${url}/metrics`)).text();
    assert.match(metrics, /^revokewatch_build_info\{/m);
    assert.match(metrics, /^process_cpu_seconds_total /m);
    // Of the garbage collector only its family is sure: there are no numbers before it has run.
    assert.match(metrics, /^# TYPE nodejs_gc_duration_seconds histogram$/m);
    assert.equal((await daemon.stop()).code, 0);
  });

  it("is plain ASCII, as it is loaded, and shows other letters as they are", async (t) => {
    for (const path of globSync(`${compiled()}/*.js`)) {
      assert.equal(
        readFileSync(path).findIndex((byte) => byte > 0x7f),
        -1,
        path,
      );
    }
    const log = folder.join("letters.log");
    writeFileSync(log, burst(9, Date.now() - 1000, 10));
    const config = folder.join("letters.yaml");
    writeFileSync(
      config,
      "version: 1\nrules: [{name: api_key_revoked, threshold: {count: 5, window: 1m}}]\n",
    );
    const daemon = start([
      "run",
      "--config",
      config,
      "--no-state",
      "--listen",
      "127.0.0.1:0",
      "--from",
      "beginning",
      log,
    ]);
    t.after(() => void daemon.stop("SIGKILL"));
    const url = await daemon.watching();
    const page = await daemon.until("the incident on the page", async () => {
      const text = await (await fetch(`${url}/`)).text();
      return text.includes("1 open incident") && text;
    });
    assert.match(page, /running since [^·]* · this page/);
    assert.doesNotMatch(page, /[ÂÃâ]/);
  });

  it("is loaded from the code caches of its build, and without them all the same", () => {
    cpSync(compiled(), folder.join("dist"), { recursive: true });
    const hook = folder.join("hook.cjs");
    writeFileSync(
      hook,
      `const vm = require("node:vm");
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    process.stderr.write(String(this.cachedDataRejected));
  }
};`,
    );
    const version = (): { stdout: string; stderr: string } =>
      spawnSync(process.execPath, ["--require", hook, folder.join("dist/main.js"), "--version"], {
        encoding: "utf8",
      });
    const cached = version();
    assert.equal(cached.stderr, "false");
    for (const path of globSync(folder.join("dist/*.cache"))) renameSync(path, `${path}.away`);
    const compiledAnew = version();
    for (const path of globSync(folder.join("dist/*.away"))) renameSync(path, path.slice(0, -".away".length));
    assert.equal(compiledAnew.stderr, "undefined");
    assert.equal(compiledAnew.stdout, cached.stdout);
    assert.match(cached.stdout, /^revokewatch /);
  });

  for (const [ending, compress] of [
    ["gz", gzipSync],
    ["zst", zstdCompressSync],
  ] as const) {
    it(`reads what is compressed as .${ending}`, async () => {
      const config = folder.join(`${ending}.yaml`);
      writeFileSync(config, "version: 1\nrules: [{name: r, threshold: {count: 30, window: 1m}}]\n");
      const log = folder.join(`api.log.${ending}`);
      writeFileSync(log, compress(burst(30, Date.now() - 1000, 10)));
      const args = ["--no-follow", "--no-state", "--no-http", "--from", "beginning", log];
      const { code, stdout, stderr } = await start(["run", "--config", config, ...args]).finished();
      assert.equal(code, 0, stderr);
      const [first = ""] = stdout.split("\n");
      const { event, incident } = JSON.parse(first) as { event: string; incident: { total: number } };
      assert.deepEqual({ event, total: incident.total }, { event: "firing", total: 30 });
    });
  }

  it("prints the schema of its configuration", async () => {
    const { code, stdout } = await start(["schema"]).finished();
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as { type: string }).type, "object");
  });
});
