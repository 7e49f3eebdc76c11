// Measures the file source alone, with a sink that only counts: megabytes a CPU second over one large file, CPU at
// 10,000 lines a second, and the time from a write to the sink. `node bench/parts/tail.ts [MIB]`, default 1024.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { systemClock } from "../../src/host/clock.ts";
import { fileKind } from "../../src/sources/file/file-source.ts";
import type { Source, SourceFacts } from "../../src/sources/source.ts";

const LINE = `${JSON.stringify({ level: 30, time: 1_748_176_496_789, msg: "request completed".padEnd(420, ".") })}\n`;
const RATE = 10_000;
const RATE_SECONDS = 10;
const WARM_SECONDS = 3;
const WRITES = 500;

const mebibytes = Number(process.argv[2] ?? 1024);
const directory = mkdtempSync(join(tmpdir(), "revokewatch-bench-"));
try {
  await throughput();
  for (const watch of ["auto", "off"]) {
    await rate(watch);
    await latency(watch);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function throughput(): Promise<void> {
  const path = join(directory, "large.log");
  const fd = openSync(path, "w");
  const block = Buffer.from(LINE.repeat(Math.floor(2 ** 20 / LINE.length)));
  for (let mib = 0; mib < mebibytes; mib++) writeSync(fd, block);
  closeSync(fd);
  let bytes = 0;
  const source = open(path, false, "off");
  const before = process.cpuUsage();
  await source.run((chunk) => (bytes += chunk.bytes.length), new AbortController().signal);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  say("throughput", `${(bytes / 1e6 / seconds).toFixed(0)} MB per CPU second over ${bytes} bytes`);
}

/** CPU of the source alone: the writer is the same loop without a source, measured first. */
async function rate(watch: string): Promise<void> {
  const path = join(directory, `rate-${watch}.log`);
  // Both halves run on warm code: the first seconds of either cost twice as much.
  await writeAtRate(path, WARM_SECONDS);
  const alone = await cpuOf(() => writeAtRate(path, RATE_SECONDS));
  let lines = 0;
  const stop = new AbortController();
  const source = open(path, true, watch);
  const running = source.run((chunk) => (lines += chunk.bytes.length / LINE.length), stop.signal);
  await delay(200);
  await writeAtRate(path, WARM_SECONDS);
  const both = await cpuOf(() => writeAtRate(path, RATE_SECONDS));
  stop.abort();
  await running;
  const share = ((both - alone) / RATE_SECONDS) * 100;
  say(`rate, watch ${watch}`, `${share.toFixed(1)} % CPU at ${RATE} lines/s, ${lines} lines`);
}

async function latency(watch: string): Promise<void> {
  const path = join(directory, `latency-${watch}.log`);
  const fd = openSync(path, "a");
  const stop = new AbortController();
  let arrived: (() => void) | null = null;
  const source = open(path, true, watch);
  const running = source.run(() => arrived?.(), stop.signal);
  await delay(200);
  for (const [name, pause] of [
    ["quiet", 300],
    ["busy", 3],
  ] as const) {
    const took: number[] = [];
    for (let i = 0; i < (name === "quiet" ? 30 : WRITES); i++) {
      const came = new Promise<void>((resolve) => (arrived = resolve));
      const began = performance.now();
      writeSync(fd, LINE);
      await came;
      took.push(performance.now() - began);
      await delay(pause + Math.random() * pause);
    }
    took.sort((a, b) => a - b);
    const at = (share: number): string => (took[Math.floor(took.length * share)] ?? 0).toFixed(1);
    say(`latency ${name}, watch ${watch}`, `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  }
  stop.abort();
  await running;
  closeSync(fd);
}

async function writeAtRate(path: string, seconds: number): Promise<void> {
  const fd = openSync(path, "a");
  const ticks = seconds * 100;
  const began = performance.now();
  for (let tick = 0; tick < ticks; tick++) {
    for (let i = 0; i < RATE / 100; i++) writeSync(fd, LINE);
    await delay(Math.max(0, began + (tick + 1) * 10 - performance.now()));
  }
  closeSync(fd);
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function ignore(): void {}

function open(path: string, follow: boolean, watch: string): Source {
  const facts: SourceFacts = {
    fileOpened: ignore,
    fileClosed: ignore,
    fileRotated: ignore,
    fileFailed: ignore,
    fileMissing: ignore,
    bytesLost: ignore,
    gap: ignore,
    lineTooLong: ignore,
    watchDegraded: ignore,
  };
  const setup = {
    name: "bench",
    format: "auto",
    labels: {},
    follow,
    firstStart: true,
    lastCommitMs: null,
    positions: new Map<string, string>(),
    clock: systemClock(),
    facts,
  } as const;
  return fileKind.create(setup, v.parse(fileKind.schema, { paths: [path], watch }));
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}
