import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Secret } from "../../src/config/secrets.ts";
import { beat } from "../../src/receivers/heartbeat.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { type TinyAnswer, tinyHttp } from "../support/tiny-http.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const NEVER = new AbortController().signal;
const send = (url: string, timeoutMs = PATIENCE_MS) =>
  beat(Secret.literal(url), "1.2.3", false, 0, NEVER, timeoutMs);

describe("a heartbeat", () => {
  it("asks for the address once and says nothing but who asks", async () => {
    await using monitor = await tinyHttp();
    const outcome = await send(`${monitor.url}/ping/s3cret`);
    assert.equal(outcome.kind, "delivered");
    assert.doesNotMatch(outcome.detail, /s3cret|127\.0/);
    const [asked] = monitor.received;
    assert.deepEqual(
      [asked?.method, asked?.path, asked?.body, asked?.headers["user-agent"]],
      ["GET", "/ping/s3cret", "", "revokewatch/1.2.3"],
    );
  });

  const refusals: readonly (readonly [name: string, how: TinyAnswer])[] = [
    ["an error", { status: 500, body: "s3cret" }],
    ["a redirect, which is not followed", { status: 302, headers: { location: "/elsewhere" } }],
    ["more than 1 MiB", { status: 200, body: "x".repeat(2 ** 20 + 1) }],
    ["nothing in time", "hang"],
    ["a reset", "reset"],
  ];
  for (const [name, how] of refusals) {
    it(`is not accepted by ${name}`, async () => {
      await using monitor = await tinyHttp();
      monitor.answer(how);
      const outcome = await send(`${monitor.url}/ping/s3cret`, 200);
      assert.equal(outcome.kind, "failed");
      assert.doesNotMatch(outcome.detail, /s3cret/);
      assert.equal(monitor.received.length, 1);
    });
  }

  for (const address of [
    "http://169.254.169.254/s3cret",
    "http://[fe80::1]/s3cret",
    "file:///etc/s3cret",
    "http://u:s3cret@127.0.0.1/",
    "s3cret",
    "",
  ]) {
    it(`goes nowhere for ${address === "" ? "an empty address" : address}`, async () => {
      const outcome = await send(address);
      assert.deepEqual([outcome.kind, outcome.kind === "failed" && outcome.class], ["failed", "auth"]);
      assert.doesNotMatch(outcome.detail, /s3cret/);
    });
  }

  it("takes a new address from its file", async () => {
    await using monitor = await tinyHttp();
    using folder = tempFolder();
    const file = folder.join("url");
    const secret = Secret.file(file);
    assert.equal((await beat(secret, "1", false, 0, NEVER)).kind, "failed");
    writeFileSync(file, `${monitor.url}/new\n`);
    assert.equal((await beat(secret, "1", false, 0, NEVER)).kind, "delivered");
    assert.equal(monitor.received[0]?.path, "/new");
  });
});
