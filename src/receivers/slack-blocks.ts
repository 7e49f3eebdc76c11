// The Slack message: blocks for the channel, `text` for the phone's lock screen. Three rungs, each with less in it, for
// when Slack refuses the content: full, short (no lists of ids and names), text only.

import type { Briefing } from "./briefing.ts";
import type { Tone } from "./briefing-state.ts";
import { codeSpan, escaped, joined, lineOf, linkTo, mentioned, type Mrkdwn, mrkdwn } from "./slack-mrkdwn.ts";
import { count } from "./numbers.ts";
import { oneLine } from "./safe-text.ts";
import { type Line, plain } from "./spans.ts";

interface MrkdwnText {
  readonly type: "mrkdwn";
  readonly text: Mrkdwn;
  /** Keeps Slack from turning addresses and #names in the text into links. */
  readonly verbatim: true;
}

/** The few blocks of Slack that we use. */
export type Block =
  | {
      readonly type: "header";
      readonly text: { readonly type: "plain_text"; readonly text: string; readonly emoji: false };
    }
  | { readonly type: "section"; readonly text: MrkdwnText }
  | { readonly type: "section"; readonly fields: readonly MrkdwnText[] }
  | { readonly type: "context"; readonly elements: readonly MrkdwnText[] };

/** What is said, without where to and with which flags. */
export interface SlackContent {
  readonly text: string;
  /** Empty on the last rung. */
  readonly blocks: readonly Block[];
}

/** How much is said. */
export type Rung = "full" | "short" | "text";
/** In the order in which they are tried. */
export const RUNGS: readonly Rung[] = ["full", "short", "text"];

// Slack's bounds are 150 for a header, 3,000 for a section, 2,000 for a field, 10 fields and, undocumented, about 13,200
// characters over all blocks. Ours are smaller, so that all of a message together stays under 10,000.
const MAX_HEADER = 150;
const MAX_SECTION = 1500;
const MAX_FIELD = 1000;
const MAX_FIELDS = 10;
const MAX_CONTEXT = 800;
/** All request ids together, and one with its link; a longer one stands there without. */
const MAX_IDS = 1400;
const MAX_ID = 500;
const SEPARATOR = " · ";

const SIGN: Readonly<Record<Tone, string>> = { critical: "🔴", warning: "🟠", info: "🔵", good: "🟢" };

/**
 * The incident as it now stands: the message in the channel, and what it is edited to.
 * @param mention whom to call, null: nobody.
 * @param eyes a reaction under the message acknowledges the incident.
 */
export function parentContent(
  briefing: Briefing,
  mention: string | null,
  rung: Rung,
  eyes = false,
): SlackContent {
  if (rung === "text") return textOnly(briefing, mention);
  const full = rung === "full";
  return {
    text: escaped(briefing.push),
    blocks: [
      header(briefing),
      ...section(mention === null ? [] : [mentioned(mention)]),
      ...section([lineOf(briefing.headline), lineOf(briefing.since), ...said(briefing.stillUsed)]),
      ...(full ? fields(briefing) : []),
      ...context(full ? trend(briefing) : []),
      ...section(full ? idLines(briefing) : []),
      ...section([...briefing.advice.map(lineOf), ...linkLine(briefing)]),
      ...context(briefing.caveats.map((line) => mrkdwn`⚠ ${lineOf(line)}`)),
      ...context([joined([lineOf(briefing.footer), ...acknowledgeBy(briefing, eyes)], SEPARATOR)]),
    ],
  };
}

/** The answer in the thread: what is new; request ids only while there are new ones. */
export function replyContent(briefing: Briefing, mention: string | null, rung: Rung): SlackContent {
  if (rung === "text") return textOnly(briefing, mention);
  return {
    text: escaped(briefing.push),
    blocks: [
      ...section([
        mrkdwn`${escaped(SIGN[briefing.tone])} ${lineOf(briefing.news)}`,
        lineOf(briefing.headline),
        ...said(briefing.stillUsed),
        ...(mention === null ? [] : [mentioned(mention)]),
      ]),
      ...(rung === "full" && briefing.evolving
        ? [...context(trend(briefing)), ...section(idLines(briefing))]
        : []),
      ...context(briefing.caveats.map((line) => mrkdwn`⚠ ${lineOf(line)}`)),
    ],
  };
}

