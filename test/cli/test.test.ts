// The verb against a fake Slack: what the channel shows, what is printed, and the exit codes.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { testVerb } from "../../src/cli/test.ts";
import { type Invocation, UsageError } from "../../src/cli/verb.ts";
import { type FakeSlack, fakeSlack } from "../support/fake-slack.ts";
import { tempFolder } from "../support/temp-folder.ts";

interface Ran {
  readonly code: number;
  readonly lines: readonly string[];
  readonly err: string;
}

async function run(config: string, positionals: readonly string[], output?: "json"): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await testVerb.run({
    values: { config, ...(output === undefined ? {} : { output }) },
    positionals,
    env: { TOKEN: "xoxb-fake" },
    stdin: stdin as unknown as Invocation["stdin"],
    stdout: stdout as unknown as Invocation["stdout"],
    stderr: stderr as unknown as Invocation["stderr"],
    signal: new AbortController().signal,
  });
  stdout.end();
  stderr.end();
  return { code, lines: (await text(stdout)).trimEnd().split("\n"), err: await text(stderr) };
}

/** Two Slack receivers: `oncall` posts to a channel that exists, `lost` to one that does not. */
async function scene(t: TestContext): Promise<{ slack: FakeSlack; config: string }> {
  const slack = await fakeSlack();
  const folder = tempFolder();
  t.after(async () => {
    await slack.stop();
    folder[Symbol.dispose]();
  });
  const receiver = (name: string, channel: string): string =>
    `  - {name: ${name}, slack: {token: "\${TOKEN}", channel: ${channel}, api_url: "${slack.url}"}}\n`;
  const config = folder.join("revokewatch.yaml");
  writeFileSync(
    config,
    `version: 1\nrules: [{name: revoked, runbook_url: "https://runbooks.example/r"}]\nreceivers:\n` +
      receiver("oncall", "C0123456789") +
      receiver("lost", "C9999999999"),
  );
  return { slack, config };
}

describe("test", () => {
  it("sends a marked alert and its resolve, and prints what the provider answered", async (t) => {
    const { slack, config } = await scene(t);
    const { code, lines } = await run(config, ["oncall"]);
    assert.equal(code, 0);
    assert.equal(lines.length, 2);
    assert.match(
      lines[0] ?? "",
      /^oncall \(slack\) {2}firing: accepted after \d+\.\d\d s: posted as \d+\.\d+$/,
    );
    assert.match(lines[1] ?? "", /^oncall \(slack\) {2}resolved: accepted/);
    const [parent, answer] = slack.channel("C0123456789");
    assert.equal(parent?.edits, 1, "the alert itself is made to say that it is over");
    assert.equal(answer?.threadTs, parent?.ts);
    for (const posted of [parent, answer]) {
      assert.match(posted?.text ?? "", /^TEST /);
      assert.match(JSON.stringify(posted), /This is a test/);
    }
    assert.match(JSON.stringify(parent), /runbooks\.example/, "the rule's own runbook is in it");
  });

  it("tells of each message as one JSON object", async (t) => {
    const { config } = await scene(t);
    const { lines } = await run(config, ["oncall"], "json");
    const reports = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      reports.map(({ receiver, kind, event, outcome, class: reason, retry_after_seconds }) => {
        return { receiver, kind, event, outcome, reason, retry_after_seconds };
      }),
      ["firing", "resolved"].map((event) => {
        return {
          receiver: "oncall",
          kind: "slack",
          event,
          outcome: "delivered",
          reason: null,
          retry_after_seconds: null,
        };
      }),
    );
  });

  it("tries every receiver when none is named, and exits 69 when one refuses", async (t) => {
    const { slack, config } = await scene(t);
    const { code, lines } = await run(config, []);
    assert.equal(code, 69);
    assert.equal(lines.length, 3, "a resolve of what was never posted is not sent");
    assert.match(lines[2] ?? "", /^lost \(slack\) {2}firing: refused \(auth\) .*channel_not_found$/);
    assert.equal(slack.channel("C0123456789").length, 2, "the other one was told all the same");
  });

  it("says how long a provider asks to wait", async (t) => {
    const { slack, config } = await scene(t);
    slack.fault({ kind: "rate_limited", retryAfter: "17" });
    const { code, lines } = await run(config, ["oncall"]);
    assert.equal(code, 69);
    assert.match(lines[0] ?? "", /refused \(rate_limited\) .*; it asks to wait 17 s$/);
  });

  it("sends nothing when a name is unknown, and says which was meant", async (t) => {
    const { slack, config } = await scene(t);
    await assert.rejects(run(config, ["oncall", "lots"]), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /no receiver is called "lots"; did you mean "lost"\?/);
      return true;
    });
    assert.deepEqual(slack.calls, []);
  });

  it("prints the findings of a wrong configuration and exits 78", async (t) => {
    const { slack, config } = await scene(t);
    writeFileSync(config, "version: 1\nreceiverz: []\n");
    const { code, err } = await run(config, []);
    assert.equal(code, 78);
    assert.match(err, /:2:1: error: .*receiverz/);
    assert.deepEqual(slack.calls, []);
  });
});
