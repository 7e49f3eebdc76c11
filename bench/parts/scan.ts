// Measures the line path alone: read into the scan's room, scan, parse what hits, against `grep -c -F` over the same file, in CPU
// seconds (user + system). `node bench/parts/scan.ts [MIB]`, default 1024; the file lies in memory, as in page cache.

import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { EventReader } from "../../src/core/events/event-reader.ts";
import { DEFAULT_MATCH, type MatchRule } from "../../src/core/events/rule.ts";
import { LineReader } from "../../src/core/lines/line-reader.ts";
import { run } from "../measure.ts";

const ROUNDS = 3;
const ORIGIN = { source: "bench", format: "auto", labels: {} } as const;
const ONE: readonly MatchRule[] = [{ name: "api_key_revoked", match: DEFAULT_MATCH }];
const MANY: readonly MatchRule[] = [
  ...ONE,
  ...["card_declined", "quota_exceeded", "db_connection_lost", "token_expired", "invoice_failed"].flatMap(
    (code) =>
      [1, 2, 3, 4].map((n) => ({
        name: `${code}-${n}`,
        match: { ...DEFAULT_MATCH, codes: [`${code}_${n}`], phrases: [`${code} went wrong ${n}`] },
      })),
  ),
];

const mebibytes = Number(process.argv[2] ?? 1024);
const directory = mkdtempSync("/dev/shm/revokewatch-bench-");
try {
  for (const [name, share] of [
    ["0.1 % events", 0.001],
    ["half events", 0.5],
  ] as const) {
    const path = join(directory, "app.log");
    // Every event is parsed, so a sixteenth of the file says as much.
    writeLog(path, share < 0.1 ? mebibytes : Math.ceil(mebibytes / 16), share);
    const command = `LC_ALL=C grep -c -F api_key_revoked ${path} > ${join(directory, "count")}`;
    const grep = await best(async () => (await run(command)).cpuSeconds);
    for (const [rules, label] of [
      [ONE, "1 rule"],
      [MANY, `${MANY.length} rules`],
    ] as const) {
      const seconds = await best(async () => readLog(path, rules));
      const speed = (statSync(path).size / 1e6 / seconds).toFixed(0);
      say(
        `${name}, ${label}: ${seconds.toFixed(2)} s, ${speed} MB/s; ${(seconds / grep).toFixed(2)} of grep's CPU`,
      );
    }
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** The least of some rounds: other work on the machine only ever adds. */
async function best(measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) least = Math.min(least, await measure());
  return least;
}

/** Lines as pino-http writes them, about 500 bytes, from a generator that gives the same file each time. */
function writeLog(path: string, size: number, share: number): void {
  let state = 42;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const words =
    "payment charge created user cache miss timeout retry key upstream evoked revised order token".split(" ");
  const line = (n: number): string => {
    const event = draw() < share;
    const msg = Array.from(
      { length: 8 + Math.floor(draw() * 30) },
      () => words[Math.floor(draw() * words.length)],
    );
    const headers = {
      host: "api.example.com",
      "user-agent": "Mozilla/5.0 (X11; Linux)",
      "x-request-id": `r${draw()}`,
    };
    return JSON.stringify({
      level: event ? 50 : 30,
      time: 1_779_712_496_789 + n,
      pid: 7,
      hostname: "web-1",
      name: "checkout",
      req: { method: "POST", url: `/v1/orders/${n}`, headers, remoteAddress: "10.0.0.7" },
      res: { statusCode: event ? 401 : 200 },
      responseTime: Math.floor(draw() * 500),
      ...(event ? { err: { code: "api_key_revoked", message: "This API key has been revoked." } } : {}),
      msg: msg.join(" "),
    });
  };
  const block = Buffer.from(Array.from({ length: 16_000 }, (_, n) => `${line(n)}\n`).join(""));
  const fd = openSync(path, "w");
  for (let written = 0; written < size * 2 ** 20; written += block.length) writeSync(fd, block);
  closeSync(fd);
}

/** CPU seconds of one pass over the file. */
function readLog(path: string, rules: readonly MatchRule[]): number {
  const events = new EventReader(rules, (key) => key.slice(-4));
  const lines = new LineReader(events.needles);
  const buffer = lines.room;
  const fd = openSync(path, "r");
  const before = process.cpuUsage();
  let kept = 0;
  for (
    let got = readSync(fd, buffer);
    got > 0;
    got = readSync(fd, buffer, kept, buffer.length - kept, null)
  ) {
    const filled = kept + got;
    const end = buffer.lastIndexOf(0x0a, filled - 1) + 1;
    const chunk = { origin: ORIGIN, stream: path, bytes: buffer.subarray(0, end), replay: false };
    lines.read(chunk, (result) => {
      if (result.kind === "record") events.read(result.record, ORIGIN, 0);
    });
    buffer.copy(buffer, 0, end, filled);
    kept = filled - end;
  }
  const { user, system } = process.cpuUsage(before);
  closeSync(fd);
  return (user + system) / 1e6;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
