// A running daemon, the compiled program, for parts that measure it at work.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuSecondsOf } from "./measure.ts";
import { main, node } from "./program.ts";

/** Start-up is over and what it left behind collected. */
const SETTLE_MS = 3000;

export interface RunningDaemon extends Disposable {
  readonly pid: number;
  /** Milliseconds from the start of the process to its `Watching` line. */
  readonly readyMs: number;
}

/** Starts `revokewatch run` and waits until it watches. @param flags options of Node itself. */
export async function daemon(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<RunningDaemon> {
  const began = performance.now();
  const child = spawn(node, [...flags, main, "run", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  const readyMs = await watching(child, began);
  return { pid: child.pid ?? 0, readyMs, [Symbol.dispose]: () => void child.kill("SIGKILL") };
}

/** Share of a core that a process uses while `work` goes on, after it has settled. */
export async function cpuShare(pid: number, work: () => Promise<void>): Promise<number> {
  await sleep(SETTLE_MS);
  const [before, began] = [cpuSecondsOf(pid), performance.now()];
  await work();
  return (cpuSecondsOf(pid) - before) / ((performance.now() - began) / 1000);
}

/** A folder that is gone at the end of the block. */
export function folder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "revokewatch-bench-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

async function watching(child: ChildProcess, began: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stderr?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.includes('"msg":"Watching"')) resolve(performance.now() - began);
    });
    child.on("exit", (code) => reject(new Error(`the daemon ended with ${code}: ${text}`)));
  });
}
