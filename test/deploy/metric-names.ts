// Which series there are for a Prometheus to ask for: those of the catalogue, and the default ones that /metrics shows.

import { CATALOGUE, PREFIX } from "../../src/telemetry/catalogue/catalogue.ts";
import type { MetricSpec, MetricSpecs } from "../../src/telemetry/catalogue/spec.ts";
import { aTelemetry } from "../telemetry/a-telemetry.ts";

const metrics: MetricSpecs = CATALOGUE;

/** Labels that a scrape adds to every series. */
const TARGET_LABELS = ["job", "instance"];

/** What is asked for in an expression: a name and the labels that its selector or its grouping names. */
export interface Asked {
  readonly name: string;
  readonly labels: readonly string[];
}

/** The series that an expression selects, with the labels in their braces. */
export function askedIn(expr: string): readonly Asked[] {
  const found = expr.matchAll(/(?<![\w:])((?:revokewatch|process|nodejs)_\w+)(?![\w:])(?:\{([^}]*)\})?/g);
  return [...found].map(([, name = "", selector = ""]) => ({
    name,
    labels: [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label),
  }));
}

/** The spec behind the name of a series; a histogram's series carry a suffix. */
export function specOf(name: string): MetricSpec | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const bare = name.slice(PREFIX.length);
  const histogram = metrics[bare.replace(/_(?:bucket|sum|count)$/, "")];
  return metrics[bare] ?? (histogram?.type === "histogram" ? histogram : undefined);
}

/** Labels that a series of ours may have, those of its target included. */
export function labelsOf(name: string, spec: MetricSpec): readonly string[] {
  return [...spec.labels, ...TARGET_LABELS, ...(name.endsWith("_bucket") ? ["le"] : [])];
}

/** Names of the series that are not ours and that /metrics shows, `process_…` and `nodejs_…`. */
export async function defaultNames(): Promise<ReadonlySet<string>> {
  const { body } = await aTelemetry().telemetry.scrape("text/plain");
  const names = [...body.matchAll(/^((?:process|nodejs)_\w+)/gm)].map(([, name = ""]) => name);
  return new Set(names);
}
