import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { negotiate, render } from "../../src/telemetry/exposition.ts";
import type { Family, Sample } from "../../src/telemetry/family.ts";

const PROMETHEUS_2 =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

describe("negotiation of the format", () => {
  const cases: [string | undefined, "text" | "openmetrics"][] = [
    [undefined, "text"],
    ["", "text"],
    ["*/*", "text"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "text"],
    ["text/plain", "text"],
    [PROMETHEUS_2, "openmetrics"],
    ["application/openmetrics-text", "openmetrics"],
    ['Application/OpenMetrics-Text; version="1.0.0"; charset=utf-8', "openmetrics"],
    ["application/openmetrics-text; version=2.0.0", "text"],
    ["application/openmetrics-text;q=0", "text"],
    ["application/openmetrics-text;q=0.3,text/plain;q=0.5", "text"],
    ["text/plain,application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text;q=x", "openmetrics"],
    ["application/openmetrics-text;;=;q", "openmetrics"],
  ];
  for (const [accept, format] of cases) {
    it(`gives ${format} for ${accept ?? "no header"}`, () => assert.equal(negotiate(accept), format));
  }
});

/** The bounds of the buckets in a rendered text, in order. */
function bounds(text: string): string[] {
  return [...text.matchAll(/le="([^"]*)"/g)].map((match) => match[1] ?? "");
}

/** A sample without an exemplar. */
const sample = (name: string, value: number, labels: Sample["labels"] = {}): Sample => ({
  name,
  labels,
  value,
  exemplar: null,
});

describe("exposition", () => {
  const counter: Family = {
    name: "w_events_total",
    help: 'Events, "quoted"\nand \\ broken.',
    type: "counter",
    samples: [
      {
        ...sample("w_events_total", 2, { service: 'a"b\\c\nd' }),
        exemplar: { labels: { request_id: 'req"1' }, value: 1, atSeconds: 1_700_000_000.5 },
      },
    ],
  };
  const histogram: Family = {
    name: "w_lag_seconds",
    help: "Lag.",
    type: "histogram",
    samples: [
      sample("w_lag_seconds_bucket", 1, { le: 0.5 }),
      sample("w_lag_seconds_bucket", 2, { le: 10 }),
      sample("w_lag_seconds_bucket", 3, { le: "+Inf" }),
      sample("w_lag_seconds_sum", 11.5),
      sample("w_lag_seconds_count", 3),
    ],
  };

  it("writes text with the counter's whole name, escapes, and no exemplars", () => {
    assert.equal(
      render([counter], "text"),
      '# HELP w_events_total Events, "quoted"\\nand \\\\ broken.\n# TYPE w_events_total counter\n' +
        'w_events_total{service="a\\"b\\\\c\\nd"} 2\n',
    );
  });

  it("writes OpenMetrics with the counter's family name, its exemplar and an end", () => {
    assert.equal(
      render([counter], "openmetrics"),
      '# HELP w_events Events, \\"quoted\\"\\nand \\\\ broken.\n# TYPE w_events counter\n' +
        'w_events_total{service="a\\"b\\\\c\\nd"} 2 # {request_id="req\\"1"} 1 1700000000.5\n# EOF\n',
    );
  });

  it("writes bucket bounds as each format wants them", () => {
    assert.deepEqual(bounds(render([histogram], "text")), ["0.5", "10", "+Inf"]);
    assert.deepEqual(bounds(render([histogram], "openmetrics")), ["0.5", "10.0", "+Inf"]);
  });

  it("writes the numbers that are none", () => {
    const family: Family = {
      name: "w",
      help: "W.",
      type: "gauge",
      samples: [sample("w", Number.NaN), sample("w", Infinity), sample("w", -Infinity), sample("w", 1e21)],
    };
    const values = render([family], "text").trim().split("\n").slice(2);
    assert.deepEqual(values, ["w NaN", "w +Inf", "w -Inf", "w 1e+21"]);
  });

  it("changes nothing by writing: text after OpenMetrics is the text of before", () => {
    const before = render([counter, histogram], "text");
    render([counter, histogram], "openmetrics");
    assert.equal(render([counter, histogram], "text"), before);
  });
});
