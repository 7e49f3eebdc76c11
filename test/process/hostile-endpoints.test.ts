// A webhook's other side that is not what the configuration meant: a name that comes to lead elsewhere, and answers made to
// exhaust whoever reads them. Seen by the real daemon.

import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { type Daemon, start } from "../support/daemon.ts";
import { burst, eventLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { type TinyHttp, tinyHttp } from "../support/tiny-http.ts";

const DNS = { NODE_OPTIONS: `--import=${join(import.meta.dirname, "../support/rebinding-dns.ts")}` };

interface Scene {
  readonly daemon: Daemon;
  readonly log: string;
  readonly other: TinyHttp;
}

async function scene(
  test: TestContext,
  host: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Scene> {
  const folder = tempFolder();
  const other = await tinyHttp();
  const config = folder.join("revokewatch.yaml");
  const log = folder.join("api.log");
  writeFileSync(log, "");
  writeFileSync(
    config,
    `version: 1
rules: [{name: api_key_revoked, threshold: {count: 5, window: 1m}}]
receivers: [{name: hook, webhook: {url: "http://${host}:${new URL(other.url).port}/"}}]
`,
  );
  const args = ["run", "-c", config, "--state-dir", folder.join("state"), "--no-http", log];
  const daemon = start(args, env);
  test.after(async () => {
    daemon.child.kill("SIGKILL");
    await other.stop();
    folder[Symbol.dispose]();
  });
  await daemon.watching();
  return { daemon, log, other };
}

describe("a webhook's other side", () => {
  it("that comes to lead to a metadata service is not spoken to, and the alert is kept", async (t) => {
    const { daemon, log, other } = await scene(t, "rebind.example", DNS);
    appendFileSync(log, burst(9, Date.now(), 1));
    await daemon.until("the first message", () => other.received.length === 1);
    const later = Array.from({ length: 9 }, (_, i) =>
      eventLine({ timeMs: Date.now(), requestId: `b${i}`, service: "billing" }),
    );
    appendFileSync(log, later.join(""));
    await daemon.until("the refusal", () => daemon.stderr().includes("address refused"));
    assert.match(daemon.stderr(), /"resolved","address":"169\.254\.169\.254"/, "the name did lead there");
    const { code, stdout, stderr } = await daemon.stop();
    assert.equal(code, 0);
    assert.equal(other.received.length, 1);
    assert.match(stdout, /billing/);
    assert.doesNotMatch(
      stderr,
      /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|connection lost/,
      "nobody tried to connect",
    );
  });

  it("that answers with a bomb of gzip has accepted the message: nothing is unpacked", async (t) => {
    const { daemon, log, other } = await scene(t, "127.0.0.1");
    // Unpacked it would be above the largest answer that is read, and the delivery would have failed.
    const body = gzipSync(Buffer.alloc(64 * 2 ** 20));
    other.answer({ status: 200, headers: { "content-encoding": "gzip" }, body });
    appendFileSync(log, burst(9, Date.now(), 1));
    await daemon.until("the delivery", () => daemon.stderr().includes('"message_delivered"'));
    await daemon.stop();
    assert.equal(other.received.length, 1);
  });
});
