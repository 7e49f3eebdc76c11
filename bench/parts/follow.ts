// CPU while a file is written to, and while a thousand files rest.

import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { span } from "../batch.ts";
import { cpuShare, daemon, folder } from "../daemon.ts";
import { logLine, mulberry32 } from "../data.ts";
import type { Part, Row } from "../part.ts";

const ROUNDS = 2;
const SECONDS = 6;
/** Traffic before anything is measured: the first seconds of a process are those of its compiler. */
const WARM_SECONDS = 10;
const TICK_MS = 10;
const FILES = 1000;
/** Until files count as quiet, and the collections that follow a start are over. */
const REST_SECONDS = 20;

export const follow: Part = {
  name: "follow",
  title: "Following",
  async measure(note) {
    const rows: Row[] = [];
    for (const rate of [10_000, 100_000]) {
      note(`${rate} lines/s`);
      rows.push({ what: `one file, ${rate} lines/s`, "CPU % of a core": await measured(1, rate) });
    }
    note(`${FILES} idle files`);
    rows.push({ what: `${FILES} idle files`, "CPU % of a core": await measured(FILES, 0) });
    return rows;
  },
};

async function measured(files: number, rate: number): Promise<string> {
  const shares: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    using place = folder();
    const paths = Array.from({ length: files }, (_, i) => join(place.path, `${i}.log`));
    for (const path of paths) writeFileSync(path, '{"level":30,"msg":"hello"}\n');
    const glob = join(place.path, "*.log");
    using running = await daemon(["--no-state", "--listen", "127.0.0.1:0", glob]);
    const path = paths[0] as string;
    await write(path, rate, rate > 0 ? WARM_SECONDS : REST_SECONDS);
    shares.push(100 * (await cpuShare(running.pid, () => write(path, rate, SECONDS))));
  }
  return span(shares);
}

/** Writes ordinary lines, a thousandth of them events, for some seconds; nothing at rate 0. */
async function write(path: string, rate: number, seconds: number): Promise<void> {
  const file = openSync(path, "a");
  const random = mulberry32(7);
  const began = performance.now();
  const blocks = Array.from({ length: 16 }, (_, block) =>
    Array.from({ length: (rate * TICK_MS) / 1000 }, (_, n) =>
      logLine(Date.now(), block * 1000 + n, random() < 0.001, random),
    ).join(""),
  );
  for (let tick = 1; tick <= (seconds * 1000) / TICK_MS; tick++) {
    if (rate > 0) writeSync(file, blocks[tick % blocks.length] as string);
    await sleep(Math.max(0, began + tick * TICK_MS - performance.now()));
  }
  closeSync(file);
}
