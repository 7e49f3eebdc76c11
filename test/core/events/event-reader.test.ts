// Records to events, where the labelled lines of test/fixtures/lines do not tell enough: several rules, conditions,
// labels, what else an event carries, and that hostile records are borne.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { RevokedEvent } from "../../../src/core/events/event.ts";
import { EventReader, type Verdict } from "../../../src/core/events/event-reader.ts";
import { DEFAULT_MATCH, type Condition, type MatchRule } from "../../../src/core/events/rule.ts";
import { type JsonObject, parseObject } from "../../../src/core/lines/json.ts";
import type { LogRecord } from "../../../src/core/lines/line.ts";

const NOW = Date.UTC(2026, 4, 25, 13);
const DEFAULT_RULE: MatchRule = { name: "api_key_revoked", match: DEFAULT_MATCH };

function record(value: JsonObject, around: Partial<LogRecord> = {}): LogRecord {
  return { value, wrapper: null, wrapperTimeMs: null, envelope: null, prefixLevel: null, ...around };
}

function readAll(
  rules: readonly MatchRule[],
  read: LogRecord,
  labels: Readonly<Record<string, string>> = {},
): readonly Verdict[] {
  const reader = new EventReader(rules, (key) => `digest of ${key.length}`);
  return reader.read(read, { source: "api", format: "auto", labels }, NOW);
}

function eventOf(value: JsonObject, around: Partial<LogRecord> = {}, labels = {}): RevokedEvent {
  const [verdict] = readAll([DEFAULT_RULE], record(value, around), labels);
  assert.ok(verdict?.kind === "event", `no event: ${JSON.stringify(verdict)}`);
  return verdict.event;
}

function where(condition: Partial<Condition>): MatchRule {
  const all = { path: "status", equals: null, in: null, gte: null, lte: null, regex: null };
  return { name: "r", match: { ...DEFAULT_MATCH, where: [{ ...all, ...condition }] } };
}

