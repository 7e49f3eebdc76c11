// The e-mail: a complete text part, and the same as HTML for a phone's width, without images, classes or anything from
// outside. The subject is ASCII and the same for all of an incident, so that mail programs keep it in one conversation.

import type { Briefing } from "./briefing.ts";
import type { Tone } from "./briefing-state.ts";
import { codeHtml, escapeHtml, type Html, html, lineHtml, linkHtml } from "./email-html.ts";
import { count } from "./numbers.ts";
import { asciiLine } from "./safe-text.ts";
import { type Line, utc } from "./spans.ts";

/** Longest subject that every mail program shows and no relay cuts. Characters. */
const MAX_SUBJECT = 140;

/** @param withStatus puts the status into the subject: easier to filter, but a conversation of its own. */
export function emailSubject(briefing: Briefing, test: boolean, withStatus: boolean): string {
  const mark = `${test ? "TEST " : ""}${withStatus ? `${briefing.status} ` : ""}`;
  return asciiLine(`[revokewatch] ${mark}${unlinked(briefing.subject)}`, MAX_SUBJECT);
}

/** The part for readers without HTML, and what lock screens show of a mail. */
export function emailText(briefing: Briefing): string {
  const { requestIds, trend } = briefing;
  const width = Math.max(0, ...briefing.facts.map(({ label }) => label.length)) + 2;
  const paragraphs: readonly (readonly string[])[] = [
    [
      `${briefing.status}: ${plain(briefing.headline)}`,
      ...(briefing.news.length === 0 ? [] : [plain(briefing.news)]),
      plain(briefing.since),
      ...(briefing.stillUsed.length === 0 ? [] : [plain(briefing.stillUsed)]),
    ],
    briefing.facts.map(({ label, value }) => `${`${label}:`.padEnd(width)}${plain(value)}`),
    trend === null ? [] : [`${trend.bars}  (${trend.caption})`],
    requestIds.items.length === 0
      ? []
      : ["Request ids:", ...requestIds.items.map(idText), ...more(requestIds.more)],
    briefing.advice.map(plain),
    briefing.links.map(({ label, url }) => `${label}: ${url}`),
    briefing.caveats.map((line) => `! ${plain(line)}`),
    // Two hyphens and a blank mark a signature, which mail programs show apart.
    [
      "-- ",
      plain(briefing.footer),
      ...(briefing.acknowledge === null ? [] : [`ack: ${briefing.acknowledge}`]),
    ],
  ];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/**
 * A line for the text part. Mail programs make links of addresses in plain text, so one that is not ours is written as
 * analysts do (hxxps://), which nobody can click.
 */
function plain(line: Line): string {
  return line
    .map((span) => {
      if (span.kind === "time") return utc(span.atMs, span.sameDay);
      return span.kind === "link" ? `${span.text} (${span.url})` : unlinked(span.text);
    })
    .join("");
}

const unlinked = (text: string): string =>
  text.replace(/http(?=s?:\/\/)/gi, "hxxp").replace(/\bwww\./gi, "www[.]");

const idText = ({ id, url }: { id: string; url: string | null }): string =>
  `  ${unlinked(id)}${url === null ? "" : `  ${url}`}`;
const more = (n: number): string[] => (n > 0 ? [`  and ${count(n)} more`] : []);

const COLOUR: Readonly<Record<Tone, string>> = {
  critical: "#c0182b",
  warning: "#b45309",
  info: "#1264a3",
  good: "#187a3d",
};
const BODY =
  "margin:0;padding:12px;background:#f4f4f5;color:#1d1c1d;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const CARD =
  "max-width:600px;margin:0 auto;background:#ffffff;border:1px solid #e1e1e3;border-radius:6px;overflow:hidden";
const HEAD = "padding:12px 16px;color:#ffffff;overflow-wrap:anywhere";
const PART = "padding:12px 16px;overflow-wrap:anywhere";
const QUIET = "color:#5c5b60;font-size:13px";

/** The HTML part. */
export function emailHtml(briefing: Briefing): Html {
  const colour = COLOUR[briefing.tone] as Html;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <title>${escapeHtml(briefing.title)}</title>
      </head>
      <body style="${BODY as Html}">
        <div style="${CARD as Html}">
          <div style="${HEAD as Html};background:${colour}">
            <div style="font-size:12px;font-weight:600;letter-spacing:.06em">
              ${escapeHtml(briefing.status)}
            </div>
            <div style="font-size:18px;font-weight:600;line-height:1.3">${escapeHtml(briefing.title)}</div>
          </div>
          <div style="${PART as Html}">
            <div>${lineHtml(briefing.headline)}</div>
            <div>${lineHtml(briefing.news)}</div>
            <div style="${QUIET as Html}">${lineHtml(briefing.since)}</div>
            <div>${lineHtml(briefing.stillUsed)}</div>
          </div>
          ${factsHtml(briefing)}${trendHtml(briefing)}${idsHtml(briefing)}${adviceHtml(briefing)}${caveatsHtml(briefing)}
          <div style="${PART as Html};${QUIET as Html};border-top:1px solid #e1e1e3">
            ${lineHtml(briefing.footer)}${acknowledgeHtml(briefing)}
          </div>
        </div>
      </body>
    </html> `;
}

function acknowledgeHtml({ acknowledge }: Briefing): readonly Html[] {
  return acknowledge === null ? [] : [html`<div>ack: ${codeHtml(acknowledge)}</div>`];
}

function caveatsHtml({ caveats }: Briefing): readonly Html[] {
  if (caveats.length === 0) return [];
  const lines = caveats.map((line) => html`<div>${lineHtml(line)}</div>`);
  return [html`<div style="${PART as Html};background:#fff7e0;font-size:14px">${lines}</div> `];
}

function factsHtml({ facts }: Briefing): Html {
  const rows = facts.map(
    ({ label, value }) =>
      html`<tr>
        <td style="padding:3px 12px 3px 0;color:#5c5b60;vertical-align:top;white-space:nowrap">
          ${escapeHtml(label)}
        </td>
        <td style="padding:3px 0;overflow-wrap:anywhere">${lineHtml(value)}</td>
      </tr>`,
  );
  return html`<div style="${PART as Html}">
    <table role="presentation" style="border-collapse:collapse;font-size:14px">
      ${rows}
    </table>
  </div> `;
}

function trendHtml({ trend }: Briefing): readonly Html[] {
  if (trend === null) return [];
  return [
    html`<div style="padding:0 16px 12px">
      <div style="font:18px/1.1 ui-monospace,Menlo,Consolas,monospace;color:#5c5b60">
        ${escapeHtml(trend.bars)}
      </div>
      <div style="${QUIET as Html}">${escapeHtml(trend.caption)}</div>
    </div> `,
  ];
}

function idsHtml({ requestIds: { items, more } }: Briefing): readonly Html[] {
  if (items.length === 0) return [];
  const lines = items.map(
    ({ id, url }) => html`<div>${url === null ? codeHtml(id) : linkHtml(url, id)}</div>`,
  );
  const rest =
    more > 0 ? [html`<div style="${QUIET as Html}">and ${escapeHtml(count(more))} more</div>`] : [];
  return [html`<div style="${PART as Html}"><strong>Request ids</strong>${lines}${rest}</div> `];
}

function adviceHtml({ advice, links }: Briefing): readonly Html[] {
  const lines = advice.map((line) => html`<div>${lineHtml(line)}</div>`);
  const buttons = links.map(
    ({ label, url }) => html`<span style="margin-right:16px">${linkHtml(url, label)}</span>`,
  );
  const row =
    buttons.length === 0 ? [] : [html`<div style="padding-top:6px;font-weight:600">${buttons}</div>`];
  return lines.length + row.length === 0 ? [] : [html`<div style="${PART as Html}">${lines}${row}</div> `];
}
