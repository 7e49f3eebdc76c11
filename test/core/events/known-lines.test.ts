// The short way of reading a line of a known form, held against the long way: same events, same refusals, same count of
// lines, whatever the lines hold.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { EventReader, type Verdict } from "../../../src/core/events/event-reader.ts";
import { KnownLines } from "../../../src/core/events/known-lines.ts";
import { DEFAULT_MATCH, type MatchRule } from "../../../src/core/events/rule.ts";
import type { Chunk, LineFormat } from "../../../src/core/lines/chunk.ts";
import type { LineResult } from "../../../src/core/lines/line.ts";
import { LineReader } from "../../../src/core/lines/line-reader.ts";
import { type LineWalk, PlainWalk } from "../../../src/core/lines/walk.ts";
import { SimdWalk } from "../../../src/core/lines/walk-simd.ts";

const NOW = Date.UTC(2026, 4, 25, 13);
const CONDITION = { path: "response.status", equals: null, in: null, gte: 400, lte: null, regex: null };
const RULES: readonly MatchRule[] = [
  { name: "api_key_revoked", match: DEFAULT_MATCH },
  { name: "only_denied", match: { ...DEFAULT_MATCH, where: [CONDITION] } },
  { name: "other", match: { codes: ["key_gone"], phrases: [], codeFields: ["code"], where: [] } },
];

const CHUNK_LINES = 3;

interface Outcome {
  readonly lines: number;
  readonly told: readonly unknown[];
  /** Lines that were read the short way. */
  readonly short: number;
}

function outcomeOf(
  text: string | Buffer,
  rules: readonly MatchRule[],
  format: LineFormat,
  walk: LineWalk | null,
): Outcome {
  const events = new EventReader(rules, (key) => `digest of ${key}`);
  const known = new KnownLines(events.setup, walk ?? new PlainWalk());
  const reader = new LineReader(events.needles);
  const told: unknown[] = [];
  let shortly = 0;
  const origin = { source: "api", format, labels: {} };
  const whole = Buffer.from(text);
  // Chunks of some lines each, one after the other in the same memory, as sources read them.
  const memory = Buffer.alloc(whole.length);
  let lines = 0;
  for (let from = 0; from < whole.length;) {
    const to = endOfChunk(whole, from);
    const bytes = memory.subarray(0, to - from);
    memory.fill(0x20);
    whole.copy(memory, 0, from, to);
    const chunk: Chunk = { origin, stream: "", bytes, replay: false };
    known.open(chunk, NOW, (verdict: Verdict) => {
      told.push(verdict);
      shortly += 1;
    });
    const emit = (line: LineResult): void => {
      if (line.kind !== "record") {
        told.push({ kind: line.kind, reason: line.kind === "fault" && line.reason });
        return;
      }
      told.push(...events.read(line.record, origin, NOW));
      known.learn(bytes, line.span, line.record.wrapper);
    };
    lines += reader.read(chunk, emit, walk === null ? null : known);
    from = to;
  }
  return { lines, told, short: shortly };
}

function endOfChunk(bytes: Buffer, from: number): number {
  let end = from;
  for (let line = 0; line < CHUNK_LINES && end < bytes.length; line += 1) {
    const found = bytes.indexOf(0x0a, end);
    end = found === -1 ? bytes.length : found + 1;
  }
  return end;
}

/** Reads a text by the long way and by both short ones. @returns what the short ways made of it. */
function assertAlike(text: string | Buffer, rules = RULES, format: LineFormat = "auto"): Outcome {
  const long = outcomeOf(text, rules, format, null);
  const plain = outcomeOf(text, rules, format, new PlainWalk());
  const simd = outcomeOf(text, rules, format, new SimdWalk());
  for (const short of [plain, simd]) {
    assert.equal(short.lines, long.lines);
    assert.deepEqual(short.told, long.told);
  }
  assert.equal(simd.short, plain.short);
  return simd;
}

const EVENT = {
  level: 50,
  time: 1_779_712_496_789,
  service: "checkout",
  request_id: "req_1",
  response: { status: 401, body: { error: "api_key_revoked", message: "This API key has been revoked." } },
};

const names = fc.constantFrom(
  "level",
  "severity",
  "time",
  "@timestamp",
  "ts",
  "msg",
  "message",
  "error",
  "code",
  "errorCode",
  "type",
  "request_id",
  "req.id",
  "trace_id",
  "service",
  "service.name",
  "name",
  "logger",
  "host",
  "hostname",
  "key_id",
  "api_key",
  "client_id",
  "doc_url",
  "response",
  "body",
  "status",
  "attributes",
  "log",
  "stream",
  "MESSAGE",
  "stringValue",
  "key",
  "value",
  "epochSecond",
  "1",
  "__proto__",
  "größe",
);
const texts = fc.oneof(
  fc.constantFrom("api_key_revoked", "key_gone", "api_key_revoked: denied", "This API key has been revoked."),
  fc.constantFrom("", "-", "null", "0000000000000000", "error", "info", "WARN", "50", " req_2 ", "req_3"),
  fc.constantFrom(
    "2026-05-25T12:34:56.789Z",
    "2026-05-25 12:34:56,789",
    "1779712496.5",
    "https://docs.example/x",
  ),
  fc.constantFrom("sk_live_51HxQp2eZvKYlo2C0aBcDeFg", "pay sk_live_51HxQp2eZvKYlo2C0aBcDeFg", "revokewatch"),
  fc.constantFrom(
    '{"error":"api_key_revoked"}',
    ' {"request_id":"in"}',
    'said {"request_id":"in"}',
    "überprüft",
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);
const scalars = fc.oneof(
  { weight: 4, arbitrary: texts },
  fc.constantFrom(50, 30, 401, 1_779_712_496_789, -0, 1e21, 2 ** 64, 0.5, true, false, null),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    { weight: 6, arbitrary: scalars },
    fc.array(scalars, { maxLength: 3 }),
    fc.dictionary(names, tie("value"), { maxKeys: 5 }),
  ),
})).value;
const records = fc.dictionary(names, values, { minKeys: 1, maxKeys: 8 });

