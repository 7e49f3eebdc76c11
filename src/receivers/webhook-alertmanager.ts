// A transition in the shape of Alertmanager's own webhook (version 4), for the many bridges that read that: one alert in a
// group of its own.

import { createHash } from "node:crypto";
import { alertOf, isUntold } from "./alertmanager-alert.ts";
import { brief } from "./briefing.ts";
import { isNotice, over } from "./briefing-state.ts";
import type { Message, ReceiverSetup } from "./receiver.ts";

/** With this Alertmanager says that an alert goes on. */
const NO_END = "0001-01-01T00:00:00Z";
const FINGERPRINT_DIGITS = 16;

/** The body, null for what is no alert. @param nowMs wall clock at the hand-over. */
export function alertmanagerBody(message: Message, setup: ReceiverSetup, nowMs: number): string | null {
  const { transition } = message;
  if (isUntold(transition)) return null;
  const alert = alertOf(transition, brief(message, setup, nowMs), setup.host, nowMs);
  const status = over(transition.event, transition.incident) ? "resolved" : "firing";
  const { labels, annotations, startsAt, generatorURL = "" } = alert;
  const { severity: _severity, ...groupLabels } = labels;
  // Of a notice no end will be told: it runs out by itself.
  const endsAt = status === "resolved" || isNotice(transition.event) ? alert.endsAt : NO_END;
  const fingerprint = createHash("sha256")
    .update(JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest("hex")
    .slice(0, FINGERPRINT_DIGITS);
  return JSON.stringify({
    version: "4",
    groupKey: `{}:${JSON.stringify(groupLabels)}`,
    truncatedAlerts: 0,
    status,
    receiver: setup.name,
    groupLabels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: setup.externalUrl ?? "",
    alerts: [{ status, labels, annotations, startsAt, endsAt, generatorURL, fingerprint }],
  });
}
