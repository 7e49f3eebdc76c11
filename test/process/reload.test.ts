// Reloads of the real process: by SIGHUP and by the HTTP API.

import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { describe, it, type TestContext } from "node:test";
import { type Daemon, start } from "../support/daemon.ts";
import { burst } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const rules = (count: number): string =>
  `version: 1\nrules: [{name: api_key_revoked, threshold: {count: ${count}, window: 1m}}]\n`;

interface Scene {
  readonly daemon: Daemon;
  readonly log: string;
  readonly config: string;
  /** Times that `text` stands in the daemon's log. */
  said(text: string): number;
}

async function scene(test: TestContext, http = "--no-http"): Promise<Scene> {
  const folder = tempFolder();
  test.after(() => folder[Symbol.dispose]());
  const config = folder.join("revokewatch.yaml");
  const log = folder.join("api.log");
  writeFileSync(config, rules(1000));
  writeFileSync(log, "");
  const daemon = start(["run", "-c", config, "--state-dir", folder.join("state"), http, log]);
  await daemon.watching();
  return { daemon, log, config, said: (text) => daemon.stderr().split(text).length - 1 };
}

describe("reload", () => {
  it("puts a new rule in place and counts on from where it was", async (t) => {
    const { daemon, log, config, said } = await scene(t);
    appendFileSync(log, burst(20, Date.now(), 1, "before"));
    writeFileSync(config, rules(5));
    daemon.child.kill("SIGHUP");
    await daemon.until("the second start", () => said('"msg":"Watching"') === 2);
    appendFileSync(log, burst(5, Date.now(), 1, "after"));
    const firing = await daemon.until("the incident", () => daemon.transitions()[0]);
    assert.equal(firing.event, "firing");
    const { code } = await daemon.stop();
    assert.equal(code, 0);
  });

  it("ends the incident of a rule that is gone, and says why", async (t) => {
    const { daemon, log, config, said } = await scene(t);
    writeFileSync(config, rules(5));
    daemon.child.kill("SIGHUP");
    await daemon.until("the second start", () => said('"msg":"Watching"') === 2);
    appendFileSync(log, burst(9, Date.now(), 1));
    await daemon.until("the incident", () => daemon.transitions()[0]);
    writeFileSync(config, rules(5).replace("api_key_revoked", "another"));
    daemon.child.kill("SIGHUP");
    await daemon.until("the third start", () => said('"msg":"Watching"') === 3);
    const end = await daemon.until("the end", () =>
      daemon.transitions().find((one) => one.event === "resolved"),
    );
    assert.equal(end.incident.ended_as, "rule_removed");
    assert.equal(end.incident.id, daemon.transitions()[0]?.incident.id);
    // The same rule comes back and knows nothing of it.
    writeFileSync(config, rules(5));
    daemon.child.kill("SIGHUP");
    await daemon.until("the fourth start", () => said('"msg":"Watching"') === 4);
    const { code } = await daemon.stop();
    assert.equal(code, 0);
    assert.equal(daemon.transitions().length, 2);
  });

  it("keeps the old configuration when the new one is wrong, and says why", async (t) => {
    const { daemon, log, config, said } = await scene(t);
    writeFileSync(config, "version: 1\nrulez: []\n");
    daemon.child.kill("SIGHUP");
    await daemon.until("the refusal", () => said("rulez") >= 1);
    appendFileSync(log, burst(1000, Date.now(), 0));
    await daemon.until("the old rule", () => daemon.transitions()[0]);
    const { code } = await daemon.stop();
    assert.equal(code, 0);
  });

  it("is asked for by POST, which says what became of it", async (t) => {
    const { daemon, config, said } = await scene(t, "--listen=127.0.0.1:0");
    const url = `${await daemon.watching()}/-/reload`;
    const post = async (headers = {}) => {
      const response = await fetch(url, { method: "POST", headers });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    assert.deepEqual(await post(), { status: 200, body: { reloaded: true } });
    await daemon.until("the second start", () => said('"msg":"Watching"') === 2);
    writeFileSync(config, "version: 1\nrulez: []\n");
    const { status, body } = await daemon.until("an answer", async () => {
      const answer = await post();
      return answer.status === 503 ? null : answer;
    });
    assert.equal(status, 422);
    assert.match(String(body["findings"]), /revokewatch\.yaml:2:1: error: .*rulez/);
    assert.equal((await post({ origin: "https://elsewhere.example" })).status, 403, "a page of another site");
    assert.equal((await fetch(url)).status, 405);
    assert.equal((await daemon.stop()).code, 0);
  });
});
