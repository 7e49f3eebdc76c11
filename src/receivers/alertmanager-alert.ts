// An incident as an alert of Alertmanager's API v2. Labels are its identity and so are the same for as long as the
// incident's severity is; everything that moves stands in annotations.

import type { IncidentView, Transition } from "../core/incidents/transition.ts";
import type { Briefing } from "./briefing.ts";
import { isNotice, over } from "./briefing-state.ts";
import type { Outcome } from "./receiver.ts";
import { oneLine } from "./safe-text.ts";
import { DETAILS } from "./out-links.ts";
import { plain } from "./spans.ts";

/** The body's shape, as Alertmanager's OpenAPI names it. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** How long Alertmanager holds an alert that is not posted again, milliseconds: five posts may be missed. */
export const HOLD_MS = 5 * 60_000;
const MAX_LABEL = 200;
const MAX_ANNOTATION = 2000;

/** Alertmanager knows alerts and when they end; what is about to be told is neither. */
export const isUntold = ({ event }: Transition): boolean => event === "silence_ending";
/** What comes of it. */
export const UNTOLD: Outcome = {
  kind: "delivered",
  reference: null,
  detail: "nothing to post for a reminder",
};

/** @param nowMs wall clock; a firing alert ends HOLD_MS later unless it is posted again. */
export function alertOf(transition: Transition, briefing: Briefing, instance: string, nowMs: number): Alert {
  const { incident, test } = transition;
  const link = briefing.links.find(({ label }) => label === DETAILS);
  const endMs = over(transition.event, incident)
    ? Date.parse(incident.resolved_at ?? transition.at)
    : nowMs + HOLD_MS;
  return {
    labels: { ...labelsOf(incident, instance, test), ...noticeLabel(transition) },
    annotations: annotationsOf(incident, briefing),
    startsAt: incident.started_at,
    // An end before the start is refused with 400.
    endsAt: new Date(Math.max(endMs, Date.parse(incident.started_at))).toISOString(),
    ...(link === undefined ? {} : { generatorURL: link.url }),
  };
}

/**
 * `instance` tells two daemons apart: with equal labels the younger post wins, so that one daemon's resolve would close
 * the other's alert.
 */
function labelsOf(incident: IncidentView, instance: string, test: boolean): Record<string, string> {
  const group = Object.entries(incident.group).map(([name, value]) => [
    labelName(name),
    oneLine(value, MAX_LABEL),
  ]);
  return {
    ...Object.fromEntries(group.filter(([, value]) => value !== "")),
    alertname: oneLine(incident.rule, MAX_LABEL),
    severity: incident.severity,
    instance: oneLine(instance, MAX_LABEL),
    ...(test ? { test: "true" } : {}),
  };
}

/** A notice is not the incident of its group: it must not merge with that one's alert, and may be routed elsewhere. */
function noticeLabel({ event }: Transition): Record<string, string> {
  if (!isNotice(event)) return {};
  return { notice: event === "new_key_notice" ? "new_key" : "recurring" };
}

/** What Alertmanager takes as a label's name; `http.route` becomes `http_route`. */
function labelName(name: string): string {
  const fitting = name.replace(/[^A-Za-z0-9_]/g, "_").slice(0, MAX_LABEL);
  return /^[A-Za-z_]/.test(fitting) ? fitting : `_${fitting}`;
}

function annotationsOf(incident: IncidentView, briefing: Briefing): Record<string, string> {
  const { items, more } = briefing.requestIds;
  const ids = [...items.map(({ id }) => id), ...(more > 0 ? [`and ${more} more`] : [])];
  const all = {
    summary: briefing.push,
    description: [
      briefing.headline,
      briefing.since,
      briefing.stillUsed,
      ...briefing.advice,
      ...briefing.caveats,
    ]
      .map(plain)
      .filter((sentence) => sentence !== "")
      .join(" "),
    request_ids: ids.join(", "),
    keys: incident.top.keys.map(({ value, count }) => `${value} ${count}`).join(", "),
    runbook_url: briefing.links.find(({ label }) => label === "Runbook")?.url ?? "",
    incident: incident.id,
  };
  const shown = Object.entries(all).map(([name, value]) => [name, oneLine(value, MAX_ANNOTATION)]);
  return Object.fromEntries(shown.filter(([, value]) => value !== ""));
}