describe("event reader", () => {
  for (const key of ["sk_live_51HxQp2eZvKYlo2C0aBcDeFg", "a key of no known form 0123"]) {
    it(`lets ${key.slice(0, 8)}… out of no field`, () => {
      const spread = { request_id: key, service: `pay ${key}`, hostname: key, msg: key, level: key };
      const event = eventOf({
        error: "api_key_revoked",
        api_key: key,
        doc_url: `https://docs.example/${key}`,
        ...spread,
      });
      assert.ok(!JSON.stringify({ ...event, key: event.key?.shown }).includes(key.slice(9, 22)));
      assert.equal(event.service, "pay [redacted]");
    });
  }

  it("keeps every digit of a number as an id, however deep the record", () => {
    const text = '{"error":"api_key_revoked","request_id":12345678901234567890}';
    const id = (json: string): string | null => eventOf(parseObject(json) ?? {}).requestId;
    assert.equal(id(text), "12345678901234567890");
    assert.equal(id(text.replace("1234567890123", "-")), "-4567890");
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    assert.equal(id(text.replace("{", `{"a":${deep},`)), "12345678901234567000");
  });

  it("reads everything that an event carries", () => {
    const value = {
      level: 50,
      time: NOW - 5,
      hostname: "web-1",
      name: "checkout",
      msg: "upstream failed for sk_live_51HxQp2eZvKYlo2C0aBcDeFg",
      err: {
        error: "api_key_revoked",
        doc_url: "https://docs.example/x",
        request_id: "req_1",
        token: "sk_live_51HxQp2eZvKYlo2C0aBcDeFg",
      },
    };
    assert.deepEqual(eventOf(value), {
      rule: "api_key_revoked",
      source: "api",
      timeMs: NOW - 5,
      timeFrom: "record",
      requestId: "req_1",
      service: "checkout",
      key: { shown: "sk_live_…DeFg", digest: "digest of 32" },
      host: "web-1",
      docUrl: "https://docs.example/x",
      message: "upstream failed for [redacted]",
      level: "50",
    });
  });

  it("knows nothing of a bare code but the source and the arrival", () => {
    assert.deepEqual(eventOf({ error: "api_key_revoked" }), {
      rule: "api_key_revoked",
      source: "api",
      timeMs: NOW,
      timeFrom: "arrival",
      requestId: null,
      service: "api",
      key: null,
      host: null,
      docUrl: null,
      message: null,
      level: null,
    });
  });

  it("lets a source's labels override what the line says", () => {
    const event = eventOf(
      { error: "api_key_revoked", service: "a", host: "b" },
      {},
      { service: "x", host: "y" },
    );
    assert.deepEqual([event.service, event.host], ["x", "y"]);
  });

  it("takes the time of the record, then the wrapper, then the body", () => {
    const body = { error: "api_key_revoked", timestamp: NOW - 3 };
    assert.equal(eventOf({ time: NOW - 1, body }, { wrapperTimeMs: NOW - 2 }).timeFrom, "record");
    assert.equal(eventOf({ body }, { wrapperTimeMs: NOW - 2 }).timeFrom, "wrapper");
    assert.equal(eventOf({ body }).timeFrom, "body");
  });

  it("keeps 200 characters of a request id", () => {
    assert.equal(eventOf({ error: "api_key_revoked", request_id: "r".repeat(500) }).requestId?.length, 200);
  });

  it("reads what stands around the record last", () => {
    const envelope = { request_id: "outer", SYSLOG_IDENTIFIER: "unit", _HOSTNAME: "h" };
    const event = eventOf({ error: "api_key_revoked" }, { envelope });
    assert.deepEqual([event.requestId, event.service, event.host], ["outer", "unit", "h"]);
    assert.equal(eventOf({ error: "api_key_revoked", request_id: "inner" }, { envelope }).requestId, "inner");
  });

  it("gives one verdict a rule, in their order", () => {
    const other: MatchRule = {
      name: "expired",
      match: { ...DEFAULT_MATCH, codes: ["token_expired"], phrases: [] },
    };
    const kinds = (value: JsonObject) =>
      readAll([other, DEFAULT_RULE], record(value)).map(({ rule, kind }) => [rule, kind]);
    assert.deepEqual(kinds({ error: "api_key_revoked" }), [
      ["expired", "none"],
      ["api_key_revoked", "event"],
    ]);
    assert.deepEqual(kinds({ error: "token_expired", err: { code: "api_key_revoked" } }), [
      ["expired", "event"],
      ["api_key_revoked", "event"],
    ]);
  });

  it("asks for no needle when a rule has a text without one", () => {
    const rule: MatchRule = { name: "r", match: { ...DEFAULT_MATCH, phrases: ["密钥已吊销"] } };
    assert.equal(new EventReader([DEFAULT_RULE, rule], String).needles, null);
    assert.ok(new EventReader([DEFAULT_RULE], String).needles?.includes("api_key_revoked"));
  });

  const HOLDS: readonly (readonly [string, Partial<Condition>, boolean])[] = [
    ["an equal number", { path: "res.status", equals: "401" }, true],
    ["another number", { path: "res.status", equals: "403" }, false],
    ["one of several", { path: "res.status", in: ["400", "401"] }, true],
    ["none of several", { path: "res.status", in: ["400"] }, false],
    ["at least", { path: "res.status", gte: 401 }, true],
    ["at least more", { path: "res.status", gte: 402 }, false],
    ["at most", { path: "res.status", lte: 401 }, true],
    ["at most less", { path: "res.status", lte: 400 }, false],
    ["a range of what is no number", { path: "env", gte: 0 }, false],
    ["a regex", { path: "env", regex: /^prod/ }, true],
    ["a regex that does not match", { path: "env", regex: /^stage/ }, false],
    ["a name with a dot", { path: "http.method", equals: "GET" }, true],
    ["a path of three", { path: "res.x.y", equals: "1" }, true],
    ["a property that is not there", { path: "absent", equals: "1" }, false],
    ["an object", { path: "res", equals: "[object Object]" }, false],
    ["a property in a string's object", { path: "body.code", equals: "7" }, true],
  ];
  for (const [what, condition, holds] of HOLDS) {
    it(`${holds ? "holds" : "does not hold"} for ${what}`, () => {
      const value = {
        error: "api_key_revoked",
        res: { status: 401, x: { y: 1 } },
        env: "production",
        "http.method": "GET",
        body: '{"code":7}',
      };
      const [verdict] = readAll([where(condition)], record(value));
      assert.equal(verdict?.kind, holds ? "event" : "none");
      if (verdict?.kind === "none") assert.equal(verdict.reason, "where");
    });
  }

  it("bears any record", () => {
    const name = fc.constantFrom(
      "error",
      "msg",
      "level",
      "time",
      "request_id",
      "__proto__",
      "log",
      "key",
      "value",
      "service",
    );
    const leaf = fc.constantFrom(
      "api_key_revoked",
      '{"error":"api_key_revoked"}',
      "{",
      null,
      true,
      1e300,
      "",
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(name, tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, value), (properties) => {
        const parsed = JSON.parse(JSON.stringify(properties)) as JsonObject;
        assert.equal(readAll([DEFAULT_RULE], record(parsed)).length, 1);
      }),
    );
  });
});
