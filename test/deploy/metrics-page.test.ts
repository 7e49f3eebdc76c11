// docs/metrics.md names every metric with its labels, and no other.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { MAX_SERVICES } from "../../src/telemetry/labels.ts";
import { CATALOGUE } from "../../src/telemetry/catalogue/catalogue.ts";
import type { MetricSpec } from "../../src/telemetry/catalogue/spec.ts";
import { defaultNames } from "./metric-names.ts";

const page = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| [^|]+ \| [^|]+ \|$/gm)];

describe("metrics page", () => {
  it("has one row for each metric, with its labels", () => {
    const told = rows.map(([, name = "", labels = ""]) => [name, labels === "–" ? [] : labels.split(", ")]);
    const known = Object.entries<MetricSpec>(CATALOGUE).map(([name, { labels }]) => [name, [...labels]]);
    assert.deepEqual(new Map(told as [string, string[]][]), new Map(known as [string, string[]][]));
    assert.equal(told.length, known.length);
  });

  it("says when each is worth a look, in a table that has no other rows", () => {
    const all = page.match(/^\| `.*$/gm) ?? [];
    assert.equal(all.length, rows.length);
  });

  it("names default metrics that there are", async () => {
    const defaults = await defaultNames();
    const told = [...page.matchAll(/`((?:process|nodejs)_\w+)`/g)].map(([, name = ""]) => name);
    assert.ok(told.length >= 3);
    for (const name of told.filter((given) => !given.endsWith("_"))) assert.ok(defaults.has(name), name);
  });

  it("gives the number of services as it is", () => {
    assert.match(page, new RegExp(`the first ${MAX_SERVICES} of a rule`));
  });
});
