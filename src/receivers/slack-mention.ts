// Whom a Slack message calls. Mentions come from the configuration alone, at most one a message, and only in messages
// that ask for somebody: an edit or a repeat that rang every phone would teach people to mute the channel.

import type { Severity, Transition, TransitionEvent } from "../core/incidents/transition.ts";
import type { ReceiverSetup } from "./receiver.ts";

/** Whom to call, by severity; Slack's own notation. */
export type Mentions = Readonly<Partial<Record<Severity, string | undefined>>>;

const CALLING: ReadonlySet<TransitionEvent> = new Set(["firing", "escalated", "silence_exceeded"]);

/** The mention of this message, null for none; a test calls nobody. A step that names somebody calls whom it names. */
export function mentionFor(
  { event, test, incident, escalation }: Transition,
  mentions: Mentions,
  { name, stepMention }: Pick<ReceiverSetup, "name" | "stepMention">,
): string | null {
  if (!CALLING.has(event) || test) return null;
  const steps = escalation
    .filter(({ to }) => to === name)
    .map((step) => stepMention(incident.rule, step.after_seconds));
  return steps.findLast((mention) => mention !== null) ?? mentions[incident.severity] ?? null;
}
