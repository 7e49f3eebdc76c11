// How a message stands: whether it is over, of what colour it is, and in one word what its state is.

import type { IncidentView, Severity, Transition } from "../core/incidents/transition.ts";
import { isAbandoned } from "./briefing-ends.ts";

/** What colour a message has, where there are colours. */
export type Tone = "critical" | "warning" | "info" | "good";

/** Grave while it lasts, good when it is over. */
export function tone({ event, incident }: Transition): Tone {
  if (event === "silence_ending") return "info";
  if (isAbandoned(incident)) return "info";
  return over(event, incident) ? "good" : incident.severity;
}

/** True when nothing burns any more. */
export function over(event: Transition["event"], { state }: IncidentView): boolean {
  return event === "resolved" || state === "resolved" || (event === "silence_ended" && state === "pending");
}

const SEVERITY_WORD: Record<Severity, string> = { info: "INFO", warning: "WARNING", critical: "CRITICAL" };

/** It tells of something that is no incident: nothing fires, nobody is called, and no end follows. */
export function isNotice(event: Transition["event"]): boolean {
  return event === "new_key_notice" || event === "recurring";
}

/** One word for the state. */
export function status({ event, incident }: Transition): string {
  if (event === "silence_ending") return "SILENCE ENDS SOON";
  if (event === "silence_ended") return "SILENCE ENDED";
  if (isAbandoned(incident)) return "CLOSED";
  return over(event, incident) ? "RESOLVED" : SEVERITY_WORD[incident.severity];
}
