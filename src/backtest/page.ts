// `-o html`: the result as one page that can be mailed and opened anywhere. It loads nothing and runs nothing; everything
// from the log goes through the template's escaping.

import { createHash } from "node:crypto";
import type { IncidentView } from "../core/incidents/transition.ts";
import { html, Markup } from "../http/html.ts";
import { amount, count, plural, span } from "../receivers/numbers.ts";
import { oneLine } from "../receivers/safe-text.ts";
import { chart, type Mark } from "./chart.ts";
import { columnsOf } from "./columns.ts";
import type { FoundIncident } from "./found.ts";
import type { Outcome } from "./outcome.ts";
import { STYLE } from "./page-style.ts";
import type { GroupTimeline } from "./timeline.ts";
import { duration, extent, firstDetection, foundWords, groupName, moment, recurringWords } from "./words.ts";

/** Groups that get a chart; what a person looks through. */
const MAX_CHARTS = 20;
/** Incidents that are listed one by one; a page with more is not read. */
const MAX_LISTED = 500;
const MAX_HINT = 400;
const MAX_ID = 80;
/** Less than one in twenty windows: people call that none. */
const HARDLY_ANY = 0.05;

/** Put in whole: white space around the style would change its digest. */
const STYLE_ELEMENT = new Markup(`<style>${STYLE}</style>`);
/** Only this very style is applied: no script, image, form or connection, whatever a log line smuggles in. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The whole document, ending in a newline. */
export function pageOf(page: Outcome): string {
  const { settings, incidents, read, notices } = page;
  const [first] = settings;
  const found = first === undefined ? "" : foundWords(first.sums);
  const marks = incidents.slice(0, MAX_LISTED).map((incident, i) => markOf(incident, i + 1, page.toMs));
  const several = settings.length > 1;
  const of = several ? html` <span class="dim">with ${first?.name ?? ""}</span>` : html``;
  return `${
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="content-security-policy" content="${POLICY}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>revokewatch backtest: ${found}</title>
          ${STYLE_ELEMENT}
        </head>
        <body>
          <header>
            <h1>${found}${of}</h1>
            <p class="dim">revokewatch backtest · ${read} · times are UTC</p>
            <p>${first === undefined ? "" : recurringWords(first.sums)}</p>
            ${notices.map((notice) => html`<p class="warn">${notice}</p>`)}
          </header>
          <main>
            ${several ? comparison(settings) : html``} ${list(incidents, page.toMs)} ${charts(page, marks)}
          </main>
        </body>
      </html>`.source
  }\n`;
}

function comparison(settings: Outcome["settings"]): Markup {
  const rows = settings.map(({ name, sums }) => {
    const detection = firstDetection(sums);
    return html`<tr>
      <td>${name}</td>
      <td class="number">${count(sums.incidents)}</td>
      <td class="number">${count(sums.alertedMinutes)}</td>
      <td>${detection?.at ?? "none"}</td>
      <td class="number">${detection?.after ?? "–"}</td>
    </tr> `;
  });
  return html`<section>
    <h2>Settings compared</h2>
    <div class="wide" role="region" aria-label="Settings compared" tabindex="0">
      <table>
        <thead>
          <tr>
            <th>Setting</th>
            <th class="number">Incidents</th>
            <th class="number">Alerted minutes</th>
            <th>First detection</th>
            <th class="number">After the onset</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

function list(incidents: readonly FoundIncident[], endMs: number): Markup {
  if (incidents.length === 0) return html``;
  const more = incidents.length - MAX_LISTED;
  return html`<section>
    <h2>Incidents</h2>
    ${incidents.slice(0, MAX_LISTED).map((incident, i) => entry(incident, i + 1, endMs))}
    ${more > 0 ? html`<p class="dim">and ${count(more)} more</p>` : html``}
  </section>`;
}

function entry(incident: FoundIncident, number: number, endMs: number): Markup {
  const { view } = incident;
  const ids = view.request_ids.map((id) => oneLine(id, MAX_ID));
  const others = view.request_ids_total - ids.length;
  return html`<details>
    <summary>
      <span class="at">${number}.</span>
      <span class="${view.severity === "critical" ? "tone bad" : "tone warn"}">${view.severity}</span>
      <span class="what">${groupName(Object.entries(view.group))}: ${sentence(view)}</span>
      <span class="when dim">${duration(incident, endMs)}</span>
    </summary>
    <div class="more" id="${view.id}">
      <p>${extent(view)}. ${oneLine(view.hint, MAX_HINT)}</p>
      <p>${proof(view)}</p>
      <p>
        Request ids: ${ids.length === 0 ? "none told" : html`${ids.map((id) => html`<code>${id}</code> `)}`}
        ${others > 0 ? `and ${count(others)} more` : ""}
      </p>
      ${view.silence === null ? html`` : html`<p>Silenced by ${oneLine(view.silence, MAX_ID)}: nobody would have been told.</p>`}
      <p class="dim">Incident ${view.short_id}, rule ${view.rule}, ${view.shape.replaceAll("_", " ")}</p>
    </div>
  </details>`;
}

