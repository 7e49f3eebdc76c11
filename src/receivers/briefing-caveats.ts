// How far a message can be trusted: whether it is a test, comes late, was read late, is cut or was not saved.

import type { Transition } from "../core/incidents/transition.ts";
import type { Message } from "./receiver.ts";
import { span } from "./numbers.ts";
import { oneLine } from "./safe-text.ts";
import { type Line, strong, text, time, words } from "./spans.ts";

/** Live reading is behind by polls and commits; only more than this is worth a line. Seconds. */
export const LATE_READ_SECONDS = 30;
/** A hand-over with one retry is normal; more than this is worth a line. Milliseconds. */
const LATE_DELIVERY_MS = 60_000;
const MAX_WARNING = 300;
const MAX_WARNINGS = 10;

/** The remarks of a message, the most important first. @param nowMs wall clock at the hand-over. */
export function caveats(message: Message, nowMs: number): readonly Line[] {
  const { transition, warnings } = message;
  const { incident } = transition;
  const lines: Line[] = [];
  if (transition.test)
    lines.push([strong("This is a test."), text(" Nothing has happened; no one needs to act.")]);
  if (incident.unseen_since !== null) {
    lines.push([
      strong("Cannot see"),
      text(" since "),
      time(incident.unseen_since),
      text(": its log cannot be read, or has gone silent. It stays open until it can be seen again."),
    ]);
  }
  if (transition.late_seconds >= LATE_READ_SECONDS) {
    lines.push([
      text(`Read ${span(transition.late_seconds * 1000)} late: it happened from `),
      time(incident.started_at),
      text(" to "),
      time(incident.last_event_at, incident.started_at),
      text("."),
    ]);
  }
  const waitedMs = nowMs - message.queuedAtMs;
  if (waitedMs >= LATE_DELIVERY_MS) {
    lines.push([
      text(`Delivered ${span(waitedMs)} late: known since `),
      { kind: "time", atMs: message.queuedAtMs },
      text("."),
    ]);
  }
  lines.push(...silenced(transition));
  const compares = transition.event !== "silence_ended" && transition.event !== "new_key_notice";
  if (incident.expected === null && !transition.test && compares) {
    lines.push(words("There is no usual count to compare with (a fixed threshold, or still learning)."));
  }
  for (const warning of warnings.slice(0, MAX_WARNINGS)) lines.push(words(oneLine(warning, MAX_WARNING)));
  return lines;
}

/** Until when nothing was, or will be, told of it. */
function silenced({ event, at, incident }: Transition): readonly Line[] {
  const { silenced_until: until } = incident;
  if (until === null || event === "silence_exceeded" || event === "silence_ended") return [];
  if (event === "silence_ending")
    return [[text("What still fires then is told as it stands, from "), time(until), text(" on.")]];
  if (Date.parse(until) <= Date.parse(at)) return [[text("Was silenced until "), time(until), text(".")]];
  // The note at the silence's beginning; other words in its time are about something else.
  if (event !== "update") return [];
  return [[text("Growth and repeats are not told before "), time(until), text(", when the silence ends.")]];
}
