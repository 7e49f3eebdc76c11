// Chunks to records: framing, wrappers, formats kept per stream, and the needles that decide what is read at all.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { LineFormat } from "../../../src/core/lines/chunk.ts";
import type { LineResult } from "../../../src/core/lines/line.ts";
import { LineReader } from "../../../src/core/lines/line-reader.ts";

const NEEDLE = "api_key_revoked";
const EVENT = `{"error":"${NEEDLE}","n":1}`;

interface Read {
  readonly lines: number;
  readonly results: readonly LineResult[];
}

function read(
  reader: LineReader,
  text: string | Buffer,
  { stream = "s", format = "auto" }: { stream?: string; format?: LineFormat } = {},
): Read {
  const results: LineResult[] = [];
  const origin = { source: "test", format, labels: {} };
  const lines = reader.read({ origin, stream, bytes: Buffer.from(text as string), replay: false }, (result) =>
    results.push(result),
  );
  return { lines, results };
}

function values(results: readonly LineResult[]): readonly unknown[] {
  return results.map((result) => (result.kind === "record" ? result.record.value : result.kind));
}

function dockerLine(log: string): string {
  return JSON.stringify({ log, stream: "stdout", time: "2026-05-25T12:34:56.5Z" });
}

function wrap(kind: "json" | "cri" | "docker" | "journald", texts: readonly string[]): string {
  switch (kind) {
    case "json":
      return `${texts.join("")}\n`;
    case "cri":
      return texts
        .map((text, i) => `2026-05-25T12:34:56.5Z stdout ${i < texts.length - 1 ? "P" : "F"} ${text}\n`)
        .join("");
    case "docker":
      return texts.map((text, i) => `${dockerLine(i < texts.length - 1 ? text : `${text}\n`)}\n`).join("");
    case "journald": {
      const MESSAGE = [...Buffer.from(texts.join(""))];
      return `${JSON.stringify({ __REALTIME_TIMESTAMP: "1779712496500000", PRIORITY: "6", MESSAGE })}\n`;
    }
  }
}

