// Slack's markup, built so that text from a log cannot become markup: a string enters a message only through the
// functions here, and the template below takes nothing but what they return.

import { oneLine } from "./safe-text.ts";
import { type Line, utc } from "./spans.ts";

declare const proof: unique symbol;
/** Text in Slack's markup, with everything foreign in it escaped. */
export type Mrkdwn = string & { readonly [proof]: "mrkdwn" };

/** Nothing that is shown is longer; the blocks have their own smaller bounds. Characters. */
const MAX_SPAN = 3000;
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
/** What would make text bold, struck or code, as signs that look alike; none of them means anything to Slack. */
const LOOKALIKES: Readonly<Record<string, string>> = { "*": "∗", "~": "∼", "`": "'" };

const entities = (text: string): string => text.replace(/[&<>]/g, (c) => ENTITIES[c] as string);

/** Words, shown as they are. */
export function escaped(text: string): Mrkdwn {
  const shown = text
    .replace(/[*~`]/g, (c) => LOOKALIKES[c] as string)
    // An underscore is italics only at the edge of a word; inside one (api_key_revoked) it must stay to be searched for.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "＿")
    // :large_green_circle: out of a log must not become the sign that we use for resolved.
    .replace(/:(?=[\w+'-]*[a-z][\w+'-]*:)/gi, "∶")
    .replace(/^>/, "›");
  return entities(shown) as Mrkdwn;
}

/** A value to copy, shown in a fixed width; Slack reads no markup between backticks. */
export function codeSpan(text: string): Mrkdwn {
  const inside = text.replaceAll("`", "'").trim();
  return `\`${entities(inside === "" ? "-" : inside)}\`` as Mrkdwn;
}

/** A moment, shown by Slack in each reader's own time zone. */
export function moment(atMs: number): Mrkdwn {
  if (!Number.isFinite(atMs)) return escaped(utc(atMs));
  return `<!date^${Math.floor(atMs / 1000)}^{date_short_pretty} {time_secs}|${utc(atMs)}>` as Mrkdwn;
}

/** A link. @param url from out-links.ts, which has made it safe. */
export function linkTo(url: string, label: string): Mrkdwn {
  return `<${entities(url.replace(/[<>|]/g, encodeURIComponent))}|${entities(label.replaceAll("|", "¦"))}>` as Mrkdwn;
}

/** A mention out of the configuration, which has checked its form. */
export const mentioned = (notation: string): Mrkdwn => notation as Mrkdwn;

/** A template that takes only markup: a plain string in it is a type error. */
export function mrkdwn(parts: TemplateStringsArray, ...values: readonly Mrkdwn[]): Mrkdwn {
  return parts.reduce((all, part, i) => `${all}${part}${values[i] ?? ""}`, "") as Mrkdwn;
}

/** Several pieces one after the other. */
export function joined(pieces: readonly Mrkdwn[], separator: string): Mrkdwn {
  return pieces.join(separator) as Mrkdwn;
}

/** A line of the briefing in Slack's markup. */
export function lineOf(line: Line): Mrkdwn {
  return joined(
    line.map((span) => {
      switch (span.kind) {
        case "time":
          return moment(span.atMs);
        case "link":
          return linkTo(span.url, oneLine(span.text, MAX_SPAN));
        case "code":
          return codeSpan(span.text);
        case "strong":
          return mrkdwn`*${escaped(span.text)}*`;
        case "text":
          return escaped(span.text);
      }
    }),
    "",
  );
}
