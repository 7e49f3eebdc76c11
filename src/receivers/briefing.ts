// What a message says, before any medium says it: the same words, numbers and order for Slack, e-mail and console. The
// order is the one in which on-call asks: what happened, how unusual, since when, who is hit, one example, what to do,
// how sure. Text in it may come from a log; each medium passes it through its own escaping gate.

import type { Transition, TransitionEvent } from "../core/incidents/transition.ts";
import { type Fact, facts } from "./briefing-facts.ts";
import { caveats } from "./briefing-caveats.ts";
import { isAbandoned } from "./briefing-ends.ts";
import { stillUsed } from "./briefing-rotation.ts";
import { isNotice, over, status, type Tone, tone } from "./briefing-state.ts";
import { andOthers, headline, news, push, since, subject, title } from "./briefing-words.ts";
import { documentLine, links, type OutLink, requestIds, type RequestIdList } from "./out-links.ts";
import type { Message, ReceiverSetup } from "./receiver.ts";
import { oneLine } from "./safe-text.ts";
import { bars, caption } from "./sparkline.ts";
import { code, type Line, text, words } from "./spans.ts";

/** A message without its medium. */
export interface Briefing {
  readonly tone: Tone;
  /** One word: CRITICAL, WARNING, INFO, RESOLVED, TEST … */
  readonly status: string;
  /** What a phone shows: at most 140 characters, what, how many and where first. */
  readonly push: string;
  /** The same for every message of an incident. */
  readonly subject: string;
  readonly title: string;
  /** True when the numbers have moved since the message before, and not only the state. */
  readonly evolving: boolean;
  /** What this message adds to the ones before, in one line; empty for the first. */
  readonly news: Line;
  /** What happened and how unusual it is. */
  readonly headline: Line;
  readonly since: Line;
  /** At the end: whether its keys are dead; else empty. */
  readonly stillUsed: Line;
  readonly facts: readonly Fact[];
  /** Events a minute as bars, null when there is too little to draw. */
  readonly trend: { readonly bars: string; readonly caption: string } | null;
  readonly requestIds: RequestIdList;
  readonly advice: readonly Line[];
  readonly links: readonly OutLink[];
  /** What to know before trusting the numbers: test, late, not saved. */
  readonly caveats: readonly Line[];
  readonly footer: Line;
  /** The command that says that somebody has it; null when there is nothing to have, or somebody does. */
  readonly acknowledge: string | null;
}

const EVOLVING: ReadonlySet<TransitionEvent> = new Set([
  "firing",
  "update",
  "repeat",
  "escalated",
  "silence_exceeded",
]);
const MAX_HINT = 600;
const MAX_VERSION = 60;

/** Everything that a message has to say. @param nowMs the wall clock, for how late it comes. */
export function brief(message: Message, setup: ReceiverSetup, nowMs: number): Briefing {
  const { transition } = message;
  const { incident } = transition;
  const alone = message.reference === null;
  // The end of a silence is a report in one line: nobody has to act on it or look for requests.
  const report = transition.event === "silence_ended";
  const hint = report ? "" : oneLine(incident.hint, MAX_HINT);
  const document = report ? null : documentLine(incident.doc_url, setup.allowedLinkHosts);
  return {
    tone: tone(transition),
    status: status(transition),
    push: push(transition, nowMs - message.queuedAtMs, message.others),
    subject: subject(transition),
    title: `${title(transition, alone)}${message.others === 0 ? "" : ` and ${andOthers(message.others)}`}`,
    evolving: EVOLVING.has(transition.event),
    news: news(transition, alone),
    headline: headline(transition),
    since: since(transition),
    stillUsed: stillUsed(transition),
    facts: facts(transition),
    trend:
      incident.sparkline.length < 2
        ? null
        : { bars: bars(incident.sparkline), caption: caption(incident.sparkline) },
    requestIds: report ? { items: [], more: 0 } : requestIds(incident, setup.requestIdLink(incident.rule)),
    advice: [...(hint === "" ? [] : [words(hint)]), ...(document === null ? [] : [document])],
    links: links(incident, setup, isIncident(transition) ? undefined : ""),
    caveats: caveats(message, nowMs),
    footer: footer(transition, setup),
    acknowledge: acknowledge(transition),
  };
}

/** The command that tells more. What is no incident has an id of its own that leads nowhere. */
function detailsOf({ event, incident }: Transition): string {
  if (isNotice(event)) return "revokewatch keys";
  return isIncident({ event, incident })
    ? `revokewatch incident show ${incident.short_id}`
    : "revokewatch silence list";
}

/** Whether the message is of an incident, and not of a silence in which none was, or of keys. */
function isIncident({ event, incident }: Pick<Transition, "event" | "incident">): boolean {
  if (event === "silence_ended") return incident.fired_at !== null;
  return event !== "silence_ending" && !isNotice(event);
}

function acknowledge({ event, test, incident }: Transition): string | null {
  const open = isIncident({ event, incident }) && !over(event, incident) && !isAbandoned(incident);
  return test || !open || incident.acked_by !== null ? null : `revokewatch incident ack ${incident.short_id}`;
}

function footer(transition: Transition, setup: ReceiverSetup): Line {
  const { short_id: id } = transition.incident;
  const version = oneLine(setup.version, MAX_VERSION);
  const from = [
    text(`revokewatch ${version} on `),
    code(oneLine(setup.host, MAX_VERSION)),
    text(" · "),
    code(id),
  ];
  if (transition.test) return from;
  return [...from, text(" · details: "), code(detailsOf(transition))];
}
