// The labelled lines, through the same code that the verb and the daemon use, and the verb as a person meets it.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { explainLines, explainVerb, type Explanation } from "../../src/cli/explain.ts";
import { UsageError, type Invocation } from "../../src/cli/verb.ts";
import { EventReader } from "../../src/core/events/event-reader.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import { LineReader } from "../../src/core/lines/line-reader.ts";

interface Labelled {
  readonly id: string;
  readonly why: string;
  /** Several physical lines where a wrapper cut one; the label is the last one's. */
  readonly line: string;
  readonly expect: Readonly<Record<string, string | boolean | null>>;
}

const RULES = [{ name: "api_key_revoked", match: DEFAULT_MATCH }];

function fixture(name: string): Labelled[] {
  return readFileSync(new URL(`../fixtures/lines/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Labelled);
}

for (const name of ["public.jsonl", "own.jsonl", "boundaries.jsonl"]) {
  describe(`explain reads ${name} as labelled`, () => {
    for (const { id, why, line, expect } of fixture(name)) {
      it(`${id}: ${why}`, () => {
        const explain = explainLines(RULES);
        const answers = line.split("\n").map((each) => explain(Buffer.from(each)));
        const last: Readonly<Record<string, unknown>> = { ...(answers.at(-1) as Explanation) };
        const read = Object.fromEntries(Object.keys(expect).map((key) => [key, last[key]]));
        assert.deepEqual(read, expect);
        assert.ok(!JSON.stringify(answers).includes("51HxQp2eZvKYlo2C0"), "shows a full key");
      });
    }
  });
}

describe("the daemon's scan", () => {
  for (const name of ["public.jsonl", "own.jsonl", "boundaries.jsonl"]) {
    it(`counts in ${name} what explain calls an event`, () => {
      for (const { id, line } of fixture(name)) {
        const explain = explainLines(RULES);
        const explained = line.split("\n").filter((each) => explain(Buffer.from(each)).event).length;
        const events = new EventReader(RULES, (key) => key);
        const origin = { source: "api", format: "auto", labels: {} } as const;
        const bytes = Buffer.from(`${line}\n`);
        let counted = 0;
        new LineReader(events.needles).read({ origin, stream: "", bytes, replay: false }, (read) => {
          if (read.kind !== "record") return;
          counted += events.read(read.record, origin, 0).filter(({ kind }) => kind === "event").length;
        });
        assert.equal(counted, explained, id);
      }
    });
  }
});

const folder = mkdtempSync(join(tmpdir(), "revokewatch-explain-"));
after(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function runVerb(
  positionals: readonly string[],
  input: string | null,
  output?: "json",
  closed?: Writable,
): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  if (input === null) Object.assign(stdin, { isTTY: true });
  stdin.end(input ?? "");
  const code = await explainVerb.run({
    values: output === undefined ? {} : { output },
    positionals,
    env: {},
    stdin: stdin as unknown as Invocation["stdin"],
    stdout: (closed ?? stdout) as unknown as Invocation["stdout"],
    stderr: stderr as unknown as Invocation["stderr"],
    signal: new AbortController().signal,
  });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

const EVENT =
  '{"level":"error","time":"2026-05-25T12:34:56Z","error":"api_key_revoked","request_id":"req_1","service":"pay"}';

describe("explain", () => {
  it("answers one object a line with every field, and null for what is not known", async () => {
    const { code, out } = await runVerb([], `${EVENT}\nplain text\n`, "json");
    assert.equal(code, 0);
    assert.deepEqual(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
      [
        {
          line: 1,
          event: true,
          rule: "api_key_revoked",
          request_id: "req_1",
          service: "pay",
          key: null,
          time: "2026-05-25T12:34:56.000Z",
          wrapper: null,
        },
        { line: 2, event: false, reason: "not_json" },
      ],
    );
  });

  it("counts blank lines and a last line without its newline", async () => {
    const { out } = await runVerb(["-"], `\n\n${EVENT}`, "json");
    assert.deepEqual(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).line),
      [1, 2, 3],
    );
  });

  it("tells a line over 1 MiB without holding it, and goes on with the next", async () => {
    const { out } = await runVerb([], `{"a":"${"x".repeat(3 * 1024 * 1024)}"}\n${EVENT}\n`, "json");
    const [first, second] = out.trim().split("\n");
    assert.deepEqual(JSON.parse(first ?? ""), { line: 1, event: false, reason: "too_long" });
    assert.equal(JSON.parse(second ?? "").event, true);
  });

  it("reads a file, and says in words why a line does not count", async () => {
    const file = join(folder, "app.log");
    writeFileSync(file, `${EVENT}\n{"level":"info","msg":"api_key_revoked"}\n`);
    const { code, out } = await runVerb([file], "");
    assert.equal(code, 0);
    assert.match(out, /event {2}api_key_revoked {2}request_id=req_1 {2}service=pay/);
    assert.match(out, /below warn/);
    assert.ok(!out.includes("\u001b"), "colours outside a terminal");
  });

  it("does not let log text steer the terminal", async () => {
    const { out } = await runVerb([], `{"error":"api_key_revoked","request_id":"a\\u001b[2Jb"}\n`);
    assert.ok(!out.includes("\u001b"));
  });

  it("names a missing file and exits 1", async () => {
    const { code, err } = await runVerb([join(folder, "absent.log")], "");
    assert.equal(code, 1);
    assert.match(err, /cannot read .*absent\.log: ENOENT/);
  });

  it("ends quietly when its reader has gone", async () => {
    const closed = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    const { code, err } = await runVerb([], `${EVENT}\n`.repeat(100), "json", closed);
    assert.equal(code, 0);
    assert.equal(err, "");
  });

  it("asks for a file where stdin is a terminal", async () => {
    await assert.rejects(runVerb([], null), UsageError);
  });
});
