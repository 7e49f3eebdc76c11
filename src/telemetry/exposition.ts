// Writes metrics as Prometheus text 0.0.4 or OpenMetrics 1.0, whichever the scraper prefers. Both come from the same
// data, so a scrape in one format never changes what the next one sees.

import type { Exemplar, Family, Sample } from "./family.ts";

export type Format = "text" | "openmetrics";

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** Versions of OpenMetrics that 1.0.0 answers; an Accept entry without a version means the newest. */
const OPENMETRICS_VERSIONS: ReadonlySet<string> = new Set(["1.0.0", "1.0", "0.0.1"]);

/**
 * The format that an Accept header asks for. OpenMetrics only where it is named and weighs at least as much as text:
 * browsers, curl and a missing header get text.
 */
export function negotiate(accept: string | undefined): Format {
  let openmetrics = 0;
  let text = 0;
  for (const entry of (accept ?? "").toLowerCase().split(",")) {
    const [type, ...parts] = entry.split(";").map((part) => part.trim());
    const parameters = new Map(parts.map((part) => part.split("=", 2) as [string, string]));
    const weight = weightOf(parameters.get("q"));
    const version = parameters.get("version")?.replaceAll('"', "");
    if (type === "application/openmetrics-text") {
      if (version === undefined || OPENMETRICS_VERSIONS.has(version)) {
        openmetrics = Math.max(openmetrics, weight);
      }
    } else if (type === "text/plain") {
      text = Math.max(text, weight);
    }
  }
  return openmetrics > 0 && openmetrics >= text ? "openmetrics" : "text";
}

/** The whole answer to a scrape. */
export function render(families: readonly Family[], format: Format): string {
  const lines: string[] = [];
  for (const family of families) {
    // OpenMetrics names a counter without the `_total` that its samples carry.
    const name =
      format === "openmetrics" && family.type === "counter"
        ? family.name.replace(/_total$/, "")
        : family.name;
    lines.push(`# HELP ${name} ${escapeHelp(family.help, format)}`, `# TYPE ${name} ${family.type}`);
    for (const sample of family.samples) lines.push(line(sample, format));
  }
  if (format === "openmetrics") lines.push("# EOF");
  return `${lines.join("\n")}\n`;
}

function line(sample: Sample, format: Format): string {
  const text = `${sample.name}${labels(sample.labels, format)} ${number(sample.value)}`;
  if (format === "text" || sample.exemplar === null) return text;
  return `${text} # ${exemplar(sample.exemplar)}`;
}

function exemplar({ labels, value, atSeconds }: Exemplar): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escapeLabel(text)}"`);
  return `{${pairs.join(",")}} ${number(value)} ${atSeconds}`;
}

function labels(set: Sample["labels"], format: Format): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined) continue;
    const text = name === "le" && format === "openmetrics" ? bound(value) : escapeLabel(String(value));
    pairs.push(`${name}="${text}"`);
  }
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** OpenMetrics wants a bucket's bound in its canonical form, in which 1 is written 1.0. */
function bound(value: string | number): string {
  return typeof value === "number" && Number.isInteger(value) ? `${value}.0` : String(value);
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function escapeHelp(text: string, format: Format): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return format === "openmetrics" ? escaped.replaceAll('"', '\\"') : escaped;
}

/** A weight of an Accept entry: 1 when absent or unreadable, within 0 to 1. */
function weightOf(text: string | undefined): number {
  const weight = text === undefined ? 1 : Number(text);
  return Number.isFinite(weight) ? Math.min(1, Math.max(0, weight)) : 1;
}
