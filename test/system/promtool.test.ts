// What promtool says of our metrics and our rules: nothing.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { before, describe, it } from "node:test";
import { requireDebian } from "../support/debian.ts";
import { aTelemetry, aTransition, anEvent } from "../telemetry/a-telemetry.ts";

const folder = fileURLToPath(new URL("../../deploy/prometheus/", import.meta.url));

let promtool: string;

/** Exit code and everything said. */
function run(args: readonly string[], input = ""): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(promtool, args, { input, encoding: "utf8", cwd: folder });
  return { code: status, said: stdout + stderr };
}

describe("promtool", () => {
  before(() => {
    promtool = requireDebian("promtool");
  });

  it("finds nothing in the metrics of a daemon that has seen everything", async () => {
    const { telemetry } = aTelemetry({
      sources: () => [
        { name: "api", files: [{ path: "/a", state: "active", offset: 1, size: 2, lag_bytes: 1 }] },
      ],
      groups: () => [
        {
          rule: "revoked",
          group: { service: 'hostile "\\\n\u0000\u2028 name' },
          events_total: 1,
          window_events: 1,
          expected: 0.5,
          expected_high: 2,
          distinct_keys: 1,
          state: "quiet",
        },
      ],
      receivers: () => [
        {
          name: "slack",
          outbox_messages: 1,
          dead_letters: 0,
          circuit_open: false,
          last_success_at: "2026-05-25T12:00:00Z",
          oldest_at: "2026-05-25T12:00:00Z",
        },
      ],
    });
    telemetry.eventCounted(anEvent({ service: 'x"y\\z\n{}' }), Date.UTC(2026, 4, 25, 12));
    telemetry.transition(aTransition());
    telemetry.attempted("slack", "ok", 10, "");
    telemetry.evaluated(["revoked"], 1);
    telemetry.stateSaved(1);
    telemetry.configLoaded(1);
    telemetry.heartbeatSent(1);
    telemetry.requestAnswered("/metrics", 200);
    const { body } = await telemetry.scrape("text/plain");
    assert.deepEqual(run(["check", "metrics"], body), { code: 0, said: "" });
  });

  it("can tell bad metrics from good ones", () => {
    assert.notEqual(run(["check", "metrics"], "# TYPE a_total gauge\na_total 1\n").said, "");
  });

  it("finds nothing in the rules", () => {
    const { code, said } = run(["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"]);
    assert.equal(code, 0, said);
  });

  it("sees every rule fire when it should and stay quiet when it should", () => {
    const { code, said } = run(["test", "rules", "rules.test.yml"]);
    assert.equal(code, 0, said);
  });

  it("takes the scrape configuration", () => {
    const { code, said } = run(["check", "config", "scrape.yml"]);
    assert.equal(code, 0, said);
  });
});
