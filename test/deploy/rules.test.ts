// The Prometheus rules ask only for series that exist: a renamed metric would silence an alert without a word.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { askedIn, labelsOf, specOf } from "./metric-names.ts";

const folder = new URL("../../deploy/prometheus/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Recording {
  readonly record: string;
  readonly expr: string;
}

interface UnitTest {
  readonly alert_rule_test?: readonly {
    readonly alertname: string;
    readonly exp_alerts?: readonly unknown[];
  }[];
}

function rulesOf(file: string): readonly (Alert | Recording)[] {
  return parse(read(file)).groups.flatMap((group: { rules: (Alert | Recording)[] }) => group.rules);
}

const runbooks = readFileSync(new URL("../../docs/runbooks.md", import.meta.url), "utf8");
const sections = [...runbooks.matchAll(/^## (\w+)$/gm)].map(([, title = ""]) => title);
const FILES = ["rules", "joined"];
const all = FILES.flatMap((file) => rulesOf(`${file}.yml`));
const alerts = all.filter((rule): rule is Alert => "alert" in rule);

describe("prometheus rules", () => {
  for (const rule of all) {
    const name = "alert" in rule ? rule.alert : rule.record;
    it(`${name} asks for metrics and labels that exist`, () => {
      for (const { name: series, labels } of askedIn(rule.expr)) {
        if (series === "process_start_time_seconds") continue;
        const spec = specOf(series);
        assert.ok(spec !== undefined, series);
        for (const label of labels) assert.ok(labelsOf(series, spec).includes(label), `${series}: ${label}`);
      }
    });
  }

  for (const { alert, labels, annotations } of alerts) {
    it(`${alert} names its severity and says what is wrong and what to do`, () => {
      assert.match(labels.severity ?? "", /^(critical|warning|none)$/);
      assert.ok((annotations.summary ?? "").length > 0 && (annotations.description ?? "").length > 0);
    });

    it(`${alert} points to its section of the runbooks`, () => {
      assert.equal(annotations.runbook_url, `docs/runbooks.md#${alert.toLowerCase()}`);
      assert.ok(sections.includes(alert));
    });

    it(`${alert} has a unit test in which it fires and one in which it does not`, () => {
      const tests = FILES.flatMap((file): UnitTest[] => parse(read(`${file}.test.yml`)).tests)
        .flatMap((test) => test.alert_rule_test ?? [])
        .filter((test) => test.alertname === alert);
      const firing = tests.filter((test) => (test.exp_alerts ?? []).length > 0);
      assert.ok(firing.length > 0);
      // The one that always fires cannot be quiet.
      assert.ok(tests.length > firing.length || alert === "Watchdog");
    });
  }

  it("have no section of the runbooks without an alert", () => {
    assert.deepEqual(
      sections,
      alerts.map(({ alert }) => alert),
    );
  });

  it("ask only for recorded series that they record", () => {
    const recorded = new Set(all.flatMap((rule) => ("record" in rule ? [rule.record] : [])));
    const asked = all.flatMap(({ expr }) => [...expr.matchAll(/\w+:\w+:\w+/g)].map(([name]) => name));
    assert.deepEqual(new Set(asked), recorded);
  });

  it("look for the job that the scrape configuration names", () => {
    const [job] = parse(read("scrape.yml")).scrape_configs;
    const asked = new Set(
      all.flatMap(({ expr }) => [...expr.matchAll(/job="(\w+)"/g)].map((match) => match[1])),
    );
    assert.deepEqual([...asked], [job.job_name]);
  });
});
