// How loud an incident is. It only ever rises while the incident lasts: a person who was woken is not told "never mind"
// before it is resolved.

import type { Evidence } from "../spikes/detector.ts";
import type { Severity } from "./transition.ts";

/** A window that holds three times what would have fired is past any doubt about the threshold. */
const CRITICAL_FACTOR = 3;

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

export function severityOf(evidence: Evidence): Severity {
  return evidence.count >= CRITICAL_FACTOR * evidence.threshold ? "critical" : "warning";
}

/** Whether a severity is one or graver. */
export function atLeast(severity: Severity, least: Severity): boolean {
  return RANK[severity] >= RANK[least];
}

export function higherSeverity(a: Severity, b: Severity): Severity {
  return RANK[a] >= RANK[b] ? a : b;
}
