// The verbs `status` and `keys` against a real server: tables for people, JSON for programs, and what is said without a
// daemon.

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it, type TestContext } from "node:test";
import { keysVerb } from "../../src/cli/keys.ts";
import { statusText } from "../../src/cli/status-text.ts";
import { statusVerb } from "../../src/cli/status.ts";
import { table } from "../../src/cli/table.ts";
import { type Invocation, UsageError, type Verb } from "../../src/cli/verb.ts";
import { actions, HOSTILE, key, listenTo, status, views } from "../http/views.ts";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  verb: Verb,
  values: Invocation["values"],
  { columns, positionals = [] }: { columns?: number; positionals?: readonly string[] } = {},
): Promise<Ran> {
  const stdout = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
  const stderr = new PassThrough();
  const { signal } = new AbortController();
  const invocation = { values, positionals, env: {}, stdin: process.stdin, stdout, stderr, signal };
  const code = await verb.run(invocation as unknown as Invocation);
  return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
}

async function served(test: TestContext): Promise<string> {
  const server = await listenTo({
    host: "127.0.0.1",
    port: 0,
    views: { ...views, keys: () => [key] },
    actions,
    token: () => null,
    onAnswer() {},
    onError() {},
  });
  test.after(() => server.close());
  return server.url;
}

describe("status", () => {
  it("tells first what needs a look, then what is open", async (t) => {
    const { code, stdout, stderr } = await run(statusVerb, { url: await served(t) });
    assert.deepEqual([code, stderr], [0, ""]);
    const [first, second, , heading] = stdout.split("\n");
    assert.equal(first, "revokewatch 1.2.3 on host-a, since 2026-05-25T12:00:00Z: ready, 1 open");
    assert.equal(second, "! receiver slack: failing");
    assert.equal(heading, "INCIDENTS");
    assert.match(stdout, /^ {2}7F3K +api_key_revoked +\S.*37 in 5m; usual 1\.2 \(at most 6\)$/m);
    assert.match(stdout, /^ {2}api +file +live +2026-05-25T12:34:59Z +20 B +9 +1$/m);
    assert.match(stdout, / firing +37 in 5m +1\.2 +6 +10 in 1m +99$/m);
  });

  it("names a source without files, a lost one, a receiver that would refuse, and a state that is not saved", () => {
    const [source] = status.sources;
    const [receiver] = status.receivers;
    const text = statusText(
      {
        ...status,
        state_saved: false,
        sources: [
          { ...source!, name: "none", files: [] },
          { ...source!, name: "lost", lost_bytes_total: 2048 },
        ],
        receivers: [{ ...receiver!, circuit_open: false, last_check_ok: false }],
      },
      Infinity,
    );
    assert.deepEqual(
      text.split("\n").filter((line) => line.startsWith("!")),
      [
        "! the state cannot be saved: see the log",
        "! receiver slack: would refuse",
        "! source none: no file is there",
        "! source lost: 2 KiB lost",
      ],
    );
  });

  it("lists fifty groups and says how many there are besides", () => {
    const groups = Array.from({ length: 1000 }, () => ({ ...status.groups[0]!, group: { service: "a" } }));
    const text = statusText({ ...status, groups }, Infinity);
    assert.equal(text.split("\n").filter((line) => line.includes(" in 5m  ")).length, 50);
    assert.match(text, /and 950 more \(-o json has all\)/);
  });

  it("prints the whole answer as one line of JSON", async (t) => {
    const { stdout } = await run(statusVerb, { url: await served(t), output: "json" });
    assert.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(status)));
    assert.equal(stdout.split("\n").length, 2);
  });

  it("says where no daemon answers, on stderr, with exit code 1", async () => {
    const { code, stdout, stderr } = await run(statusVerb, { url: "http://127.0.0.1:1" });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /no daemon answers at http:\/\/127\.0\.0\.1:1; is it running.*--url/);
  });

  it("takes no arguments", async () => {
    await assert.rejects(run(statusVerb, {}, { positionals: ["all"] }), UsageError);
  });
});

describe("keys", () => {
  it("lists a key with who uses it, and nothing that a terminal would obey", async (t) => {
    const { code, stdout } = await run(keysVerb, { url: await served(t) });
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}KEY +HASH +RULE +GROUP +FIRST SEEN +LAST SEEN +USES +SERVICES +HOSTS/);
    assert.match(stdout, /^ {2}sk_live_…oPq4 +3f9a0c17 +api_key_revoked .* 37 .* req_1$/m);
    assert.ok(!stdout.includes(HOSTILE) && !stdout.includes("\u001b"));
  });

  it("prints one object a line as JSON", async (t) => {
    const { stdout } = await run(keysVerb, { url: await served(t), output: "json" });
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
      [key],
    );
  });
});

describe("a table", () => {
  const head = ["ID", "WHAT"];
  const rows = [["7F3K", "37 in 5m; usual 1.2 (at most 6), and so on and so on"]];

  it("cuts its widest column where the terminal is narrow, and none for a pipe", async (t) => {
    assert.equal(table(head, rows, 40).split("\n")[1], "  7F3K  37 in 5m; usual 1.2 (at most 6)…");
    assert.ok(table(head, rows).endsWith("so on"));
    const narrow = await run(statusVerb, { url: await served(t) }, { columns: 80 });
    assert.match(narrow.stdout, /^ {2}7F3K .*…/m);
  });

  it("cuts nothing below twenty characters: ids, keys and times stay whole", () => {
    assert.match(table(head, [["A".repeat(20), "B".repeat(40)]], 10), /^ {2}A{20} {2}B{19}…$/m);
  });
});
