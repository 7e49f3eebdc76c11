// The real program as a child process: compiled, as it is deployed, by the Node that runs the tests.

import {
  type ChildProcessWithoutNullStreams,
  spawn,
  spawnSync,
  type SpawnSyncReturns,
} from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compiled } from "./compiled.ts";
import { PATIENCE_MS } from "./patience.ts";

/** The program as README starts it, without a build. */
export const SOURCE = join(import.meta.dirname, "../../src/main.ts");
const LOOK_MS = 20;

type Awaitable<T> = T | Promise<T>;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Daemon {
  readonly child: ChildProcessWithoutNullStreams;
  /** Transitions printed so far. */
  transitions(): Printed[];
  stdout(): string;
  stderr(): string;
  /** Waits until `found` gives something; fails with everything that was printed when patience ends. */
  until<T>(what: string, found: () => Awaitable<T | undefined | null | false>): Promise<T>;
  /** Waits for the `Watching` line and gives the HTTP address, null without one. */
  watching(): Promise<string | null>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
  finished(): Promise<Finished>;
}

/** What a test reads of a transition. */
export interface Printed {
  readonly event: string;
  readonly late_seconds: number;
  readonly incident: {
    readonly id: string;
    readonly group: Readonly<Record<string, string>>;
    readonly count: number;
    readonly total: number;
    readonly request_ids: readonly string[];
    readonly explanation: string;
    readonly silence: string | null;
    readonly acked_by: string | null;
    readonly ended_as: string | null;
  };
}

/** The compiled program's entry. */
export function program(): string {
  return join(compiled(), "main.js");
}

/** Starts `revokewatch` with these arguments; nothing of the tester's own configuration reaches it. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  main = program(),
): Daemon {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", ...env },
    stdio: "pipe",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined);
  const ended = new Promise<Finished>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  const daemon: Daemon = {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    transitions: () =>
      stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Printed),
    async until(what, found) {
      const fail = (cause?: unknown): Error => {
        const ended = child.exitCode ?? child.signalCode ?? "not at all";
        const told = `ended: ${ended}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`;
        return new Error(`waited in vain for ${what}; ${told}`, { cause });
      };
      for (const began = performance.now(); performance.now() - began < PATIENCE_MS;) {
        try {
          const result = await found();
          if (result !== undefined && result !== null && result !== false) return result;
        } catch (error) {
          throw fail(error);
        }
        await sleep(LOOK_MS);
      }
      throw fail();
    },
    async watching() {
      const line = await daemon.until("the start", () => /^\{.*"msg":"Watching".*$/m.exec(stderr)?.[0]);
      return (JSON.parse(line) as { url: string | null }).url;
    },
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
    finished: () => ended,
  };
  return daemon;
}

/** Runs it to its end with an open file as its stdout. */
export function spawnProgram(args: readonly string[], stdout: number): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [program(), ...args], {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" },
    stdio: ["ignore", stdout, "pipe"],
    encoding: "utf8",
    timeout: PATIENCE_MS,
  });
}
