// How far a message can be trusted: whether it is a test, comes late, was read late, is cut or was not saved.

import type { IncidentView, Transition } from "../core/incidents/transition.ts";
import { isAbandoned, reasonOf } from "./briefing-ends.ts";
import type { Message } from "./receiver.ts";
import { count, span } from "./numbers.ts";
import { oneLine } from "./safe-text.ts";
import { code, type Line, strong, text, time, words } from "./spans.ts";

/** Live reading is behind by polls and commits; only more than this is worth a line. Seconds. */
export const LATE_READ_SECONDS = 30;
/** A hand-over with one retry is normal; more than this is worth a line. Milliseconds. */
export const LATE_DELIVERY_MS = 60_000;
const MAX_WARNING = 300;
/** Narrower incidents that one line names, and the characters of each one's group. */
const MAX_NARROWER = 5;
const MAX_NAME = 40;
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
      text(
        ": its log cannot be read, has gone silent, or is read far behind. It stays open until it can be seen again.",
      ),
    ]);
  }
  if (isAbandoned(incident)) {
    lines.push([
      strong("Not watched any more"),
      text(`: ${reasonOf(incident)}. Whether it is over is not known.`),
    ]);
  }
  lines.push(...wider(incident), ...narrower(incident));
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

/** What is told in another message. */
function wider({ inhibited_by: by }: IncidentView): readonly Line[] {
  if (by === null) return [];
  return [
    [text("Part of the wider incident "), code(by.short_id), text(": told here again if it outlasts that.")],
  ];
}

/** What is told in this message alone. */
function narrower({ inhibits }: IncidentView): readonly Line[] {
  if (inhibits.length === 0) return [];
  const named = inhibits
    .slice(0, MAX_NARROWER)
    .map(({ short_id: id, group, total }): Line => [
      code(id),
      text(` ${oneLine(Object.values(group).join(", ") || "all", MAX_NAME)} (${count(total)})`),
    ]);
  const more = inhibits.length > MAX_NARROWER ? [text(` and ${inhibits.length - MAX_NARROWER} more`)] : [];
  return [
    [
      text("Holds back "),
      ...named.flatMap((name, i) => (i === 0 ? name : [text(", "), ...name])),
      ...more,
      text("."),
    ],
  ];
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
