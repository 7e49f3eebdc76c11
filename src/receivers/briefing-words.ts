// The sentences of a message: each function answers one question of on-call from one transition.

import type { IncidentView, Step, Transition } from "../core/incidents/transition.ts";
import { LATE_DELIVERY_MS, LATE_READ_SECONDS } from "./briefing-caveats.ts";
import { peakOf } from "./briefing-facts.ts";
import { isAbandoned, reasonOf } from "./briefing-ends.ts";
import { isNotice, over, status } from "./briefing-state.ts";
import { amount, capital, count, plural, span } from "./numbers.ts";
import { oneLine } from "./safe-text.ts";
import { code, type Line, strong, text, time, words } from "./spans.ts";

/** A phone shows about this much of a push message. Characters. */
const MAX_PUSH = 140;
const MAX_RULE = 60;
const MAX_WHERE = 60;
const MAX_VALUE = 120;
const MAX_EXPLANATION = 300;

/** Which services and other group labels, or where it is seen when the rule has one window for all. */
export function where({ group, top, sources }: IncidentView): string {
  const named = Object.values(group);
  const seen =
    named.length > 0 ? named : top.services.length > 0 ? top.services.map(({ value }) => value) : sources;
  const [first = "all services", ...rest] = seen.map((name) => oneLine(name, MAX_WHERE));
  if (named.length > 0) return oneLine([first, ...rest].join(", "), MAX_WHERE);
  return rest.length === 0 ? first : `${first} +${rest.length}`;
}

const rule = ({ rule: name }: IncidentView): string => oneLine(name, MAX_RULE);

/** What the counts are of. */
function counted(incident: IncidentView, n: number): string {
  return incident.channel === "new_keys" ? (n === 1 ? "new key" : "new keys") : n === 1 ? "event" : "events";
}

const inWindow = (incident: IncidentView): string =>
  `${count(incident.count)}${incident.channel === "new_keys" ? " new keys" : ""} in ${windowOf(incident)}`;

const lastedMs = ({ started_at: from, resolved_at: to, last_event_at: last }: IncidentView): number =>
  Math.max(0, Date.parse(to ?? last) - Date.parse(from));

/**
 * The line for lock screens: what, how many, where, then the rest. At most 140 characters, no markup.
 * @param waitedMs how long it has been on its way to the reader.
 * @param others how many more messages it stands for.
 */
export function push(transition: Transition, waitedMs: number, others = 0): string {
  const { event, incident } = transition;
  const head = `${transition.test ? "TEST " : ""}${status(transition)} ${rule(incident)}:`;
  const more = others === 0 ? "" : ` and ${andOthers(others)}`;
  const read =
    transition.late_seconds < LATE_READ_SECONDS ? "" : ` - read ${span(transition.late_seconds * 1000)} late`;
  const late = `${read}${waitedMs < LATE_DELIVERY_MS ? "" : ` - sent ${span(waitedMs)} late`}`;
  const step = transition.step === null ? undefined : STEP_REMARK[transition.step];
  const note = isSilenceNote(transition) ? " - silenced now" : undefined;
  const remark = step ?? note ?? PUSH_REMARK[event] ?? (incident.flapping ? " - flapping" : "");
  const tail = `${where(incident)}${more}${remark}${late} - ${incident.short_id}`;
  const usual = incident.expected === null ? "" : ` (usual ${amount(incident.expected)})`;
  if (ABOUT_SILENCE.has(event)) {
    const rest = ` - ${where(incident)}${more}${late} - ${incident.short_id}`;
    return oneLine(
      `${head} ${oneLine(incident.explanation, MAX_PUSH - head.length - 1 - rest.length)}${rest}`,
      MAX_PUSH,
    );
  }
  if (event === "new_key_notice") {
    return oneLine(`${head} ${plural(incident.count, "key", "keys")} began to fail ${tail}`, MAX_PUSH);
  }
  const numbers = over(event, incident)
    ? ` ${count(incident.total)} in ${span(lastedMs(incident))}, peak ${count(peakOf(incident))}/min,`
    : ` ${inWindow(incident)}${usual}`;
  return oneLine(`${head}${numbers} ${tail}`, MAX_PUSH);
}

/** `100 others`, of what a message stands for in a flood. */
export const andOthers = (n: number): string => plural(n, "other", "others");

const PUSH_REMARK: Partial<Record<Transition["event"], string>> = {
  update: " - growing",
  repeat: " - still firing",
  acked: " - acknowledged",
  escalated: " - escalated",
  recurring: " - recurring, no alert",
};

const STEP_REMARK: Partial<Record<Step, string>> = {
  severity: " - graver",
  new_service: " - a further service",
};

/** Constant for an incident, so that mail programs keep its messages together. */
export function subject({ incident }: Transition): string {
  return `${rule(incident)} ${kind(incident)}: ${where(incident)} (${incident.short_id})`;
}

const kind = ({ channel }: IncidentView): string => (channel === "new_keys" ? "new keys" : "spike");

