// Standard input of the real process: a pipe is the only queue, so a fast writer waits; a writer that never closes does
// not hold up the end; a closed one ends the run.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { program, start } from "../support/daemon.ts";
import { burst, eventLine } from "../support/log-lines.ts";
import { Stage } from "./tail-stage.ts";

const ARGS = ["run", "--no-state", "--no-http", "-"];
/** Text that warms the daemon up; five times as much follows. */
const PUSHED_BYTES = 100e6;
/** What the peak of its memory may gain by that; the pipe holds 64 KiB. */
const MOST_GAIN_KIB = 48 * 1024;

function peakKib(pid: number | undefined): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

describe("stdin of the real process", () => {
  it("ends after SIGTERM although the writer goes on", async () => {
    const daemon = start(ARGS);
    await daemon.watching();
    const writing = setInterval(() => {
      daemon.child.stdin.write(eventLine({ timeMs: Date.now(), requestId: "a" }));
    }, 10);
    await daemon.until("an incident", () => daemon.transitions()[0]);
    const { code } = await daemon.stop();
    clearInterval(writing);
    assert.equal(code, 0);
  });

  it("keeps its memory while a writer pushes as fast as it can", async () => {
    const daemon = start(ARGS);
    await daemon.watching();
    const block = Buffer.from("x".repeat(499).concat("\n").repeat(2000));
    const push = async (bytes: number): Promise<void> => {
      for (let pushed = 0; pushed < bytes; pushed += block.length) {
        if (!daemon.child.stdin.write(block)) await once(daemon.child.stdin, "drain");
      }
    };
    await push(PUSHED_BYTES);
    const before = peakKib(daemon.child.pid);
    await push(5 * PUSHED_BYTES);
    const gained = peakKib(daemon.child.pid) - before;
    await daemon.stop("SIGKILL");
    assert.ok(gained < MOST_GAIN_KIB, `gained ${gained} KiB`);
  });

  it("ends when there is no standard input at all", async () => {
    const child = spawn("sh", ["-c", `exec "$0" "$@" <&-`, process.execPath, program(), ...ARGS], {
      stdio: ["ignore", "ignore", "ignore"],
    });
    const code = await new Promise((resolve) => void child.once("close", resolve));
    assert.equal(code, 0);
  });

  it("retries where the pipe it inherited does not block", async () => {
    // The reader's end is made non-blocking before the daemon inherits it, as a shell's job may leave it.
    const script = `
import os, subprocess, sys, time
r, w = os.pipe()
os.set_blocking(r, False)
child = subprocess.Popen(sys.argv[1:], stdin=r, stdout=subprocess.PIPE)
time.sleep(1.2)
for line in sys.stdin.buffer:
    os.write(w, line[:50]); time.sleep(0.02); os.write(w, line[50:])
os.close(w)
sys.stdout.buffer.write(child.stdout.read())
sys.exit(child.wait())
`;
    const child = spawn("python3", ["-c", script, process.execPath, program(), ...ARGS], { stdio: "pipe" });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.resume();
    child.stdin.end(burst(60, Date.now(), 1));
    const code = await new Promise((resolve) => void child.once("close", resolve));
    assert.equal(code, 0);
    assert.match(out, /"event":"firing"/);
  });

  it("goes on with its files when the pipe has ended", async () => {
    await using s = new Stage({ watch: "off", beside: [{ name: "pipe", stdin: {} }] });
    s.put("app.log");
    await s.start();
    s.daemon.child.stdin.write(s.writer.lines(5));
    s.log("app.log");
    await s.counted();
    s.daemon.child.stdin.end(s.writer.lines(2).slice(0, -1));
    await s.counted();
    s.log("app.log");
    await s.counted();
    assert.equal((await s.daemon.stop()).code, 0);
  });
});
