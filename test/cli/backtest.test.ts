// The verb as a person meets it: its options, forms and exit codes, and that the daemon comes to the same incidents.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { backtestVerb } from "../../src/cli/backtest.ts";
import { type Invocation, UsageError } from "../../src/cli/verb.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { start } from "../support/daemon.ts";
import { burst, ordinaryLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const THEN = Date.UTC(2026, 4, 25, 12, 0, 0);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const PLAIN = { threshold: ["5/1m"] };

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function ran(
  files: readonly string[],
  values: Invocation["values"] = {},
  { input = "", terminal = false, signal = new AbortController().signal } = {},
): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  if (terminal) for (const stream of [stdout, stderr]) Object.assign(stream, { isTTY: true, columns: 100 });
  stdin.end(input);
  const out = text(stdout);
  const err = text(stderr);
  const code = await backtestVerb.run({
    values,
    positionals: files,
    env: {},
    stdin: stdin as unknown as Invocation["stdin"],
    stdout: stdout as unknown as Invocation["stdout"],
    stderr: stderr as unknown as Invocation["stderr"],
    signal,
  });
  stdout.end();
  stderr.end();
  return { code, out: await out, err: await err };
}

function scene(test: TestContext): (name: string, content: string | Buffer) => string {
  const folder = tempFolder();
  test.after(() => folder[Symbol.dispose]());
  return (name, content) => {
    writeFileSync(folder.join(name), content);
    return folder.join(name);
  };
}

function quiet(fromMs: number, minutes: number): string {
  return Array.from({ length: minutes }, (_, i) => ordinaryLine(fromMs + i * MINUTE)).join("");
}

const LOG = quiet(THEN - 30 * MINUTE, 30) + burst(20, THEN, 5 * SECOND) + quiet(THEN + 2 * MINUTE, 60);

