// `silences` in the configuration: what is taken, and what is refused with its line.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { formatFinding } from "../../src/config/finding.ts";
import { roster } from "../../src/roster.ts";
import { loadSettings } from "../../src/settings.ts";
import { tempFolder } from "../support/temp-folder.ts";

async function load(entry: string, rules = "") {
  using folder = tempFolder();
  writeFileSync(folder.join("c"), `version: 1\n${rules}silences:\n  - ${entry}\n`);
  const { settings, findings } = await loadSettings({ configPath: "c", env: {}, cwd: folder.path, roster });
  return { silence: settings?.silences[0], findings: findings.map(formatFinding) };
}

const WEEKLY =
  '{name: w, match: ["service=billing"], schedule: "0 2 * * TUE", duration: 2h, timezone: Europe/Berlin, expect: {max_events: 500, max_keys: 40}, comment: CHG-17, created_by: payments}';

describe("silences of a configuration", () => {
  it("recur in the time of their zone", async () => {
    const { silence, findings } = await load(WEEKLY);
    assert.deepEqual(findings, []);
    assert.ok(silence?.times.kind === "recurring");
    const startMs = Date.parse("2026-05-26T00:00:00Z");
    assert.deepEqual(silence.times.schedule.at(startMs), { startMs, endMs: startMs + 7_200_000 });
    assert.deepEqual(silence.expect, { maxEvents: 500, maxKeys: 40 });
    assert.deepEqual([silence.name, silence.comment, silence.createdBy], ["w", "CHG-17", "payments"]);
  });

  it("may happen once, from a time to a time", async () => {
    const { silence } = await load(
      '{name: o, match: ["rule=~.*"], starts: "2026-05-26T02:00:00+02:00", ends: "2026-05-26T04:00:00+02:00", comment: C}',
    );
    assert.deepEqual(silence?.times, {
      kind: "once",
      startsMs: Date.parse("2026-05-26T00:00:00Z"),
      endsMs: Date.parse("2026-05-26T02:00:00Z"),
    });
    assert.deepEqual(silence.expect, { maxEvents: null, maxKeys: null });
  });

  it("may speak of what the rules group by", async () => {
    const rules = "rules: [{name: r, group_by: [service, host]}]\n";
    const entry =
      '{name: o, match: ["host=a", "key=x", "severity=warning"], schedule: "0 2 * * *", duration: 1h, comment: C}';
    assert.deepEqual((await load(entry, rules)).findings, []);
    assert.match(
      (await load(entry)).findings.join(),
      /expected one of rule, severity, key, service \(what the rules group by\), found "host"/,
    );
  });

  const when = 'schedule: "0 2 * * *", duration: 1h, comment: C';
  const cases: readonly (readonly [name: string, entry: string, finding: string])[] = [
    [
      "no end",
      '{name: n, match: ["rule=a"], comment: C, starts: "2026-05-26T02:00:00Z"}',
      "c:3:5: error: at silences[0]: expected an end: either schedule and duration, or starts and ends, found neither",
    ],
    [
      "no comment",
      '{name: n, match: ["rule=a"], schedule: "0 2 * * *", duration: 1h}',
      "c:3:5: error: at silences[0].comment: the key is required, found none",
    ],
    [
      "no matcher",
      `{name: n, match: [], ${when}}`,
      "c:3:22: error: at silences[0].match: expected something, found an empty list",
    ],
    [
      "a matcher that is none",
      `{name: n, match: [billing], ${when}}`,
      'c:3:23: error: at silences[0].match[0]: expected a label, one of = != =~ !~ and a value, such as service=billing, found "billing"',
    ],
    [
      "an expression that can run for hours",
      `{name: n, match: ["service=~(a+)+"], ${when}}`,
      'c:3:23: error: at silences[0].match[0]: expected no repetition of what repeats itself, as (a+)+, found "service=~(a+)+"',
    ],
    [
      "a label that no group has",
      `{name: n, match: ["servise=a"], ${when}}`,
      'c:3:23: error: at silences[0].match[0]: expected one of rule, severity, key, service (what the rules group by), found "servise"; did you mean "service"?',
    ],
    [
      "a schedule of four fields",
      '{name: n, match: ["rule=a"], schedule: "0 2 * *", duration: 1h, comment: C}',
      "c:3:5: error: at silences[0]: expected five fields: minute, hour, day of the month, month, day of the week, found another in schedule or timezone",
    ],
    [
      "a zone that there is not",
      `{name: n, match: ["rule=a"], timezone: Europe/Berln, ${when}}`,
      "c:3:5: error: at silences[0]: expected the name of a time zone, such as Europe/Berlin or UTC, found another in schedule or timezone",
    ],
    [
      "both forms",
      `{name: n, match: ["rule=a"], ends: "2026-05-26T02:00:00Z", ${when}}`,
      "c:3:5: error: at silences[0]: expected either schedule, duration and timezone, or starts and ends, found both",
    ],
    [
      "an end before its start",
      '{name: n, match: ["rule=a"], starts: "2026-05-26T02:00:00Z", ends: "2026-05-26T01:00:00Z", comment: C}',
      "c:3:5: error: at silences[0]: expected ends after starts, found it before",
    ],
    [
      "a time without a zone",
      '{name: n, match: ["rule=a"], starts: "2026-05-26 02:00:00", ends: "2026-05-26T04:00:00Z", comment: C}',
      'c:3:42: error: at silences[0].starts: expected a time with its zone, such as 2026-05-26T02:00:00Z, found "2026-05-26 02:00:00"',
    ],
    [
      "a day and a second",
      '{name: n, match: ["rule=a"], schedule: "0 2 * * *", duration: 24h1s, comment: C}',
      'c:3:67: error: at silences[0].duration: expected a duration from 1s to 1d, found "24h1s"',
    ],
  ];
  for (const [name, entry, finding] of cases) {
    it(`are refused with ${name}, at its place`, async () => {
      assert.deepEqual((await load(entry)).findings, [finding]);
    });
  }
});
