// Whom a Slack message calls. Mentions come from the configuration alone, at most one a message, and only in messages
// that ask for somebody: an edit or a repeat that rang every phone would teach people to mute the channel.

import type { Severity, Transition, TransitionEvent } from "../core/incidents/transition.ts";

/** Whom to call, by severity; Slack's own notation. */
export type Mentions = Readonly<Partial<Record<Severity, string | undefined>>>;

const CALLING: ReadonlySet<TransitionEvent> = new Set(["firing", "escalated", "silence_exceeded"]);

/** The mention of this message, null for none; a test calls nobody. */
export function mentionFor({ event, test, incident }: Transition, mentions: Mentions): string | null {
  return CALLING.has(event) && !test ? (mentions[incident.severity] ?? null) : null;
}
