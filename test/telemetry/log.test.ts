// The daemon's own log as a program and as a person at a terminal read it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { createLog } from "../../src/telemetry/log.ts";
import type { LogSetup } from "../../src/telemetry/log.ts";
import { readableLine } from "../../src/telemetry/readable.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** Whatever `write` does with a log at this level, as the JSON lines that reach stderr. */
function written(
  level: LogSetup["level"],
  write: (log: ReturnType<typeof createLog>) => void,
  told: { onLine?: LogSetup["onLine"]; onRedaction?: LogSetup["onRedaction"] } = {},
): Record<string, unknown>[] {
  using folder = tempFolder();
  const path = folder.join("stderr");
  const fd = openSync(path, "w");
  const log = createLog({
    level,
    stderr: { fd, isTTY: false, write: () => assert.fail("no terminal") },
    colour: false,
    onLine: told.onLine ?? (() => undefined),
    onRedaction: told.onRedaction ?? (() => undefined),
  });
  write(log);
  const text = readFileSync(path, "utf8");
  closeSync(fd);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

describe("log", () => {
  it("writes one JSON object a line with level, time and our name", () => {
    const [line = {}, ...more] = written("info", (log) => log.warn({ path: "/a\nb" }, "File\nis gone"));
    assert.deepEqual(more, []);
    assert.match(String(line.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(
      { ...line, time: null },
      { level: "warn", time: null, name: "revokewatch", path: "/a\nb", msg: "File\nis gone" },
    );
  });

  it("writes and counts only what its level lets through, and the level can be changed", () => {
    const counted: string[] = [];
    const lines = written(
      "warn",
      (log) => {
        log.info({}, "one");
        assert.equal(log.writes("info"), false);
        log.setLevel("debug");
        assert.equal(log.writes("debug"), true);
        log.debug({}, "two");
        log.setLevel("silent");
        log.fatal({}, "three");
      },
      { onLine: (level) => counted.push(level) },
    );
    assert.deepEqual(
      lines.map((line) => line.msg),
      ["two"],
    );
    assert.deepEqual(counted, ["debug"]);
  });

  it("cuts secrets out by the field's name and by their look, and counts the latter", () => {
    const found: string[] = [];
    const [line = {}] = written(
      "info",
      (log) =>
        log.info(
          { token: "hush", smtp: { password: "hush" }, detail: "sent Bearer abcdefghijkl" },
          "url smtp://u:hush@mx",
        ),
      { onRedaction: (pattern) => found.push(pattern) },
    );
    assert.ok(!JSON.stringify(line).includes("hush"));
    assert.ok(!JSON.stringify(line).includes("abcdefghijkl"));
    assert.deepEqual(found.sort(), ["bearer", "url_password"]);
  });

  it("has written every line to a pipe when flush resolves", () => {
    const program = `
      import { createLog } from ${JSON.stringify(import.meta.resolve("../../src/telemetry/log.ts"))};
      const log = createLog({ level: "info", stderr: process.stderr, colour: false, onLine() {}, onRedaction() {} });
      for (let line = 0; line < 200; line += 1) log.info({ line }, "x".repeat(1_000));
      await log.flush();
      process.kill(process.pid, "SIGKILL");
    `;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    assert.equal(child.stderr.trim().split("\n").length, 200);
  });

  it("drops lines instead of holding the daemon up when nobody reads stderr", () => {
    // The shell's sleep never reads, so the pipe is full after 64 KiB; 3 MiB are over what may wait, too.
    const program = `
      import { createLog } from ${JSON.stringify(import.meta.resolve("../../src/telemetry/log.ts"))};
      const log = createLog({ level: "info", stderr: process.stderr, colour: false, onLine() {}, onRedaction() {} });
      for (let line = 0; line < 3_000; line += 1) log.info({ text: "x".repeat(1_000) }, "line");
      process.stdout.write("went on", () => process.kill(process.pid, "SIGKILL"));
    `;
    const script = '"$0" --input-type=module -e "$1" 2> >(sleep 5)';
    const child = spawnSync("bash", ["-c", script, process.execPath, program], { encoding: "utf8" });
    assert.equal(child.stdout, "went on");
  });
});

/** What a terminal without colours shows of a warning with these fields. */
const line = (fields: object): string =>
  readableLine(
    JSON.stringify({ level: "warn", time: "2026-05-25T12:34:56.789Z", name: "revokewatch", ...fields }),
    false,
  );

describe("readable log line", () => {
  it("tells time, level, message and fields", () => {
    assert.equal(
      line({ fact: "gap", path: "/var/log/a b", bytes: 5, ids: ["a"], none: null, msg: "Lost" }),
      '12:34:56.789 warn  Lost fact=gap path="/var/log/a b" bytes=5 ids=["a"] none=null\n',
    );
  });

  it("sends no control character to the terminal, wherever it stands", () => {
    const hostile = "\u001b]0;owned\u0007\r\n\u009b2J\u202e";
    const text = line({ msg: hostile, [hostile]: hostile, list: [hostile] });
    // oxlint-disable-next-line no-control-regex -- controls are what must not be there
    assert.doesNotMatch(text.slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u202e]/);
    assert.match(text, /\\u001b\]0;owned\\u0007/);
  });

  it("colours the level where colours are wanted", () => {
    const json = JSON.stringify({ level: "error", time: "2026-05-25T12:34:56.789Z", msg: "no" });
    assert.equal(readableLine(json, true), "12:34:56.789 \u001b[31merror\u001b[0m no\n");
  });
});
