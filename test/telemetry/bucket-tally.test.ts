import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Histogram, Registry } from "prom-client";
import { BucketTally } from "../../src/telemetry/bucket-tally.ts";

describe("a tally of buckets", () => {
  it("gives the samples that prom-client's histogram gives", async () => {
    const buckets = [0.1, 1, 10];
    const theirs = new Histogram({ name: "lag", help: "Lag.", buckets, registers: [new Registry()] });
    const ours = new BucketTally(buckets);
    for (const value of [0, 0.1, 0.100001, 1, 5, 10, 11, 1e9]) {
      theirs.observe(value);
      ours.observe(value);
    }
    const { values } = await theirs.get();
    assert.deepEqual(
      ours.samples("lag").map(({ name, labels, value }) => ({ name, labels: { ...labels }, value })),
      values.map(({ metricName, labels, value }) => ({ name: metricName, labels: { ...labels }, value })),
    );
  });
});