/** The numbers behind a decision for people who know no statistics. */
function sentence(view: IncidentView): string {
  if (view.expected === null || view.expected_high === null) return view.explanation;
  const [one, many] = view.channel === "new_keys" ? ["new key", "new keys"] : ["event", "events"];
  const came = `${plural(view.count, one, many)} in ${span(view.window_seconds * 1000)}`;
  const usual = view.expected < HARDLY_ANY ? "none" : amount(view.expected);
  const most = view.expected_high === 0 ? "" : ` and hardly ever over ${amount(view.expected_high)}`;
  return `${came}, usually ${usual}${most}`;
}

/** How far from usual, how improbable, and what would have been enough. */
function proof({ ratio, probability, threshold, expected, window_seconds: seconds }: IncidentView): string {
  const enough =
    threshold === null ? [] : [`${count(threshold)} in ${span(seconds * 1000)} would have been enough`];
  const times =
    ratio === null || expected === null || expected < HARDLY_ANY ? [] : [`${amount(ratio)} times the usual`];
  const chance =
    probability === null
      ? []
      : [`by chance with a probability of ${probability > 0 ? probability.toPrecision(1) : "under 1e-300"}`];
  const said = [...times, ...chance, ...enough].join("; ");
  return said === "" ? "" : `${said.slice(0, 1).toUpperCase()}${said.slice(1)}.`;
}

function charts({ groups, fromMs, toMs }: Outcome, marks: readonly Mark[]): Markup {
  if (groups.length === 0 || !Number.isFinite(fromMs)) return html``;
  const shown = groups.slice(0, MAX_CHARTS);
  const more = groups.length - MAX_CHARTS;
  return html`<section>
    <h2>Events over time</h2>
    ${keyOf(shown)} ${shown.map((group) => groupChart(group, fromMs, toMs, marks))}
    ${more > 0 ? html`<p class="dim">and ${plural(more, "group", "groups")} with fewer events</p>` : html``}
  </section>`;
}

/** What the colours mean, of those that are there. */
function keyOf(groups: readonly GroupTimeline[]): Markup {
  const learned = groups.some(({ samples }) => samples.length > 0);
  const entries = [
    ["bars", "events"],
    ...(learned
      ? [
          ["usual", "usual"],
          ["band", "normal: 999 of 1000 quiet stretches stay in here"],
        ]
      : []),
    ["mark", "incident, with its number in the list"],
    ["mark critical", "critical incident"],
  ] as const;
  return html`<ul class="key dim">
    ${entries.map(([kind = "", text = ""]) => html`<li>${swatch(kind)}${text}</li>`)}
  </ul>`;
}

function swatch(kind: string): Markup {
  return html`<svg aria-hidden="true"><rect class="${kind}" width="16" height="12" /></svg>`;
}

function groupChart(group: GroupTimeline, fromMs: number, toMs: number, marks: readonly Mark[]): Markup {
  const columns = columnsOf(group, fromMs, toMs);
  const own = marks.filter(
    ({ view }) => view.rule === group.rule && groupKey(Object.entries(view.group)) === groupKey(group.labels),
  );
  const name = groupName(group.labels);
  const stretch = span(group.stretchMs);
  const each =
    columns.columnMs === group.stretchMs
      ? `each bar: events in ${stretch}`
      : `each bar: the busiest ${stretch} of its ${span(columns.columnMs)}`;
  const scale = columns.rooted ? "; heights are square roots" : "";
  const limit = group.threshold === null ? "" : `; dashed: the threshold of ${count(group.threshold)}`;
  const title = `${name}: ${plural(group.events, "event", "events")}, ${plural(own.length, "incident", "incidents")}, ${moment(fromMs)} to ${moment(toMs)}`;
  return html`<h3>
      ${name}
      <span class="dim"
        >${group.rule} · ${plural(group.events, "event", "events")} · ${each}${scale}${limit}</span
      >
    </h3>
    ${chart(columns, own, group.threshold, title)}`;
}

function markOf({ view, resolvedMs }: FoundIncident, number: number, endMs: number): Mark {
  return { number, view, fromMs: Date.parse(view.started_at), toMs: resolvedMs ?? endMs };
}

function groupKey(labels: GroupTimeline["labels"]): string {
  return JSON.stringify(labels);
}
