// The status page: what on-call wants to know at a glance, as plain HTML without a script. It renews itself.

import { createHash } from "node:crypto";
import { Markup, html } from "./html.ts";
import type { Insert } from "./html.ts";
import { STYLE } from "./page-style.ts";
import type { Reply } from "./reply.ts";
import type { Status, StatusFile } from "./views.ts";

/** How often a browser loads the page anew, seconds. */
const REFRESH_SECONDS = 10;

/** Rows of one table; above it the page says how many more there are. */
const MAX_ROWS = 200;

/** Put in whole: white space around the style would change its digest. */
const STYLE_ELEMENT = new Markup(`<style>${STYLE}</style>`);

/** Only this very style is applied; no script, image, form or frame, whatever a log line smuggles in. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function statusPage(status: Status): Reply {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="${REFRESH_SECONDS}" />
        <title>${title(status)}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <h1>revokewatch</h1>
          <p class="dim">
            ${status.version} on ${status.host}, since ${time(status.started_at)}, page of ${time(status.at)}
          </p>
          <p>${state(status)}</p>
        </header>
        <main>
          ${incidents(status)} ${silences(status)} ${groups(status)} ${sources(status)} ${receivers(status)}
        </main>
        <footer class="dim">
          <p>
            All times are UTC. JSON: <a href="/api/v1/status">status</a>,
            <a href="/api/v1/incidents">incidents</a>, <a href="/api/v1/silences">silences</a>. Metrics:
            <a href="/metrics">/metrics</a>.
          </p>
        </footer>
      </body>
    </html> `;
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY },
    body: page.source,
  };
}

function title({ incidents }: Status): string {
  return incidents.length === 0 ? "revokewatch: quiet" : `(${incidents.length}) revokewatch: open incidents`;
}

function state({ ready, incidents }: Status): Markup {
  if (!ready) return html`<span class="warn">Starting: the first catch-up has not finished.</span>`;
  if (incidents.length === 0) return html`<span class="good">Watching. No open incident.</span>`;
  return html`<span class="bad">Open incidents: ${incidents.length}</span>`;
}

function incidents({ incidents }: Status): Markup {
  const rows = incidents.map((incident) => [
    html`<a href="/api/v1/incidents/${encodeURIComponent(incident.id)}">${incident.short_id}</a>`,
    html`<span class="${incident.severity === "critical" ? "bad" : "warn"}">${incident.severity}</span>`,
    incident.acked_by === null ? incident.state : `${incident.state} by ${incident.acked_by}`,
    `${incident.rule} ${labels(incident.group)}`,
    incident.explanation,
    incident.total,
    time(incident.started_at),
  ]);
  return table(
    "Incidents",
    ["Id", "Severity", "State", "Rule and group", "Why", "Events#", "Since"],
    rows,
    "None is open.",
  );
}

function silences({ silences }: Status): Markup {
  const rows = silences.map((silence) => [
    silence.name,
    html`<span class="${silence.exceeded ? "bad" : silence.state === "active" ? "warn" : "dim"}"
      >${silence.exceeded ? "exceeded" : silence.state}</span
    >`,
    silence.match.join(" "),
    silence.starts_at === null ? "–" : time(silence.starts_at),
    silence.ends_at === null ? "–" : time(silence.ends_at),
    `${silence.events ?? "–"} of ${silence.max_events ?? "any"}`,
    `${silence.keys ?? "–"} of ${silence.max_keys ?? "any"}`,
    silence.comment,
  ]);
  const heads = ["Silence", "State", "Match", "From", "Until", "Events#", "Keys#", "Why"];
  return table("Planned rotations", heads, rows, "None is on or to come.");
}

function groups({ groups }: Status): Markup {
  const rows = groups.map((group) => [
    `${group.rule} ${labels(group.group)}`,
    html`<span class="${group.state === "firing" ? "bad" : "dim"}">${group.state}</span>`,
    group.window_events,
    group.expected === null ? "–" : rounded(group.expected),
    group.expected_high === null ? "–" : rounded(group.expected_high),
    `${group.window_seconds} s`,
    group.distinct_keys,
    group.events_total,
  ]);
  return table(
    "Groups",
    ["Rule and group", "State", "In window#", "Usual#", "At most#", "Window#", "Keys#", "Events#"],
    rows,
    "No event has been seen yet.",
  );
}

function sources({ sources }: Status): Markup {
  const rows = sources.flatMap((source) => {
    const files: readonly (StatusFile | null)[] = source.files.length === 0 ? [null] : source.files;
    return files.map((file) => [
      `${source.name} (${source.kind})`,
      file?.path ?? "–",
      file === null
        ? "–"
        : html`<span class="${file.state === "failed" ? "bad" : "dim"}">${file.state}</span>`,
      file?.offset ?? "–",
      file?.lag_bytes ?? "–",
      source.caught_up ? "yes" : html`<span class="warn">catching up</span>`,
    ]);
  });
  return table(
    "Sources",
    ["Source", "File", "State", "Read, bytes#", "Unread, bytes#", "Live"],
    rows,
    "None.",
  );
}

function receivers({ receivers }: Status): Markup {
  const rows = receivers.map((receiver) => [
    `${receiver.name} (${receiver.kind})`,
    receiver.circuit_open ? html`<span class="bad">failing</span>` : html`<span class="good">ok</span>`,
    receiver.outbox_messages,
    receiver.oldest_at === null ? "–" : time(receiver.oldest_at),
    receiver.dead_letters,
    receiver.last_success_at === null ? "never" : time(receiver.last_success_at),
  ]);
  const heads = ["Receiver", "State", "Waiting#", "Oldest since", "Given up#", "Last success"];
  return table("Receivers", heads, rows, "None: alerts go to the console only.");
}

/** A table with its heading; a column whose name ends in # holds numbers. */
function table(
  heading: string,
  columns: readonly string[],
  rows: readonly (readonly Insert[])[],
  none: string,
): Markup {
  if (rows.length === 0)
    return html`<section>
      <h2>${heading}</h2>
      <p class="dim">${none}</p>
    </section>`;
  const kinds = columns.map((column) => (column.endsWith("#") ? "number" : "text"));
  const heads = columns.map((name, at) => html`<th class="${kinds[at] ?? ""}">${name.replace("#", "")}</th>`);
  const body = rows.slice(0, MAX_ROWS).map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, at) => html`<td class="${kinds[at] ?? ""}">${cell}</td>`)}
      </tr> `,
  );
  const more = rows.length > MAX_ROWS ? html`<p class="dim">and ${rows.length - MAX_ROWS} more</p>` : html``;
  return html`<section>
    <h2>${heading}</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${more}
  </section>`;
}

function labels(group: Readonly<Record<string, string>>): string {
  return Object.entries(group)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

/** 2026-05-25 12:34:56, as people read it. */
function time(at: string): string {
  return at.replace("T", " ").replace(/(\.\d+)?Z$/, "");
}

function rounded(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Number(value.toFixed(1)));
}
