// The Prometheus rules ask only for series that exist: a renamed metric would silence an alert without a word.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { CATALOGUE, PREFIX } from "../../src/telemetry/catalogue/catalogue.ts";
import type { MetricSpecs } from "../../src/telemetry/catalogue/spec.ts";

const folder = new URL("../../deploy/prometheus/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const rules: readonly Rule[] = parse(read("rules.yml")).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);
const metrics: MetricSpecs = CATALOGUE;

describe("prometheus rules", () => {
  for (const { alert, expr, labels, annotations } of rules) {
    it(`${alert} asks for metrics and labels that exist`, () => {
      for (const [, name = "", selector = ""] of expr.matchAll(/revokewatch_(\w+)(?:\{([^}]*)\})?/g)) {
        const spec = metrics[name];
        assert.ok(spec !== undefined, PREFIX + name);
        for (const [, label = ""] of selector.matchAll(/(\w+)\s*(?:=|!)/g)) {
          assert.ok(spec.labels.includes(label), `${name} has no label ${label}`);
        }
      }
    });

    it(`${alert} names its severity and says what is wrong and what to do`, () => {
      assert.match(labels.severity ?? "", /^(critical|warning|none)$/);
      assert.ok((annotations.summary ?? "").length > 0 && (annotations.description ?? "").length > 0);
    });

    it(`${alert} has a unit test in which it fires`, () => {
      const tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[] = parse(
        read("rules.test.yml"),
      ).tests;
      const fires = tests
        .flatMap((test) => test.alert_rule_test)
        .some((test) => test.alertname === alert && (test.exp_alerts ?? []).length > 0);
      assert.ok(fires);
    });
  }

  it("look for the job that the scrape configuration names", () => {
    const [job] = parse(read("scrape.yml")).scrape_configs;
    const asked = new Set(
      rules.flatMap(({ expr }) => [...expr.matchAll(/job="(\w+)"/g)].map((match) => match[1])),
    );
    assert.deepEqual([...asked], [job.job_name]);
  });
});