describe("line reader", () => {
  it("emits only lines with a needle, with their place, and counts all lines", () => {
    const { lines, results } = read(new LineReader([NEEDLE]), `{"a":1}\n\n${EVENT}\nrubbish\n${EVENT}`);
    assert.equal(lines, 5);
    assert.deepEqual(
      results.map(({ line, kind }) => [line, kind]),
      [
        [2, "record"],
        [4, "record"],
      ],
    );
  });

  it("reads every line when a rule has no needle, blank ones left out", () => {
    const { lines, results } = read(new LineReader(null), `{"a":1}\n\nrubbish\n[1]\n`);
    assert.equal(lines, 4);
    assert.deepEqual(
      results.map((result) => (result.kind === "fault" ? result.reason : result.kind)),
      ["record", "not_json", "not_object"],
    );
  });

  const framed: readonly (readonly [string, Buffer])[] = [
    ["a carriage return at the end", Buffer.from(`${EVENT}\r\n`)],
    ["a byte order mark", Buffer.from(`\ufeff${EVENT}\n`)],
    ["leading NULs", Buffer.from(`\0\0\0${EVENT}\n`)],
    ["NULs and a byte order mark", Buffer.from(`\0\ufeff${EVENT}\r\n`)],
  ];
  for (const [what, bytes] of framed) {
    it(`drops ${what}`, () => {
      assert.deepEqual(values(read(new LineReader([NEEDLE]), bytes).results), [JSON.parse(EVENT)]);
    });
  }

  it("ends a line at LF alone", () => {
    const { lines, results } = read(
      new LineReader([NEEDLE]),
      `{"a":"x\u2028y\u0085","error":"${NEEDLE}"}\n{"a":1}\r{"b":2}\n`,
    );
    assert.equal(lines, 2);
    assert.deepEqual(values(results), [{ a: "x\u2028y\u0085", error: NEEDLE }]);
  });

  it("makes invalid UTF-8 readable", () => {
    const bytes = Buffer.concat([
      Buffer.from(`{"error":"${NEEDLE}","a":"`),
      Buffer.of(0xff),
      Buffer.from('"}\n'),
    ]);
    assert.deepEqual(values(read(new LineReader([NEEDLE]), bytes).results), [{ error: NEEDLE, a: "\ufffd" }]);
  });

  for (const kind of ["cri", "docker"] as const) {
    it(`finds a needle that ${kind} cut in two, wherever the cut is`, () => {
      for (let cut = 1; cut < EVENT.length; cut += 1) {
        const text = wrap(kind, ['{"a":1}']) + wrap(kind, [EVENT.slice(0, cut), EVENT.slice(cut)]);
        assert.deepEqual(
          values(read(new LineReader([NEEDLE]), text).results),
          [JSON.parse(EVENT)],
          `cut at ${cut}`,
        );
      }
    });

    it(`knows ${kind} after blank lines`, () => {
      const text = `\n\r\n${wrap(kind, ['{"a":1}'])}${wrap(kind, [EVENT.slice(0, 15), EVENT.slice(15)])}`;
      assert.deepEqual(values(read(new LineReader([NEEDLE]), text).results), [JSON.parse(EVENT)]);
    });

    it(`knows ${kind} after a chunk of blank lines`, () => {
      const reader = new LineReader([NEEDLE]);
      assert.equal(read(reader, "").lines, 0);
      assert.equal(read(reader, "\n\n").lines, 2);
      const text = wrap(kind, ['{"a":1}']) + wrap(kind, [EVENT.slice(0, 15), EVENT.slice(15)]);
      assert.deepEqual(values(read(reader, text).results), [JSON.parse(EVENT)]);
    });

    it(`joins the parts of ${kind} over chunks, and keeps streams apart`, () => {
      const reader = new LineReader([NEEDLE]);
      const [first = "", second = ""] = wrap(kind, [EVENT.slice(0, 15), EVENT.slice(15)]).split(/(?<=\n)/);
      assert.deepEqual(values(read(reader, first, { stream: "a" }).results), []);
      assert.deepEqual(values(read(reader, wrap(kind, ['{"b":1}']), { stream: "b" }).results), []);
      assert.deepEqual(values(read(reader, second, { stream: "a" }).results), [JSON.parse(EVENT)]);
    });
  }

  it("joins stdout and stderr each by itself", () => {
    const text = [
      `2026-05-25T12:34:56Z stdout P {"error":"api_key_`,
      `2026-05-25T12:34:56Z stderr P {"error":"api_`,
      `2026-05-25T12:34:56Z stdout F revoked","n":1}`,
      `2026-05-25T12:34:56Z stderr F key_revoked","n":2}`,
      "",
    ].join("\n");
    assert.deepEqual(values(read(new LineReader([NEEDLE]), text).results), [
      { error: NEEDLE, n: 1 },
      { error: NEEDLE, n: 2 },
    ]);
  });

  it("reads a journal message written as numbers, where no needle stands in the line", () => {
    const text = wrap("journald", ['{"a":1}']) + wrap("journald", [EVENT]);
    assert.deepEqual(values(read(new LineReader([NEEDLE]), text).results), [JSON.parse(EVENT)]);
  });

  it("finds what CRI cut in two in a stream that began as plain JSON", () => {
    const text = `{"a":1}\n${wrap("cri", [EVENT.slice(0, 15), EVENT.slice(15)])}`;
    assert.deepEqual(values(read(new LineReader([NEEDLE]), text).results), [JSON.parse(EVENT)]);
  });

  it("gives up a line whose end does not come, and what follows is read", () => {
    const reader = new LineReader([NEEDLE]);
    read(reader, `2026-05-25T12:34:56Z stdout P {"lost":"${NEEDLE}\n`);
    read(reader, `2026-05-25T12:34:56Z stderr F quiet\n`.repeat(1001));
    const { results } = read(reader, `2026-05-25T12:34:56Z stdout F ${EVENT}\n`);
    assert.deepEqual(values(results), [JSON.parse(EVENT)]);
  });

  it("counts as broken the line that it gives up", () => {
    const reader = new LineReader([NEEDLE]);
    read(reader, `2026-05-25T12:34:56Z stdout P {"lost":"${NEEDLE}\n`);
    const { results } = read(reader, `2026-05-25T12:34:56Z stderr F quiet\n`.repeat(1001));
    assert.deepEqual(values(results), ["fault"]);
  });

  it("gives up the unfinished line of a stream that is silent for a minute, once", () => {
    const reader = new LineReader([NEEDLE]);
    const waiting: number[] = [];
    const origin = { source: "test", format: "auto", labels: {} } as const;
    const place = {
      generation: 1,
      offset: 0,
      waiting: (parts: readonly unknown[]) => waiting.push(parts.length),
    };
    const bytes = Buffer.from(`2026-05-25T12:34:56Z stdout P {"lost":"${NEEDLE}\n`);
    reader.read({ origin, stream: "s", bytes, replay: false, place }, () =>
      assert.fail("nothing is finished"),
    );
    const given: string[] = [];
    for (const nowMs of [0, 1000, 59_999]) reader.giveUp(nowMs, () => assert.fail("too early"));
    for (const nowMs of [60_000, 120_000]) {
      reader.giveUp(nowMs, (result, from) => given.push(`${result.kind} of ${from.source}`));
    }
    assert.deepEqual(given, ["fault of test"]);
    assert.deepEqual(waiting, [1, 0]);
    assert.deepEqual(values(read(reader, `2026-05-25T12:34:56Z stdout F ${EVENT}\n`).results), [
      JSON.parse(EVENT),
    ]);
  });

  it("waits anew for the rest of a line with each part that comes", () => {
    const reader = new LineReader([NEEDLE]);
    read(reader, `2026-05-25T12:34:56Z stdout P ${EVENT.slice(0, 5)}\n`);
    for (const nowMs of [0, 50_000]) reader.giveUp(nowMs, () => assert.fail("too early"));
    read(reader, `2026-05-25T12:34:56Z stdout P ${EVENT.slice(5, 15)}\n`);
    for (const nowMs of [51_000, 100_000]) reader.giveUp(nowMs, () => assert.fail("too early"));
    const { results } = read(reader, `2026-05-25T12:34:56Z stdout F ${EVENT.slice(15)}\n`);
    assert.deepEqual(values(results), [JSON.parse(EVENT)]);
  });

  it("takes a line whose end is missing as the event that it holds", () => {
    const reader = new LineReader([NEEDLE]);
    read(reader, `2026-05-25T12:34:56Z stdout P ${EVENT.slice(0, 15)}\n`);
    read(reader, `2026-05-25T12:34:56Z stdout P ${EVENT.slice(15)}\n`);
    const given: LineResult[] = [];
    for (const nowMs of [0, 60_000]) reader.giveUp(nowMs, (result) => given.push(result));
    assert.deepEqual(values(given), [JSON.parse(EVENT)]);
  });

  it("reads a whole line after the torn one of a killed container", () => {
    const text =
      wrap("docker", ['{"a":1}']) +
      `${JSON.stringify({ log: '{"torn', stream: "stdout", time: "x" })}\n` +
      wrap("docker", [EVENT]);
    assert.deepEqual(values(read(new LineReader([NEEDLE]), text).results), [JSON.parse(EVENT)]);
  });

  it("refuses to join more than 1 MiB", () => {
    const part = `2026-05-25T12:34:56Z stdout P ${"x".repeat(16_384)}\n`;
    const { results } = read(
      new LineReader([NEEDLE]),
      `${part.repeat(70)}2026-05-25T12:34:56Z stdout F ${NEEDLE}\n`,
    );
    assert.deepEqual(results, [{ kind: "fault", line: 70, reason: "too_long" }]);
  });

  it("keeps to `json` when told so: a property named log is a property", () => {
    const line = wrap("docker", [EVENT]);
    const [result] = read(new LineReader([NEEDLE]), line, { format: "json" }).results;
    assert.ok(result?.kind === "record" && result.record.wrapper === null);
  });

  it("reads lines of every kind in a stream that began as another", () => {
    const text = `${EVENT}\n${wrap("cri", [EVENT])}${wrap("docker", [EVENT])}May 25 12:34:56 web-1 pay[1]: ${EVENT}\n`;
    const wrappers = read(new LineReader([NEEDLE]), text).results.map((r) =>
      r.kind === "record" ? r.record.wrapper : r.kind,
    );
    assert.deepEqual(wrappers, [null, "cri", "docker", "text"]);
  });

  it("gives the same lines for every cut into chunks at line ends", () => {
    const kinds = fc.constantFrom("json", "cri", "docker", "journald" as const);
    const texts = fc.array(
      fc.oneof(
        fc.constant([EVENT]),
        fc.nat(EVENT.length).map((cut) => [EVENT.slice(0, cut), EVENT.slice(cut)]),
        fc.constant(['{"quiet":true}']),
        fc.constant(["plain api_key_revoked"]),
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(kinds, texts, fc.array(fc.boolean()), (kind, all, cuts) => {
        const text = all.map((each) => wrap(kind, each)).join("");
        const lines = text.split(/(?<=\n)/);
        const whole = read(new LineReader([NEEDLE]), text);
        const reader = new LineReader([NEEDLE]);
        let chunk = "";
        let count = 0;
        const seen: unknown[] = [];
        lines.forEach((line, i) => {
          chunk += line;
          if (!cuts[i] && i < lines.length - 1) return;
          const part = read(reader, chunk);
          count += part.lines;
          seen.push(...values(part.results));
          chunk = "";
        });
        assert.equal(count, whole.lines);
        assert.equal(count, lines.length);
        assert.deepEqual(seen, values(whole.results));
      }),
    );
  });

  it("does not stumble over a megabyte of brackets", () => {
    const depth = 170_000;
    const deep = `${'{"a":'.repeat(depth)}"${NEEDLE}"${"}".repeat(depth)}`;
    const braces = `${NEEDLE} ${'{"'.repeat(500_000)}}`;
    const { results } = read(new LineReader([NEEDLE]), `${deep}\n${braces}\n${EVENT}\n`);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ["record", "fault", "record"],
    );
  });
});
