// The real process against real files and pipes: what a person who starts it sees.

import assert from "node:assert/strict";
import { appendFileSync, closeSync, openSync, renameSync, writeFileSync } from "node:fs";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnProgram, start } from "../support/daemon.ts";
import { burst, eventLine, ordinaryLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const PLAIN = `version: 1
rules:
  - name: api_key_revoked
    threshold: { count: 5, window: 1m }
`;

function scene(test: TestContext): { log: string; config: string; state: string } {
  const folder = tempFolder();
  test.after(() => folder[Symbol.dispose]());
  const config = folder.join("revokewatch.yaml");
  writeFileSync(config, PLAIN);
  return { log: folder.join("api.log"), config, state: folder.join("state") };
}

describe("run", () => {
  it("follows a file over a rename and prints the incident with its request ids", async (t) => {
    const { log, config, state } = scene(t);
    writeFileSync(log, burst(50, Date.now(), 1, "old"));
    const daemon = start(["run", "-c", config, "--state-dir", state, "--no-http", log]);
    await daemon.watching();
    const now = Date.now();
    appendFileSync(log, burst(3, now, 1, "a"));
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, eventLine({ timeMs: now, requestId: "late" }));
    writeFileSync(log, burst(4, now, 1, "b"));
    const firing = await daemon.until("an incident", () => daemon.transitions()[0]);
    assert.equal(firing.event, "firing");
    assert.equal(firing.late_seconds, 0);
    assert.deepEqual(firing.incident.group, { service: "checkout" });
    assert.match(firing.incident.explanation, /in 1m; threshold 5/);
    assert.ok(firing.incident.request_ids.includes("a_0"), "it tells the first id");
    assert.ok(
      !firing.incident.request_ids.some((id) => id.startsWith("old")),
      "what was there before is no news",
    );
    const { code } = await daemon.stop();
    assert.equal(code, 0);
  });

  it("reads stdin to its end and exits", async (t) => {
    const { config } = scene(t);
    const daemon = start(["-c", config, "--no-state", "--no-http", "-"]);
    daemon.child.stdin.end(burst(7, Date.now(), 1));
    const { code, stdout } = await daemon.finished();
    assert.equal(code, 0);
    assert.deepEqual(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).event),
      ["firing"],
    );
  });

  it("judges an old log at its own time in batch mode", async (t) => {
    const { log, config } = scene(t);
    const then = Date.UTC(2026, 4, 25, 12, 0, 0);
    const quiet = Array.from({ length: 60 }, (_, i) => ordinaryLine(then + 60_000 * (i + 1))).join("");
    writeFileSync(log, burst(20, then, 500) + quiet);
    const daemon = start(["run", "-c", config, "--no-follow", "--no-state", "--no-http", log]);
    const { code } = await daemon.finished();
    assert.equal(code, 0);
    const [firing, resolved, ...more] = daemon.transitions();
    assert.equal(firing?.event, "firing");
    assert.ok((firing?.late_seconds ?? 0) > 86_400, "it says that it is late");
    assert.equal(resolved?.event, "resolved");
    assert.equal(resolved?.incident.total, 20);
    assert.deepEqual(more, []);
  });

  it("counts each line once over SIGKILL and restart, and announces nothing again", async (t) => {
    const { log, config, state } = scene(t);
    const args = ["run", "-c", config, "--state-dir", state, "--listen", "127.0.0.1:0", log];
    writeFileSync(log, "");
    const first = start(args);
    await first.watching();
    const now = Date.now();
    appendFileSync(log, burst(8, now, 1, "a"));
    const firing = await first.until("the incident", () => first.transitions()[0]);
    await first.stop("SIGKILL");
    appendFileSync(log, burst(30, now + 100, 1, "b"));
    const second = start(args);
    const url = await second.watching();
    await second.until("the rest", async () => (await eventsTotal(url)) >= 38);
    assert.equal(await eventsTotal(url), 38);
    await second.stop();
    assert.deepEqual(
      second.transitions().filter(({ event }) => event === "firing"),
      [],
      "an incident that was announced is not announced again",
    );
    assert.ok(second.transitions().every(({ incident }) => incident.id === firing.incident.id));
  });

  it("refuses a second daemon on the same state directory", async (t) => {
    const { log, config, state } = scene(t);
    writeFileSync(log, "");
    const first = start(["run", "-c", config, "--state-dir", state, "--no-http", log]);
    await first.watching();
    const second = await start(["run", "-c", config, "--state-dir", state, "--no-http", log]).finished();
    assert.equal(second.code, 73);
    assert.match(second.stderr, /^revokewatch: The state directory .+ is in use by another .+[^\\]\n$/);
    await first.stop();
  });

  it("says that the port is in use", async (t) => {
    const { log, config } = scene(t);
    writeFileSync(log, "");
    const first = start(["run", "-c", config, "--no-state", "--listen", "127.0.0.1:0", log]);
    const { port } = new URL((await first.watching()) ?? "");
    const second = await start([
      "run",
      "-c",
      config,
      "--no-state",
      "--listen",
      `127.0.0.1:${port}`,
      log,
    ]).finished();
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`Cannot listen on 127.0.0.1:${port}: the port is in use`));
    await first.stop();
  });

  it("survives hang-ups that come while a reload is under way", async (t) => {
    const { log, config } = scene(t);
    writeFileSync(log, "");
    const daemon = start(["run", "-c", config, "--no-state", "--no-http", log]);
    await daemon.watching();
    for (let i = 0; i < 5; i += 1) {
      daemon.child.kill("SIGHUP");
      await sleep(30);
    }
    const loads = (): number => daemon.stderr().split("config_loaded").length - 1;
    await daemon.until("a second configuration", () => loads() >= 2);
    appendFileSync(log, burst(6, Date.now(), 1));
    await daemon.until("an incident", () => daemon.transitions()[0]);
    assert.equal((await daemon.stop()).code, 0);
  });

  it("says that stdout takes nothing, and exits 1", async (t) => {
    const { log, config } = scene(t);
    writeFileSync(log, burst(6, Date.now(), 1));
    const args = ["run", "-c", config, "--no-follow", "--from", "beginning", "--no-state", "--no-http", log];
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnProgram(args, full);
    closeSync(full);
    assert.equal(status, 1);
    assert.match(stderr, /revokewatch: cannot write to stdout: ENOSPC\n$/);
  });

  it("says at the start that the file of a secret cannot be read, and watches all the same", async (t) => {
    const { log, config } = scene(t);
    writeFileSync(log, "");
    const slack = "[{name: s, slack: {token_file: /nonexistent/token, channel: C0123456789}}]";
    writeFileSync(config, `${PLAIN}receivers: ${slack}\n`);
    const daemon = start(["run", "-c", config, "--no-state", "--no-http", log]);
    await daemon.watching();
    assert.match(daemon.stderr(), /^\/nonexistent\/token: warning: .* cannot be read: ENOENT; /);
    assert.equal((await daemon.stop()).code, 0);
  });

  it("judges what a batch can read, and exits 1 for a file that it cannot", async (t) => {
    const { log, config } = scene(t);
    writeFileSync(log, burst(6, Date.now(), 1));
    const args = ["run", "-c", config, "--no-follow", "--no-state", "--no-http", log];
    const { code, stdout, stderr } = await start([...args, `${log}.absent`]).finished();
    assert.equal(code, 1);
    assert.match(stdout, /"event":"firing"/);
    assert.match(stderr, /"file_missing".*absent/);
    assert.equal((await start(args).finished()).code, 0);
  });

  it("takes a mistyped verb for a mistake, and a log of any name for a log", async (t) => {
    const mistyped = await start(["chekc"]).finished();
    assert.equal(mistyped.code, 2);
    assert.match(mistyped.stderr, /there is no verb "chekc"; did you mean check\?/);
    const { config } = scene(t);
    const args = ["constructor", "-c", config, "--no-follow", "--no-state", "--no-http"];
    const { stderr } = await start(args).finished();
    assert.match(stderr, /"path":"constructor"/);
  });

  const usage = [
    { name: "an unknown flag", args: ["run", "--folow"] },
    { name: "an unknown output form", args: ["run", "-o", "xml", "x.log"] },
    { name: "a wrong --from", args: ["run", "--from", "middle", "x.log"] },
    { name: "a wrong --listen", args: ["run", "--listen", "nowhere", "x.log"] },
  ];
  for (const { name, args } of usage) {
    it(`exits 2 for ${name}`, async () => {
      const { code, stderr, stdout } = await start(args).finished();
      assert.equal(code, 2);
      assert.match(stderr, /^revokewatch: .+\nTry: revokewatch run --help\n$/);
      assert.equal(stdout, "");
    });
  }

  it("exits 78 and tells every finding with its place", async (t) => {
    const { config, log } = scene(t);
    writeFileSync(config, "version: 1\nrulez: []\nlog: {level: loud}\n");
    const { code, stderr } = await start(["run", "-c", config, log]).finished();
    assert.equal(code, 78);
    assert.match(stderr, /revokewatch\.yaml:2:1: .*rulez.*did you mean .*rules/s);
    assert.match(stderr, /revokewatch\.yaml:3:\d+: .*loud/s);
  });
});

async function eventsTotal(url: string | null): Promise<number> {
  const answer = await fetch(`${url}/api/v1/status`);
  const { groups } = (await answer.json()) as { groups: { events_total: number }[] };
  return groups.reduce((sum, group) => sum + group.events_total, 0);
}