describe("backtest", () => {
  it("lists the incident with times, reason, extent and request ids, and sums up", async (t) => {
    const { code, out, err } = await ran([scene(t)("a.log", LOG)], PLAIN);
    assert.equal(code, 0);
    assert.equal(err, "");
    assert.match(out, /^[0-9A-Z]{4} {2}warning {2}service=checkout {2}api_key_revoked$/m);
    assert.match(out, /2026-05-25 12:00:00 – 12:07:2\d \(7m2\ds\)/);
    assert.match(out, /\d+ in 1m; threshold 5/);
    assert.match(out, /20 events, peak 12 a minute, 1 key/);
    assert.match(out, /Request ids: req_0, req_1, req_2, req_3, req_4, and 15 more/);
    assert.match(out, /^1 incident, 8 alerted minutes$/m);
    assert.match(out, /^1 file · 110 lines · 20 events · 2026-05-25 11:30:00 – 13:01:00 \(1h31m\)/m);
  });

  it("prints transitions as JSON, one a line, as the daemon does", async (t) => {
    const { code, out } = await ran([scene(t)("a.log", LOG)], { ...PLAIN, output: "json" });
    const said = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Transition);
    assert.equal(code, 0);
    assert.deepEqual([said[0]?.event, said.at(-1)?.event], ["firing", "resolved"]);
    assert.ok(said.every(({ version, late_seconds, test }) => version === 1 && late_seconds === 0 && !test));
    assert.deepEqual(Object.keys(said[0] ?? {}), [
      "version",
      "event",
      "at",
      "late_seconds",
      "test",
      "step",
      "escalation",
      "incident",
    ]);
  });

  it("gives a page that stands alone", async (t) => {
    const { code, out } = await ran([scene(t)("a.log", LOG)], { ...PLAIN, output: "html" });
    assert.equal(code, 0);
    assert.match(out, /^<!doctype html>/);
    assert.match(out, /<h1>1 incident, 8 alerted minutes<\/h1>/);
    assert.match(out, /service=checkout/);
  });

  it("reads gzip and stdin as it reads a file", async (t) => {
    const file = scene(t);
    const options = { ...PLAIN, output: "json" };
    const { out } = await ran([file("a.log", LOG)], options);
    assert.equal((await ran([file("a.log.gz", gzipSync(LOG))], options)).out, out);
    assert.equal((await ran(["-"], options, { input: LOG })).out.replaceAll('"stdin"', '"file"'), out);
  });

  it("reads a pipe that has a name once, from its beginning", async (t) => {
    const file = scene(t)("a.log.gz", gzipSync(LOG));
    const main = join(import.meta.dirname, "../../src/main.ts");
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      'cat "$1" | "$2" "$3" backtest --threshold 5/1m /dev/stdin',
      "sh",
      file,
      process.execPath,
      main,
    ]);
    assert.match(stdout, /^1 incident, 8 alerted minutes$/m);
    assert.match(stdout, /^1 file · 110 lines · 20 events/m);
  });

  it("tells on stderr what could not be read, and still answers", async (t) => {
    const whole = gzipSync(LOG.repeat(5));
    const { code, err, out } = await ran([scene(t)("a.gz", whole.subarray(0, whole.length - 20))], PLAIN);
    assert.equal(code, 0);
    assert.match(err, /a\.gz: it ends too early: the gzip file was cut off; what came before was read/);
    assert.match(out, /incident/);
  });

  it("compares settings in a table, and in JSON as one object each", async (t) => {
    const file = scene(t)("a.log", LOG);
    const values = { threshold: ["5/1m,20/5m", "100/1h"] };
    const { out } = await ran([file], values);
    assert.match(out, /^setting +incidents +alerted min +first detection \(UTC\) +after the onset$/m);
    assert.match(out, /^threshold 5\/1m +1 +8 +2026-05-25 12:00:20 +20s$/m);
    assert.match(out, /^threshold 100\/1h +0 +0 +none +–$/m);
    const lines = (await ran([file], { ...values, output: "json" })).out.trimEnd().split("\n");
    const settings = lines.map((line) => JSON.parse(line)).filter((one) => !("event" in one));
    assert.deepEqual(settings[0], {
      setting: "threshold 5/1m",
      incidents: 1,
      silenced: 0,
      still_firing: 0,
      alerted_minutes: 8,
      recurring: 0,
      first_detection: {
        at: "2026-05-25T12:00:20.000Z",
        onset_at: "2026-05-25T12:00:00.000Z",
        after_seconds: 20,
        incident: settings[0].first_detection.incident,
      },
    });
    assert.equal(settings[2].first_detection, null);
    const firing = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "firing");
    assert.deepEqual(firing.map(({ setting }) => setting).sort(), ["threshold 20/5m", "threshold 5/1m"]);
  });

  it("judges recorded counts, and refuses lines that are none", async (t) => {
    const file = scene(t);
    const line = (i: number, count: number): string =>
      `${JSON.stringify({ time: new Date(THEN + i * MINUTE).toISOString(), count })}\n`;
    const series = Array.from({ length: 30 }, (_, i) => line(i, i === 10 ? 9 : 0)).join("");
    const good = await ran([file("c.ndjson", series)], { ...PLAIN, counts: true });
    assert.equal(good.code, 0);
    assert.match(good.out, /9 in 1m; threshold 5/);
    const bad = await ran([file("d.ndjson", `${line(0, 1)}{"time":"noon","count":1}\n`)], {
      ...PLAIN,
      counts: true,
    });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /d\.ndjson:2: expected an RFC 3339 time at `time`, found "noon"/);
    assert.equal(bad.out, "");
  });

  it("refuses what it cannot read before it begins, naming all of it", async (t) => {
    const file = scene(t)("a.log", LOG);
    const folder = `${file}.d`;
    mkdirSync(folder);
    await assert.rejects(ran([file, folder, `${file}.none`]), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(
        error.message,
        /cannot read ".*a\.log\.d": it is a directory; cannot read ".*none": there is no/,
      );
      return true;
    });
    await assert.rejects(ran([]), UsageError);
    await assert.rejects(ran(["-", "-"]), UsageError);
    await assert.rejects(ran([file], { sensitivity: ["loud"] }), UsageError);
  });

  it("says so and exits 1 when there is nothing that could be judged", async (t) => {
    const file = scene(t);
    const empty = await ran([file("empty", "")]);
    assert.deepEqual([empty.code, empty.out], [1, ""]);
    assert.match(empty.err, /there is no line to read/);
    const blank = await ran([file("blank", "\n\n")], { counts: true });
    assert.deepEqual([blank.code, blank.out], [1, ""]);
    assert.match(blank.err, /there is no count to read/);
    const binary = await ran([file("binary", Buffer.from([0, 255, 10, 7, 10, 200]))]);
    assert.equal(binary.code, 1);
    assert.match(binary.err, /none of 3 lines could be read as a log record/);
  });

  it("exits 0 when nothing was found", async (t) => {
    const { code, out } = await ran([scene(t)("a.log", quiet(THEN, 60))]);
    assert.equal(code, 0);
    assert.match(out, /^No incident would have been raised$/m);
  });

  it("prints what was found so far when it is stopped", async (t) => {
    const stop = new AbortController();
    const file = scene(t)("a.log", LOG);
    const endless = new PassThrough();
    endless.write(LOG);
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const running = backtestVerb.run({
      values: PLAIN,
      positionals: [file, "-"],
      env: {},
      stdin: endless as unknown as Invocation["stdin"],
      stdout: stdout as unknown as Invocation["stdout"],
      stderr: stderr as unknown as Invocation["stderr"],
      signal: stop.signal,
    });
    while (endless.readableLength > 0) await new Promise(setImmediate);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    stop.abort();
    assert.equal(await running, 1);
    assert.match(String(stdout.read()), /1 incident/);
    assert.match(String(stderr.read()), /stopped; this is what was found until then/);
  });

  it("ends on SIGINT with what was found so far", async () => {
    const replay = start(["backtest", "--threshold", "5/1m", "-"]);
    // More than the pipe holds, so that the program has begun to read when the write is through.
    await new Promise((resolve) => replay.child.stdin.write(LOG.repeat(100), resolve));
    const { code, stdout, stderr } = await replay.stop("SIGINT");
    assert.equal(code, 1);
    assert.match(stdout, /1 incident \(1 still firing|1 incident,/);
    assert.match(stderr, /stopped; this is what was found until then/);
  });

  it("comes to the incidents that the daemon comes to on the same file", async (t) => {
    // The daemon's wall clock goes on where the log ends, so that the log has to end now.
    const end = Math.floor(Date.now() / MINUTE) * MINUTE;
    const began = end - 8 * 60 * MINUTE;
    const lines = [
      ...quiet(began, 8 * 60)
        .trimEnd()
        .split("\n"),
      ...burst(40, began + 120 * MINUTE, 3 * SECOND, "a")
        .trimEnd()
        .split("\n"),
      ...burst(300, began + 240 * MINUTE, 20 * SECOND, "b")
        .trimEnd()
        .split("\n"),
      ...burst(25, began + 420 * MINUTE, 2 * SECOND, "c")
        .trimEnd()
        .split("\n"),
    ].map((line) => ({ line, timeMs: Number(/"time":(\d+)/.exec(line)?.[1]) }));
    const log = lines
      .toSorted((a, b) => a.timeMs - b.timeMs)
      .map(({ line }) => `${line}\n`)
      .join("");
    const file = scene(t)("a.log", log);
    const daemon = start(["run", "--no-follow", "--no-state", "--no-http", file]);
    const replay = start(["backtest", "-o", "json", file]);
    const [byDaemon, byReplay] = [
      essence((await daemon.finished()).stdout),
      essence((await replay.finished()).stdout),
    ];
    assert.deepEqual(byReplay, byDaemon);
    assert.equal(byReplay.length, 6, "three incidents fire and end");
  });
});

/** What does not depend on how much was read at a time, nor on the installation's key. */
function essence(stdout: string): unknown[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Transition)
    .filter(({ event }) => event === "firing" || event === "resolved")
    .map(({ event, at, incident }) => ({
      event,
      at,
      group: incident.group,
      began: incident.started_at,
      ended: incident.resolved_at,
      severity: event === "resolved" ? incident.severity : null,
      total: event === "resolved" ? incident.total : null,
      ids: event === "resolved" ? incident.request_ids : null,
    }));
}
