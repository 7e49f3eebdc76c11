// What promtool says of our metrics and our rules: nothing.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { before, describe, it } from "node:test";
import { expressions } from "../deploy/dashboard-panels.ts";
import { requireDebian } from "../support/debian.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { aTelemetry, aTransition, anEvent } from "../telemetry/a-telemetry.ts";

const folder = fileURLToPath(new URL("../../deploy/prometheus/", import.meta.url));

let promtool: string;

/** Exit code and everything said. */
function run(args: readonly string[], input = ""): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(promtool, args, { input, encoding: "utf8", cwd: folder });
  return { code: status, said: stdout + stderr };
}

/** What promtool says of a file with these recording rules. */
function checkRules(
  rules: readonly { readonly record: string; readonly expr: string }[],
): ReturnType<typeof run> {
  using file = tempFolder();
  const path = file.join("rules.yml");
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
  return run(["check", "rules", path]);
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
          windowEvents: 1,
          expected: 0.5,
          distinctKeys: 1,
          standing: null,
        },
      ],
      receivers: () => [
        {
          name: "slack",
          outbox_messages: 1,
          dead_letters: 0,
          circuit_open: false,
          last_check_ok: true,
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

  for (const name of ["rules", "joined"]) {
    it(`finds nothing in ${name}.yml`, () => {
      const { code, said } = run(["check", "rules", "--lint=all", "--lint-fatal", `${name}.yml`]);
      assert.equal(code, 0, said);
    });

    it(`sees every rule of ${name}.yml fire when it should and stay quiet when it should`, () => {
      const { code, said } = run(["test", "rules", `${name}.test.yml`]);
      assert.equal(code, 0, said);
    });
  }

  it("understands every expression of the dashboard, each as a recording rule", () => {
    const rules = expressions().map(({ expr }, at) => ({ record: `panel:${at}`, expr }));
    assert.ok(rules.length > 40);
    const { code, said } = checkRules(rules);
    assert.equal(code, 0, said);
  });

  it("can tell an expression that is none", () => {
    assert.notEqual(checkRules([{ record: "panel:0", expr: "sum by (" }]).code, 0);
  });

  it("takes the scrape configuration", () => {
    const { code, said } = run(["check", "config", "scrape.yml"]);
    assert.equal(code, 0, said);
  });
});
