// Runs the stdin source on the real standard input and writes what it hands on to standard output. With `count` it
// writes how many bytes came, with `abort` that the source ended after an abort.

import { writeSync } from "node:fs";
import * as v from "valibot";
import { systemClock } from "../../src/host/clock.ts";
import { stdinKind } from "../../src/sources/stdin.ts";
import { factList } from "./fact-list.ts";

const mode = process.argv[2];
const clock = systemClock();
const stop = new AbortController();
const source = stdinKind.create(
  {
    name: "pipe",
    format: "auto",
    labels: {},
    follow: true,
    firstStart: true,
    lastCommitMs: null,
    positions: new Map(),
    clock,
    facts: factList([]),
  },
  v.parse(stdinKind.schema, {}),
);
let bytes = 0;
const ended = source.run((chunk) => {
  bytes += chunk.bytes.length;
  if (mode === undefined) writeSync(1, chunk.bytes);
}, stop.signal);
if (mode === "abort") {
  await clock.sleep(100);
  stop.abort();
  await ended;
  writeSync(1, "ended");
}
await ended;
const { user, system } = process.cpuUsage();
if (mode === "count")
  writeSync(1, JSON.stringify({ bytes, rss: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 }));
