// Memory at rest: one followed file and Slack configured, against a bare process of the same Node.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuSecondsOf, median, residentBytes } from "../measure.ts";
import type { Part } from "../part.ts";
import { node, program } from "../program.ts";

const ROUNDS = 5;
/** Start-up is over and what it left behind collected. */
const SETTLE_MS = 8_000;
const WATCH_MS = 10_000;
const MIB = 2 ** 20;

export const memory: Part = {
  name: "memory",
  title: "Idle: one file followed, Slack configured",
  async measure(note) {
    const folder = mkdtempSync(join(tmpdir(), "revokewatch-bench-"));
    const log = join(folder, "api.log");
    writeFileSync(log, '{"level":30,"msg":"hello"}\n');
    const bare: number[] = [];
    const ours: number[] = [];
    const cpu: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      note(`round ${round + 1} of ${ROUNDS}`);
      bare.push(
        ...(await atRest(spawn(node, ["-e", "setInterval(()=>{},1e3)"], { stdio: "ignore" }))).slice(0, 1),
      );
      const [file = "", script = ""] = program.split(" ");
      const daemon = spawn(
        file,
        [script, "run", log, "--state-dir", join(folder, `state-${round}`), "--listen", "127.0.0.1:0"],
        {
          stdio: "ignore",
          env: { ...process.env, SLACK_BOT_TOKEN: "xoxb-bench", SLACK_CHANNEL: "C0123456789" },
        },
      );
      const [resident = Number.NaN, share = Number.NaN] = await atRest(daemon);
      ours.push(resident);
      cpu.push(share);
    }
    rmSync(folder, { recursive: true, force: true });
    return [
      {
        "bare Node MiB": (median(bare) / MIB).toFixed(1),
        "revokewatch MiB": (median(ours) / MIB).toFixed(1),
        ratio: (median(ours) / median(bare)).toFixed(2),
        "CPU % of a core": (median(cpu) * 100).toFixed(2),
      },
    ];
  },
};

/** Resident bytes and CPU share of a process at rest; it is ended. */
async function atRest(child: ChildProcess): Promise<[residentBytes: number, cpuShare: number]> {
  const pid = child.pid ?? 0;
  await sleep(SETTLE_MS);
  if (child.exitCode !== null)
    throw new Error(`the process ended with ${child.exitCode} before it was measured`);
  const before = cpuSecondsOf(pid);
  await sleep(WATCH_MS);
  const measured: [number, number] = [
    residentBytes(pid, "VmRSS"),
    (cpuSecondsOf(pid) - before) / (WATCH_MS / 1000),
  ];
  child.kill("SIGKILL");
  return measured;
}
