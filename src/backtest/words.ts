// How a backtest tells times, groups and sums to people: the same words in the terminal and on the page.

import type { IncidentView } from "../core/incidents/transition.ts";
import { amount, count, plural, span } from "../receivers/numbers.ts";
import { oneLine } from "../receivers/safe-text.ts";
import type { FoundIncident, Sums } from "./found.ts";
import type { Tally } from "./tally.ts";

/** Characters of a group's name that are shown. */
const MAX_NAME = 80;
/** MB a second below which the reading is not what takes time. */
const LEAST_RATE = 0.05;
/** Characters of a date and the space behind it. */
const DATE = 11;

/** 2026-05-25 12:34:56, UTC. */
export function moment(timeMs: number): string {
  return Number.isFinite(timeMs) ? new Date(timeMs).toISOString().slice(0, 19).replace("T", " ") : "unknown";
}

/** A group's labels as one line; `all` for a rule without groups. */
export function groupName(labels: readonly (readonly [name: string, value: string])[]): string {
  return labels.length === 0
    ? "all"
    : oneLine(labels.map(([name, value]) => `${name}=${value}`).join(" "), MAX_NAME);
}

/** When an incident began and how it ended. @param endMs end of the log. */
export function duration({ view, resolvedMs }: FoundIncident, endMs: number): string {
  const beganMs = Date.parse(view.started_at);
  if (resolvedMs === null) {
    return `${moment(beganMs)} – still firing at the end of the log (${span(endMs - beganMs)})`;
  }
  return stretch(beganMs, resolvedMs);
}

/** From when to when and how long; the day is told once when it is the same. */
function stretch(fromMs: number, toMs: number): string {
  const [from, to] = [moment(fromMs), moment(toMs)];
  const sameDay = from.slice(0, DATE) === to.slice(0, DATE);
  return `${from} – ${sameDay ? to.slice(DATE) : to} (${span(toMs - fromMs)})`;
}

/** How much it was: total, peak, keys. */
export function extent(view: IncidentView): string {
  const keys = view.distinct_keys > 0 ? `, ${plural(view.distinct_keys, "key", "keys")}` : "";
  return `${plural(view.total, "event", "events")}, peak ${amount(view.peak_per_minute)} a minute${keys}`;
}

/** The first incident of a setting, null without one. */
export function firstDetection({ first }: Sums): { readonly at: string; readonly after: string } | null {
  const firedAt = first?.fired_at ?? null;
  if (first === null || firedAt === null) return null;
  const firedMs = Date.parse(firedAt);
  return { at: moment(firedMs), after: span(firedMs - Date.parse(first.started_at)) };
}

/** What was read, and how fast. @param seconds that it took. */
export function readWords(files: number, tally: Tally, seconds: number): string {
  const rate = tally.bytes / 1e6 / Math.max(seconds, 0.001);
  const from = Number.isFinite(tally.firstMs) ? stretch(tally.firstMs, tally.lastMs) : "no time told";
  return [
    plural(files, "file", "files"),
    plural(tally.lines, "line", "lines"),
    plural(tally.events, "event", "events"),
    from,
    // A recording is a few kilobytes: of them it tells nothing.
    ...(rate < LEAST_RATE ? [] : [`${rate < 10 ? rate.toFixed(1) : count(rate)} MB/s`]),
  ].join(" · ");
}

/** What was found. */
export function foundWords({ incidents, silenced, open, alertedMinutes }: Sums): string {
  const held = silenced > 0 ? `, ${count(silenced)} ${incidents > 0 ? "more " : ""}silenced` : "";
  if (incidents === 0) return `No incident would have been raised${held}`;
  const firing = open > 0 ? ` (${count(open)} still firing at the end of the log)` : "";
  return `${plural(incidents, "incident", "incidents")}${firing}, ${plural(alertedMinutes, "alerted minute", "alerted minutes")}${held}`;
}

/** What was seen and left alone; empty when nothing was. */
export function recurringWords({ recurring }: Sums): string {
  if (recurring === 0) return "";
  return `${plural(recurring, "further rise is", "further rises are")} no larger than what recurs here, and would not have alerted.`;
}