function textOnly(briefing: Briefing, mention: string | null): SlackContent {
  const caveats = briefing.caveats.map((line) => escaped(oneLine(plain(line), MAX_CONTEXT)));
  const lines = [lineOf(briefing.since), ...briefing.advice.map(lineOf), ...linkLine(briefing)];
  const pieces = [escaped(briefing.push), ...lines, ...caveats];
  return { text: joined([...pieces, ...(mention === null ? [] : [mentioned(mention)])], "\n"), blocks: [] };
}

/** How to say that one has it: the reaction first, which a phone can do. */
function acknowledgeBy({ acknowledge }: Briefing, eyes: boolean): Mrkdwn[] {
  if (acknowledge === null) return [];
  return [mrkdwn`ack: ${escaped(eyes ? "👀 on this message, or " : "")}${codeSpan(acknowledge)}`];
}

const said = (line: Line): Mrkdwn[] => (line.length === 0 ? [] : [lineOf(line)]);

function header({ tone, title }: Briefing): Block {
  // Plain text knows no markup; angle brackets go all the same, so that none of a log's stand anywhere in a message.
  const text = oneLine(`${SIGN[tone]} ${title}`, MAX_HEADER).replaceAll("<", "‹").replaceAll(">", "›");
  // Slack counts UTF-16 units; the sign alone has two.
  return { type: "header", text: { type: "plain_text", text: text.slice(0, MAX_HEADER), emoji: false } };
}

function fields({ facts }: Briefing): Block[] {
  const texts = facts
    .slice(0, MAX_FIELDS)
    .map(({ label, value }) => fitting([mrkdwn`*${escaped(label)}*`, lineOf(value)], MAX_FIELD, "\n"));
  return texts.length === 0 ? [] : [{ type: "section", fields: texts.map(field) }];
}

function trend({ trend: drawn }: Briefing): Mrkdwn[] {
  return drawn === null ? [] : [mrkdwn`${codeSpan(drawn.bars)} ${escaped(drawn.caption)}`];
}

function idLines({ requestIds: { items, more } }: Briefing): Mrkdwn[] {
  const lines: Mrkdwn[] = [];
  let length = 0;
  for (const { id, url } of items) {
    const linked = url === null ? codeSpan(id) : linkTo(url, id);
    const line = linked.length > MAX_ID ? codeSpan(id) : linked;
    length += line.length + SEPARATOR.length;
    if (length > MAX_IDS) break;
    lines.push(line);
  }
  if (lines.length === 0) return [];
  const rest = items.length - lines.length + more;
  // Side by side, so that what to do stands on a phone's first screen.
  const shown = joined(lines, SEPARATOR);
  return [mrkdwn`*Request ids*`, rest > 0 ? mrkdwn`${shown} ${escaped(`and ${count(rest)} more`)}` : shown];
}

function linkLine({ links }: Briefing): Mrkdwn[] {
  // Links in the text and not as buttons: Slack reports every click on a button to the app, and one without a public
  // address for that then shows the reader an error.
  return links.length === 0
    ? []
    : [
        joined(
          links.map(({ label, url }) => linkTo(url, label)),
          SEPARATOR,
        ),
      ];
}

function section(lines: readonly Mrkdwn[]): Block[] {
  return lines.length === 0 ? [] : [{ type: "section", text: field(fitting(lines, MAX_SECTION, "\n")) }];
}

function context(lines: readonly Mrkdwn[]): Block[] {
  return lines.length === 0
    ? []
    : [{ type: "context", elements: [field(fitting(lines, MAX_CONTEXT, "\n"))] }];
}

const field = (text: Mrkdwn): MrkdwnText => ({ type: "mrkdwn", text, verbatim: true });

/** As many whole pieces as fit: markup cut in the middle would show its brackets, or mean something else. */
function fitting(pieces: readonly Mrkdwn[], maxLength: number, separator: string): Mrkdwn {
  const kept: Mrkdwn[] = [];
  let length = 0;
  for (const piece of pieces) {
    length += piece.length + separator.length;
    if (length > maxLength) break;
    kept.push(piece);
  }
  const dropped = pieces.length - kept.length;
  return dropped === 0 ? joined(kept, separator) : joined([...kept, escaped(`… ${dropped} more`)], separator);
}
