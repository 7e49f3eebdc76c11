// The log files that the runs read: pino-like lines of 300 to 700 bytes, a share of which are events. The same seed
// gives the same lines; only their times follow the clock, for a backlog is of today: a log of last month would measure
// how the detectors pass a month of silence.

import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, ".data");
/** Distinct blocks that a file repeats: enough that no cache of a processor holds them. */
const BLOCK_BYTES = 8 * 2 ** 20;
const LINE_MS = 2;
/** Less than a line's mean length, so that the last one is not in the future. */
const BYTES_A_LINE = 400;
/** A file that is older is made anew. */
const KEPT_MS = 6 * 3_600_000;

/**
 * A file of `bytes` bytes in which a share `events` of the lines are events. It is kept for six hours.
 * @param events 0 to 1.
 */
export function logFile(bytes: number, events: number): string {
  const path = join(FOLDER, `log-${bytes}-${events}.ndjson`);
  const nowMs = Date.now();
  if (existsSync(path) && nowMs - statSync(path).mtimeMs < KEPT_MS) return path;
  mkdirSync(FOLDER, { recursive: true });
  const random = mulberry32(1);
  const startMs = nowMs - Math.round(bytes / BYTES_A_LINE) * LINE_MS;
  let line = 0;
  const file = openSync(`${path}.part`, "w");
  for (let written = 0; written < bytes;) {
    let block = "";
    while (block.length < BLOCK_BYTES)
      block += logLine(startMs + line * LINE_MS, line++, random() < events, random);
    written += writeSync(file, block);
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}

/** One line as pino writes it for an HTTP service, with the API's error body when it is an event. */
export function logLine(timeMs: number, n: number, event: boolean, random: () => number): string {
  const service = ["checkout", "billing", "orders", "search"][Math.floor(random() * 4)];
  const requestId = `req_${(n * 2654435761).toString(36).toUpperCase().slice(-12).padStart(12, "0")}`;
  const request = {
    method: "POST",
    url: `/v1/charges/${Math.floor(random() * 1e9)}`,
    headers: { "user-agent": "python-requests/2.32.3", "x-trace": "a".repeat(Math.floor(random() * 300)) },
    remoteAddress: `10.0.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`,
  };
  const common = {
    level: event ? 50 : 30,
    time: timeMs,
    pid: 7,
    hostname: "web-1",
    name: service,
    req: request,
  };
  const rest = event
    ? {
        request_id: requestId,
        response: {
          status: 401,
          body: {
            success: false,
            error: "api_key_revoked",
            message: "This API key has been revoked.",
            doc_url: "https://docs.asterwise.com/reference/errors/api_key_revoked",
            request_id: requestId,
          },
        },
        msg: "upstream failed",
      }
    : {
        request_id: requestId,
        response: { status: 200, bytes: Math.floor(random() * 1e5) },
        msg: "request completed",
      };
  return `${JSON.stringify({ ...common, ...rest })}\n`;
}

/** A small seeded generator of numbers in [0, 1) (mulberry32, public domain). */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}
