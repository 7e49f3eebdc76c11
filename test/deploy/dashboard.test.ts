// The dashboard asks only for series that exist, and stands on any Grafana.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CATALOGUE } from "../../src/telemetry/catalogue/catalogue.ts";
import type { MetricSpec } from "../../src/telemetry/catalogue/spec.ts";
import { dashboard, expressions } from "./dashboard-panels.ts";
import { askedIn, defaultNames, labelsOf, specOf } from "./metric-names.ts";

/** Told by their counterparts on the dashboard; a panel of their own would say nothing more. */
const NOT_SHOWN = [
  "config_last_reload_success_timestamp_seconds",
  "evaluations_total",
  "heartbeat_last_success_timestamp_seconds",
  "last_scrape_timestamp_seconds",
];

describe("grafana dashboard", () => {
  it("has the rows Now, Detection, Delivery, Reading and Process", () => {
    const rows = dashboard.panels.filter(({ type }) => type === "row").map(({ title }) => title);
    assert.deepEqual(rows, ["Now", "Detection", "Delivery", "Reading", "Process"]);
  });

  it("is imported as a new dashboard with an address of its own", () => {
    assert.equal(dashboard.id, null);
    assert.equal(dashboard.uid, "revokewatch");
  });

  it("asks the data source that its reader chose, and names no machine", () => {
    for (const { type, title, datasource } of dashboard.panels) {
      if (type !== "row") assert.equal(datasource?.uid, "${datasource}", title);
    }
    const names = dashboard.templating.list.map(({ name }) => name);
    assert.deepEqual(names, ["datasource", "job", "instance", "rule"]);
    for (const { title, expr } of expressions()) {
      assert.match(expr, /job=~"\$job", instance=~"\$instance"/, title);
    }
  });

  it("asks only for series and labels that exist", async () => {
    const defaults = await defaultNames();
    for (const { title, expr } of expressions()) {
      for (const { name, labels } of askedIn(expr)) {
        const spec = specOf(name);
        assert.ok(spec !== undefined || defaults.has(name), `${title}: there is no ${name}`);
        const known = spec === undefined ? ["job", "instance"] : labelsOf(name, spec);
        for (const label of labels) assert.ok(known.includes(label), `${title}: ${name} has no ${label}`);
      }
    }
  });

  it("groups only by labels of what it asks for", () => {
    for (const { title, expr } of expressions()) {
      const labels = askedIn(expr).flatMap(({ name }) => {
        const spec = specOf(name);
        return spec === undefined ? [] : labelsOf(name, spec);
      });
      const known = new Set(labels);
      for (const [, list = ""] of expr.matchAll(/ by \(([^)]*)\)/g)) {
        for (const label of list.split(", ")) assert.ok(known.has(label), `${title}: by ${label}`);
      }
    }
  });

  it("shows every metric of our own, but for a few that others tell", () => {
    const asked = expressions().flatMap(({ expr }) => askedIn(expr).map(({ name }) => specOf(name)));
    const shown = new Set(asked);
    const missing = Object.entries<MetricSpec>(CATALOGUE).flatMap(([name, spec]) =>
      shown.has(spec) ? [] : [name],
    );
    assert.deepEqual(missing.toSorted(), NOT_SHOWN);
  });

  it("shows the request ids as dots at the events", () => {
    const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);
    const events = targets.filter(({ expr }) => expr.includes("revokewatch_events_total"));
    assert.ok(events.length > 0 && events.every(({ exemplar }) => exemplar === true));
  });

  it("lets no panel cover another", () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.ok(!taken.has(`${x},${y}`), title);
          taken.add(`${x},${y}`);
        }
      }
    }
  });
});
