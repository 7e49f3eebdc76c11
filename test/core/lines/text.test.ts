// The small readers of core/lines: times, literals, names, a text before the object, the time of the last line.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { timeOfLastLine } from "../../../src/core/lines/line-time.ts";
import { literalOf, needlesOf } from "../../../src/core/lines/literal.ts";
import { reduceName } from "../../../src/core/lines/name.ts";
import { readPrefixed } from "../../../src/core/lines/text-prefix.ts";
import { parseTime, timeOf } from "../../../src/core/lines/time.ts";

describe("time", () => {
  const MS = Date.UTC(2026, 4, 25, 12, 34, 56, 789);
  const SECOND = Date.UTC(2026, 4, 25, 12, 34, 56);
  const cases: readonly (readonly [unknown, number | null])[] = [
    ["2026-05-25T12:34:56.789Z", MS],
    ["2026-05-25t12:34:56.789z", MS],
    ["2026-05-25T14:34:56.789+02:00", MS],
    ["2026-05-25T07:04:56.789-0530", MS],
    ["2026-05-25T14:34:56.789+02", MS],
    ["2026-05-25T12:34:56.789999999Z", MS],
    ["2026-05-25 12:34:56,789", MS],
    ["2026-05-25 12:34:56.789 +0000 UTC", MS],
    ["2026/05/25 12:34:56", SECOND],
    ["20260525T123456.789Z", MS],
    ["20260525T143456+0200", SECOND],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2026-02-29T00:00:00Z", null],
    ["2026-04-31T00:00:00Z", null],
    ["2026-05-25T12:34:56", SECOND],
    ["25/May/2026:14:34:56 +0200", SECOND],
    ["Mon, 25 May 2026 12:34:56 GMT", SECOND],
    [1_779_712_496, SECOND],
    [1_779_712_496.789, MS],
    [1_779_712_496_789, MS],
    [1_779_712_496_789_000, MS],
    [1_779_712_496_789_000_000, MS],
    ["1779712496.789", MS],
    ["1779712496789", MS],
    ["1779712496789000000", MS],
    [{ epochSecond: 1_779_712_496, nanoOfSecond: 789_000_000 }, MS],
    [{ date: "2026-05-25 12:34:56.789000", timezone_type: 3, timezone: "UTC" }, MS],
    ["2026-13-25T12:34:56Z", null],
    ["1970-01-01T00:00:00Z", null],
    ["2999-01-01T00:00:00Z", null],
    [0, null],
    [12.5, null],
    [Number.NaN, null],
    ["", null],
    ["yesterday", null],
    ["May 25 12:34:56", null],
    [true, null],
    [null, null],
  ];
  for (const [value, expected] of cases) {
    it(`of ${JSON.stringify(value)} is ${expected ?? "none"}`, () => {
      assert.equal(parseTime(value as string), expected);
    });
  }

  it("is read from the best of an object's names that holds one", () => {
    assert.equal(
      timeOf({ created: 1_779_712_000, "@timestamp": "2026-05-25T12:34:56Z", time: "n/a" }),
      SECOND,
    );
    assert.equal(timeOf({ "@t": "2026-05-25T12:34:56Z" }), SECOND);
    assert.equal(timeOf({ t: "2026-05-25T12:34:56Z", duration: 1_779_712_496 }), null);
  });
});

describe("needles", () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ["api_key_revoked", "api_key_revoked"],
    ["key “revoked” by admin", " by admin"],
    ["a/b", null],
    ["Schlüsselwort", "sselwort"],
    ["", null],
    ["x".repeat(100), "x".repeat(64)],
  ];
  for (const [text, literal] of cases) {
    it(`of ${JSON.stringify(text.slice(0, 30))} is ${JSON.stringify(literal?.slice(0, 30) ?? null)}`, () => {
      assert.equal(literalOf(text), literal);
    });
  }

  it("leave out what a shorter one finds too", () => {
    assert.deepEqual(needlesOf(["the api_key_revoked code", "api_key_revoked"]), ["api_key_revoked"]);
  });

  it("are none at all when one text has none", () => {
    assert.equal(needlesOf(["api_key_revoked", "无效"]), null);
  });
});

describe("a reduced name", () => {
  it("is lower-cased letters and digits after the last dot", () => {
    const names = ["error.errorCode", "error_code", "Error-Code", "ERRORCODE", "a.b.error code"];
    assert.deepEqual(new Set(names.map(reduceName)), new Set(["errorcode"]));
  });
});

describe("a text prefix", () => {
  const VALUE = { a: { b: "}" } };
  const JSON_TEXT = JSON.stringify(VALUE);
  const read: readonly string[] = [
    "May 25 12:34:56 web-1 checkout[812]: ",
    "<11>1 2026-05-25T12:34:56.789Z web-1 checkout 812 - - ",
    '<11>1 2026-05-25T12:34:56.789Z web-1 checkout 812 ID [x@1 k="v"] ',
    "[2026-05-25 12:34:56,789] ERROR [main] {user=7} c.e.Foo - ",
    "{} ",
    "payload=",
  ];
  for (const prefix of read) {
    it(`is passed over: ${prefix}`, () => {
      assert.deepEqual(readPrefixed(`${prefix}${JSON_TEXT} `)?.value, VALUE);
    });
  }

  const refused: readonly string[] = [
    `{"level":"error" "err":${JSON_TEXT}`,
    `"service":"x","err":${JSON_TEXT}`,
    `ror","err":${JSON_TEXT}`,
    `[${JSON_TEXT},${JSON_TEXT}`,
    `x ${JSON_TEXT} trailing`,
    `{"a":1}${JSON_TEXT}`,
    `x {y}`,
  ];
  for (const text of refused) {
    it(`is no way to read broken JSON: ${text}`, () => {
      assert.equal(readPrefixed(text), null);
    });
  }

  it("tells time, level, host and program", () => {
    const syslog = readPrefixed(`<11>1 2026-05-25T12:34:56.789Z web-1 checkout 812 - - ${JSON_TEXT}`);
    assert.deepEqual(syslog?.envelope, { hostname: "web-1", SYSLOG_IDENTIFIER: "checkout" });
    assert.equal(syslog?.timeMs, Date.UTC(2026, 4, 25, 12, 34, 56, 789));
    assert.equal(readPrefixed(`2026-05-25 12:34:56 INFO x.ErrorHandler - ${JSON_TEXT}`)?.level, "INFO");
  });
});

describe("the time of the last line", () => {
  const MS = Date.UTC(2026, 4, 25, 12, 34, 56, 789);
  const cases: readonly (readonly [string, string, number | null])[] = [
    ["is the record's own", `{"time":1}\n{"time":${MS},"msg":"x"}\n`, MS],
    ["is that of the last whole line", `{"time":${MS}}\n{"time":${MS + 5}`, MS],
    ["is the wrapper's when the record has none", `2026-05-25T12:34:56.789Z stdout F plain\n`, MS],
    ["is found in a part of a line", `2026-05-25T12:34:56.789Z stdout P {"a":\n`, MS],
    ["is none in plain text", "x\n", null],
    ["is none without a whole line", "x", null],
    ["is not looked for in a line over 64 KiB", `{"time":${MS},"x":"${"y".repeat(65_536)}"}\n`, null],
  ];
  for (const [what, text, expected] of cases) {
    it(what, () => {
      assert.equal(timeOfLastLine(Buffer.from(text)), expected);
    });
  }
});
