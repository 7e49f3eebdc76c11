// How the page writes times, numbers and groups.

import { type Markup, html } from "../html.ts";

/** 2026-05-25 12:34:56, as people read it; the browser puts its own words around it. */
export function time(at: string): Markup {
  return html`<time datetime="${at}">${at.replace("T", " ").replace(/(\.\d+)?Z$/, "")}</time>`;
}

/** `time`, or a dash for what has not been. */
export function timeOrDash(at: string | null): Markup {
  return at === null ? html`–` : time(at);
}

export function rounded(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toFixed(1)));
}

export function whole(value: number): string {
  return value.toLocaleString("en-US");
}

/** 1.5 MiB. */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = value === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${rounded(value / 2 ** (10 * step))} ${units[step] ?? ""}`;
}

/** A window as people say it: 60 is `1m`, 3600 `1h`. */
export function span(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** What a group is called: its values where there is no doubt, else its rule. */
export function groupName(rule: string, group: Readonly<Record<string, string>>): string {
  const values = Object.values(group);
  return values.length === 0 ? rule : values.join(" · ");
}

/** The rule and the labels, for whoever has to type them. */
export function labels(rule: string, group: Readonly<Record<string, string>>): string {
  return [rule, ...Object.entries(group).map(([name, value]) => `${name}=${value}`)].join(" ");
}