/** The same record with other scalars of the same kinds in the places of its own. */
function withOther(value: unknown, next: () => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withOther(item, next));
  if (typeof value !== "object" || value === null) return value === null ? null : next();
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withOther(inner, next)]));
}

function escapedText(json: string): string {
  return json.replace(/api_key/g, "api\\u005fkey");
}

const CRI_HEAD = "2026-05-25T12:34:57.123456789Z stderr F ";

describe("a line of a known form", () => {
  it("is read the short way behind the time and the stream of a container runtime, and without them", () => {
    const line = JSON.stringify(EVENT);
    const { told, short } = assertAlike(
      `${CRI_HEAD}${line}\n${CRI_HEAD}${line}\n${line}\n`,
      RULES.slice(0, 1),
    );
    assert.equal(short, 2);
    assert.equal(told.length, 3);
  });

  it("has the time of its wrapper when it tells none", () => {
    const { time: _, ...untimed } = EVENT;
    const line = `${CRI_HEAD}${JSON.stringify(untimed)}\n`;
    const { told, short } = assertAlike(line.repeat(3), RULES.slice(0, 1));
    assert.equal(short, 0);
    assert.deepEqual(
      told.map((verdict) => (verdict as { event: { timeFrom: string } }).event.timeFrom),
      ["wrapper", "wrapper", "wrapper"],
    );
  });

  it("is the same event as by the long way when any byte of its wrapper is another, or it comes in parts", () => {
    const line = JSON.stringify(EVENT);
    const half = Math.floor(line.length / 2);
    const parts = `${CRI_HEAD.replace(" F ", " P ")}${line.slice(0, half)}\n${CRI_HEAD}${line.slice(half)}\n`;
    const bytes = fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from(" :PFstdoure0")));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(CRI_HEAD.length), bytes), { maxLength: 20 }), (changes) => {
        const whole = Buffer.from(`${CRI_HEAD}${line}\n`);
        const changed = changes.map(([at, byte]) => {
          const copy = Buffer.from(whole);
          copy[at] = byte;
          return copy;
        });
        assertAlike(Buffer.concat([whole, whole, ...changed, Buffer.from(parts), whole]));
        assertAlike(Buffer.concat([whole, whole, ...changed]), RULES, "json");
        assertAlike(Buffer.concat([whole, whole, ...changed]), RULES, "cri");
      }),
      { numRuns: 200 },
    );
  });

  it("is read the short way from the second on, with what is its own", () => {
    const lines = Array.from({ length: 5 }, (_, n) => JSON.stringify({ ...EVENT, request_id: `req_${n}` }));
    const { told, short } = assertAlike(`${lines.join("\n")}\n`, RULES.slice(0, 1));
    assert.equal(short, 4);
    assert.deepEqual(
      told.map((verdict) => (verdict as { event: { requestId: string } }).event.requestId),
      ["req_0", "req_1", "req_2", "req_3", "req_4"],
    );
  });

  it("is the same event as by the long way, whatever stands in its gaps", () => {
    fc.assert(
      fc.property(
        records,
        fc.array(fc.array(scalars, { minLength: 1 }), { minLength: 1, maxLength: 6 }),
        (record, others) => {
          const event = { error: "api_key_revoked", ...record };
          const variants = others.map((pool) => {
            let at = 0;
            return withOther(event, () => pool[at++ % pool.length]);
          });
          const lines = [event, event, ...variants, { ...event, error: "key_gone" }, event].map((one) =>
            JSON.stringify(one),
          );
          assertAlike(`${lines.join("\n")}\n`);
          assertAlike(`${lines.map(escapedText).join("\n")}\n${lines.join("\r\n")}`);
          assertAlike(lines.join("\n"), RULES.slice(0, 1), "json");
          assertAlike(lines.map((one) => `${CRI_HEAD}${one}`).join("\n"));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is the same event as by the long way when any of its bytes is another", () => {
    const line = JSON.stringify({ ...EVENT, ok: false, n: -1.5, text: 'ein "ü"\n' });
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(line.length - 1),
            fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[],:0eE.-tfn'))),
          ),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        (changes) => {
          const changed = changes.map(([at, byte]) => {
            const bytes = Buffer.from(line);
            bytes[at] = byte;
            return Buffer.concat([bytes, Buffer.from("\n")]);
          });
          assertAlike(Buffer.concat([Buffer.from(`${line}\n${line}\n`), ...changed, Buffer.from(line)]));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is the same event as by the long way for every labelled line", () => {
    const folder = join(import.meta.dirname, "../../fixtures/lines");
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".jsonl"))) {
      const lines = readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean);
      for (const { line } of lines.map((one) => JSON.parse(one) as { line?: string })) {
        if (line !== undefined) assertAlike(`${line}\n${line}\n${line.replace(/\d/g, "7")}\n${line}\n`);
      }
    }
  });

  it("is read the long way while no form comes twice", () => {
    const lines = Array.from({ length: 200 }, (_, n) => JSON.stringify({ ...EVENT, [`name_${n}`]: n }));
    assert.equal(assertAlike(`${lines.join("\n")}\n`).short, 0);
  });
});