/** The heading. @param alone nothing was said of this incident before. */
export function title(transition: Transition, alone: boolean): string {
  const { event, incident } = transition;
  const prefix = transition.test ? "Test: " : "";
  const what = `${rule(incident)} ${kind(incident)}: ${where(incident)}`;
  if (event === "silence_ending") return `${prefix}Silence ends soon: ${what}`;
  if (event === "silence_ended") return `${prefix}Silence ended: ${what}`;
  if (event === "new_key_notice") return `${prefix}Keys began to fail: ${rule(incident)}: ${where(incident)}`;
  if (event === "recurring") return `${prefix}Recurring: ${what}`;
  if (isAbandoned(incident)) return `${prefix}Closed: ${what}`;
  if (over(event, incident)) return `${prefix}${alone ? "Fired and resolved" : "Resolved"}: ${what}`;
  if (event === "silence_exceeded") return `${prefix}${what} (more than the silence expects)`;
  if (event === "escalated") return `${prefix}${what} (escalated)`;
  const flapping = incident.flapping ? " (flapping)" : "";
  return `${prefix}${what}${flapping}${STATE_REMARK[incident.state] ?? ""}`;
}

const STATE_REMARK: Partial<Record<IncidentView["state"], string>> = {
  acked: " (acknowledged)",
  resolving: " (calm now)",
};

/** What this message adds to the ones before it; nothing when there are none. */
export function news(transition: Transition, alone: boolean): Line {
  const { event, incident } = transition;
  switch (event) {
    case "firing":
      if (incident.flapping) {
        return [
          strong("Flapping"),
          text(
            ": it ends and begins again and again. Nothing more is said until it has settled or grows worse.",
          ),
        ];
      }
      return alone ? [] : [strong("Firing again"), text(".")];
    case "update":
      if (isSilenceNote(transition)) {
        return [strong("Silenced"), text(`: ${count(incident.total)} since the start.`)];
      }
      return [strong(growth(transition)), text(`: ${count(incident.total)} since the start.`)];
    case "repeat":
      return [
        strong("Still firing"),
        text(` after ${span(lastedMs(incident))}: ${count(incident.total)} since the start.`),
      ];
    case "acked":
      return [strong("Acknowledged"), ...by(incident), text(".")];
    case "escalated":
      return [
        strong("Escalated"),
        text(`: still firing after ${span(lastedMs(incident))}, `),
        ...(incident.acked_by === null
          ? [text("not acknowledged.")]
          : [text("acknowledged"), ...by(incident), text(".")]),
      ];
    case "resolved":
      if (isAbandoned(incident)) return [strong("Closed"), text(`: ${reasonOf(incident)}.`)];
      return [strong(alone ? "Fired and resolved" : "Resolved"), text(` after ${span(lastedMs(incident))}.`)];
    case "silence_exceeded":
      return [strong("More than the silence expects"), ...silence(incident), text(".")];
    case "silence_ending":
      return [strong("The silence is about to end"), ...silence(incident), text(".")];
    case "silence_ended":
      return [strong("The silence has ended"), ...silence(incident), text(".")];
    case "new_key_notice":
      return [];
    case "recurring":
      return [
        strong("Recurring"),
        text(
          ": it is no larger than what keeps coming here, so nobody is called. It is told for what it looks like.",
        ),
      ];
  }
}

/** What has become more of it. */
function growth({ step, incident }: Transition): string {
  if (step === "severity") return `Now ${incident.severity}`;
  return step === "new_service" ? "Spreading: a further service is hit" : "Still growing";
}

/** Whether it only says that a silence has begun. */
const isSilenceNote = ({ event, step, at, incident: { silenced_until: until } }: Transition): boolean =>
  event === "update" && step === null && until !== null && Date.parse(until) > Date.parse(at);

const by = ({ acked_by: who }: IncidentView): Line =>
  who === null ? [] : [text(" by "), code(oneLine(who, MAX_VALUE))];
const silence = ({ silence: name }: IncidentView): Line =>
  name === null ? [] : [text(": "), code(oneLine(name, MAX_VALUE))];

/** What these tell is in their explanation, not in the numbers of a window. */
const ABOUT_SILENCE: ReadonlySet<Transition["event"]> = new Set([
  "silence_exceeded",
  "silence_ending",
  "silence_ended",
]);

/** What happened and how unusual it is. */
export function headline({ event, incident }: Transition): Line {
  if (ABOUT_SILENCE.has(event) || isNotice(event)) {
    return words(`${capital(oneLine(incident.explanation, MAX_EXPLANATION)).replace(/\.$/, "")}.`);
  }
  if (!over(event, incident)) return [...what(incident), ...unusual(incident)];
  return [
    strong(`${count(incident.total)} ${counted(incident, incident.total)}`),
    text(" of "),
    code(rule(incident)),
    text(` in ${span(lastedMs(incident))}, at most ${count(peakOf(incident))} a minute`),
    ...(incident.expected === null
      ? []
      : [text(`; usual ${amount(incident.expected)} in ${windowOf(incident)}`)]),
    text("."),
  ];
}

const windowOf = (incident: IncidentView): string => span(incident.window_seconds * 1000);

function what(incident: IncidentView): Line {
  return [
    strong(`${count(incident.count)} ${counted(incident, incident.count)}`),
    text(" of "),
    code(rule(incident)),
    text(` in ${windowOf(incident)}.`),
  ];
}

function unusual({ expected, expected_high: high, ratio }: IncidentView): Line {
  if (expected === null) return [];
  const most = high === null ? "" : `, at most ${amount(high)}`;
  const factor = ratio === null ? "" : `: ${amount(ratio)} times the usual`;
  return words(` Usual ${amount(expected)}${most}${factor}.`);
}

/** From when to when. */
export function since({ event, incident }: Transition): Line {
  const first: Line = [
    text("First "),
    time(incident.started_at),
    text(", last "),
    time(incident.last_event_at, incident.started_at),
  ];
  return over(event, incident)
    ? [...first, text(`; lasted ${span(lastedMs(incident))}.`)]
    : [...first, text(".")];
}
