// The verb against a real server, a silent one, and none.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { healthcheckVerb } from "../../src/cli/healthcheck.ts";
import { UsageError } from "../../src/cli/verb.ts";
import type { Invocation } from "../../src/cli/verb.ts";
import { actions, health, listenTo, views } from "../http/views.ts";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  values: Invocation["values"],
  positionals: readonly string[] = [],
  signal = new AbortController().signal,
): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const invocation = { values, positionals, env: {}, stdin: process.stdin, stdout, stderr, signal };
  const code = await healthcheckVerb.run(invocation as unknown as Invocation);
  return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
}

describe("healthcheck", () => {
  const setup = {
    host: "127.0.0.1",
    port: 0,
    views,
    actions,
    token: () => null,
    onAnswer() {},
    onError() {},
  };

  it("exits 0 when the daemon answers healthy", async () => {
    const server = await listenTo(setup);
    const ran = await run({ url: server.url });
    await server.close();
    assert.deepEqual(ran, { code: 0, stdout: "revokewatch is healthy.\n", stderr: "" });
  });

  it("exits 1 and repeats the reason when it does not", async (t) => {
    t.after(() => Object.assign(health, { healthy: true, reason: null }));
    Object.assign(health, { healthy: false, reason: "the loop stands still" });
    const server = await listenTo(setup);
    const ran = await run({ url: `${server.url}/some/where` });
    await server.close();
    assert.deepEqual(ran, {
      code: 1,
      stdout: "",
      stderr: `Cannot call ${server.url} healthy: revokewatch is not healthy: the loop stands still.\n`,
    });
  });

  it("prints one object with -o json", async () => {
    const server = await listenTo(setup);
    const { stdout } = await run({ url: server.url, output: "json" });
    await server.close();
    assert.deepEqual(JSON.parse(stdout), { healthy: true, detail: "revokewatch is healthy." });
  });

  it("exits 1 when nobody listens", async () => {
    const server = await listenTo(setup);
    await server.close();
    const { code, stderr } = await run({ url: server.url });
    assert.deepEqual([code, stderr], [1, `Cannot call ${server.url} healthy: ECONNREFUSED\n`]);
  });

  it("ends at once when it is told to stop, although the daemon is silent", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const stop = new AbortController();
    silent.once("connection", (socket) => {
      socket.on("error", () => undefined);
      stop.abort();
    });
    const { code } = await run({ url: `http://127.0.0.1:${port}` }, [], stop.signal);
    silent.close();
    assert.equal(code, 1);
  });

  it("shows nothing that a terminal would obey, whoever answers", async () => {
    const stranger = createServer((socket) => {
      socket.end("HTTP/1.1 500 No\r\n\r\n\u001b]0;owned\u0007hello");
    });
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const { port } = stranger.address() as AddressInfo;
    const { stderr } = await run({ url: `http://127.0.0.1:${port}` });
    stranger.close();
    assert.equal(stderr, `Cannot call http://127.0.0.1:${port} healthy: ]0;owned hello\n`);
  });

  for (const url of ["nonsense", "file:///etc/passwd"]) {
    it(`refuses the address ${url} as wrong usage`, async () => {
      await assert.rejects(run({ url }), UsageError);
    });
  }

  it("refuses arguments as wrong usage", async () => {
    await assert.rejects(run({}, ["now"]), UsageError);
  });
});
