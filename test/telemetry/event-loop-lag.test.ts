import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutSampling } from "../../src/telemetry/event-loop-lag.ts";
import type { Family } from "../../src/telemetry/family.ts";

/** A gauge with one sample. */
function gauge(name: string, value: number): Family {
  return { name, help: "", type: "gauge", samples: [{ name, labels: {}, value, exemplar: null }] };
}

describe("event loop lag", () => {
  const cases: [string, number, number[]][] = [
    ["nodejs_eventloop_lag_mean_seconds", 0.125, [0.025]],
    ["nodejs_eventloop_lag_p99_seconds", 1.1, [1]],
    ["nodejs_eventloop_lag_min_seconds", 0.0995, [0]],
    // What Node gives when it was asked twice within one sampling time.
    ["nodejs_eventloop_lag_min_seconds", 9_223_372_036.85, []],
    ["nodejs_eventloop_lag_max_seconds", 0, []],
    ["nodejs_eventloop_lag_mean_seconds", Number.NaN, []],
    ["nodejs_eventloop_lag_stddev_seconds", 0.5, [0.5]],
    ["nodejs_eventloop_lag_seconds", 0.5, [0.5]],
    ["process_resident_memory_bytes", 0, [0]],
  ];
  for (const [name, told, shown] of cases) {
    it(`shows ${shown[0] ?? "nothing"} where ${name} is told ${told}`, () => {
      const values = withoutSampling(gauge(name, told)).samples.map(({ value }) => Number(value.toFixed(6)));
      assert.deepEqual(values, shown);
    });
  }
});
