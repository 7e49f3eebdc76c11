// The real daemon on a log with one rule, a threshold of five events in a minute, and a Slack on loopback that hears of it.

import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { type Daemon, start } from "../support/daemon.ts";
import { type FakeSlack, fakeSlack, type FakeSlackOptions } from "../support/fake-slack.ts";
import { eventLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

export const CHANNEL = "C0123456789";
export const TOKEN = "xoxb-fake";
/** In the configuration of every scene. */
const RULES = "rules: [{name: api_key_revoked, threshold: {count: 5, window: 1m}}]\n";

export interface SlackScene {
  readonly slack: FakeSlack;
  readonly log: string;
  /** A path in the scene's folder; the state is in `state`. */
  readonly folder: (name: string) => string;
  /** Starts the daemon on the scene's state. */
  launch(): Daemon;
  /** Starts it and waits until it watches. */
  run(): Promise<{ readonly daemon: Daemon; readonly url: string }>;
  /** Appends events of now to the log. */
  events(count: number, prefix?: string, service?: string): void;
}

/**
 * Makes one; all of it ends with the test.
 * @param more keys of the configuration beside the rule.
 * @param env for the daemon, beside Slack's.
 */
export async function slackScene(
  test: TestContext,
  {
    more = "",
    env = {},
    ...options
  }: FakeSlackOptions & { more?: string; env?: Record<string, string> } = {},
): Promise<SlackScene> {
  const folder = tempFolder();
  const slack = await fakeSlack(options);
  const daemons: Daemon[] = [];
  test.after(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop("SIGKILL")));
    await slack.stop();
    folder[Symbol.dispose]();
  });
  const config = folder.join("revokewatch.yaml");
  writeFileSync(config, `version: 1\n${RULES}${more}`);
  const log = folder.join("api.log");
  writeFileSync(log, "");
  const args = ["run", "-c", config, "--state-dir", folder.join("state"), "--listen", "127.0.0.1:0", log];
  const ours = { SLACK_BOT_TOKEN: TOKEN, SLACK_CHANNEL: CHANNEL, SLACK_API_URL: slack.url, ...env };
  const launch = (): Daemon => {
    const daemon = start(args, ours);
    daemons.push(daemon);
    return daemon;
  };
  return {
    slack,
    log,
    folder: (name) => folder.join(name),
    launch,
    async run() {
      const daemon = launch();
      const url = await daemon.watching();
      assert.ok(url !== null);
      return { daemon, url };
    },
    events(count, prefix = "req", service = "checkout") {
      const timeMs = Date.now();
      const lines = Array.from({ length: count }, (_, i) =>
        eventLine({ timeMs, requestId: `${prefix}_${i}`, service }),
      );
      appendFileSync(log, lines.join(""));
    },
  };
}
