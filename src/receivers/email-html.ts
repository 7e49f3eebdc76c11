// HTML that text from a log cannot break: a template that escapes every value which is not itself HTML, and the few
// inline styles that mail programs keep.

import type { Line } from "./spans.ts";
import { utc } from "./spans.ts";

declare const proof: unique symbol;
/** HTML with everything foreign in it escaped. */
export type Html = string & { readonly [proof]: "html" };

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it is, for elements and quoted attributes. */
export function escapeHtml(text: string): Html {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c] as string) as Html;
}

/** A template in which values are HTML (kept) or lists of it; a plain string is a type error, so it must be escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly (Html | readonly Html[])[]): Html {
  return parts.reduce((all, part, i) => {
    const value = values[i - 1] ?? "";
    return `${all}${typeof value === "string" ? value : value.join("")}${part}`;
  }) as Html;
}

/** As a block of its own a value goes to the next line whole, and breaks only when it is longer than that. */
const CODE =
  "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px;display:inline-block;max-width:100%;overflow-wrap:anywhere";

/** A value in a fixed width. */
export function codeHtml(text: string): Html {
  return html`<code style="${CODE as Html}">${unlinkable(text)}</code>`;
}

/** A link. @param url from out-links.ts, which has made it safe. */
export function linkHtml(url: string, label: string): Html {
  return html`<a href="${escapeHtml(url)}" style="color:#1264a3">${escapeHtml(label)}</a>`;
}

/** A line of the briefing. */
export function lineHtml(line: Line): Html {
  return html`${line.map((span): Html => {
    switch (span.kind) {
      case "time":
        return html`<span style="white-space:nowrap">${escapeHtml(utc(span.atMs, span.sameDay))}</span>`;
      case "link":
        return linkHtml(span.url, span.text);
      case "code":
        return codeHtml(span.text);
      case "strong":
        return html`<strong>${unlinkable(span.text)}</strong>`;
      case "text":
        return unlinkable(span.text);
    }
  })}`;
}

/**
 * Escaped text of which no mail program makes a link by itself: <wbr>, which shows nothing, stands behind each dot and
 * double slash before a letter.
 */
function unlinkable(text: string): Html {
  return text
    .split(/(?<=[\p{L}\p{N}]\.|\/\/|@)(?=[\p{L}\p{N}])/u)
    .map(escapeHtml)
    .join("<wbr>") as Html;
}
