// SIGHUP on the real process.

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

async function scene(test: TestContext): Promise<Scene> {
  const folder = tempFolder();
  test.after(() => folder[Symbol.dispose]());
  const config = folder.join("revokewatch.yaml");
  const log = folder.join("api.log");
  writeFileSync(config, rules(1000));
  writeFileSync(log, "");
  const daemon = start(["run", "-c", config, "--state-dir", folder.join("state"), "--no-http", log]);
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
});
