// The heartbeat as a monitor outside hears it: from the real daemon, over a disk that stops taking anything.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { start } from "../support/daemon.ts";
import { burst } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { tinyHttp } from "../support/tiny-http.ts";

/** Three intervals: time enough for one that must not come. */
const UNSENT_MS = 3_000;

describe("the heartbeat", () => {
  it("is heard while all goes well, counts nowhere, and ends with the disk or with the process", async (t) => {
    const folder = tempFolder();
    const monitor = await tinyHttp();
    const config = folder.join("revokewatch.yaml");
    writeFileSync(folder.join("url"), `${monitor.url}/ping/s3cret\n`, { mode: 0o600 });
    writeFileSync(config, "version: 1\nheartbeat: {url_file: url, every: 1s}\n");
    const log = folder.join("api.log");
    writeFileSync(log, "");
    const args = ["-c", config, "--state-dir", folder.join("state"), "--listen", "127.0.0.1:0"];
    const daemon = start(["run", ...args, "--log-level", "trace", log]);
    t.after(async () => {
      daemon.child.kill("SIGKILL");
      await monitor.stop();
      folder[Symbol.dispose]();
    });
    const url = (await daemon.watching()) ?? "";
    const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
    await daemon.until("three heartbeats", () => monitor.received.length >= 3);
    const before = await metrics();
    assert.match(before, /^revokewatch_heartbeat_last_success_timestamp_seconds \d/m);
    assert.doesNotMatch(before, /^revokewatch_(events_total|window_events)\{/m);
    assert.match(before, /^revokewatch_log_lines_total\{source="file"\} 0$/m);
    const status = (await (await fetch(`${url}/api/v1/status`)).json()) as { groups: unknown[] };
    assert.deepEqual(status.groups, []);

    // Nothing can be written any more, as on a full disk.
    execFileSync("prlimit", ["--pid", String(daemon.child.pid), "--fsize=0:unlimited"]);
    await daemon.until("the reason", () => /not sent: the state could not be saved/.test(daemon.stderr()));
    const heard = monitor.received.length;
    await sleep(UNSENT_MS);
    assert.equal(monitor.received.length, heard);
    appendFileSync(log, burst(9, Date.now(), 1));
    await daemon.until("events that are counted from memory", async () => / 9$/m.test(await metrics()));

    execFileSync("prlimit", ["--pid", String(daemon.child.pid), "--fsize=unlimited:unlimited"]);
    await daemon.until("it is back", () => monitor.received.length > heard);

    // A process that hangs is up for everyone who only looks whether it runs.
    daemon.child.kill("SIGSTOP");
    const stat = `/proc/${daemon.child.pid}/stat`;
    await daemon.until("it is stopped", () => readFileSync(stat, "utf8").includes(") T "));
    await sleep(UNSENT_MS);
    const stopped = monitor.received.length;
    await sleep(UNSENT_MS);
    assert.equal(monitor.received.length, stopped);
    daemon.child.kill("SIGCONT");
    const { code, stdout, stderr } = await daemon.stop();
    assert.equal(code, 0);
    assert.doesNotMatch(stdout + stderr, /s3cret/);
  });
});
