// Runs a command as a whole process and reads what the kernel says it cost: CPU seconds of the finished process and all
// its children from the shell's `times`, peak memory from /proc while it runs.

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Cost {
  /** User + system seconds, to 10 ms. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Highest resident set seen, bytes (looked at every 20 ms). */
  readonly peakBytes: number;
  readonly exitCode: number;
  readonly stdout: string;
}

const LOOK_MS = 20;

/** Runs `command` under `sh` with its output kept; `env` is added to the environment. */
export async function run(command: string, env: Readonly<Record<string, string>> = {}): Promise<Cost> {
  const began = performance.now();
  const child = spawn("sh", ["-c", `${command}\ncode=$?\ntimes >&3\nexit $code`], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  let stdout = "";
  let times = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stdio[3]?.on("data", (text: Buffer) => (times += text.toString()));
  let peakBytes = 0;
  const looking = setInterval(() => {
    peakBytes = Math.max(peakBytes, ...childrenOf(child.pid ?? 0).map((pid) => residentBytes(pid, "VmHWM")));
  }, LOOK_MS);
  const exitCode = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  clearInterval(looking);
  const children = times.trim().split("\n").at(-1) ?? "";
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
  return { cpuSeconds, wallSeconds: (performance.now() - began) / 1000, peakBytes, exitCode, stdout };
}

/** Resident bytes of a process now (`VmRSS`) or at most so far (`VmHWM`); 0 when it is gone. */
export function residentBytes(pid: number, field: "VmRSS" | "VmHWM"): number {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(
      readFileSync(`/proc/${pid}/status`, "utf8"),
    );
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/**
 * Seconds of CPU that the threads of a running process have used so far, from the scheduler: the ticks of
 * /proc/PID/stat count a process that wakes every 10 ms at the very tick that charges it.
 */
export function cpuSecondsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
