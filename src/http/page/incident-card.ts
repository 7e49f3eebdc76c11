// An incident as on-call needs it: what, how unusual, since when, who is hit, which requests.

import type { StatusIncident } from "../views.ts";
import { type Markup, html } from "../html.ts";
import { groupName, labels, time, whole } from "./words.ts";

/** Entries of a list of keys, services or hosts. */
const TOP = 5;

export function incidentCard(incident: StatusIncident, root: string): Markup {
  const { id, short_id, explanation, rule, group, hint, request_ids, request_ids_total } = incident;
  const shown = request_ids.slice(0, TOP);
  return html`<article id="incident-${short_id}" class="card ${badge(incident)}">
    <h3>
      <span class="badge ${badge(incident)}">${stateOf(incident)}</span>
      <a href="${root}incidents/${encodeURIComponent(id)}">${groupName(rule, group)}</a>
    </h3>
    <p class="headline">${explanation}</p>
    <p class="dim">
      ${labels(rule, group)} · since ${time(incident.started_at)} · last ${time(incident.last_event_at)} ·
      ${short_id}
    </p>
    ${facts(incident)}
    <p>${hint}</p>
    ${
      shown.length === 0
        ? html``
        : html`<p class="ids">
            Requests
            ${shown.map((one, at) => copyable(one, `copy-${short_id}-${at}`))}${more(
              request_ids_total - shown.length,
            )}
          </p>`
    }
  </article>`;
}

/** Numbers, and who is hit. */
export function facts({ total, peak_per_minute, distinct_keys, top }: StatusIncident): Markup {
  return html`<dl class="facts">
    <div>
      <dt>Events</dt>
      <dd>${whole(total)}</dd>
    </div>
    <div>
      <dt>Peak</dt>
      <dd>${whole(peak_per_minute)} a minute</dd>
    </div>
    <div>
      <dt>Keys</dt>
      <dd>${whole(distinct_keys)}</dd>
    </div>
    ${topList("Top keys", top.keys)} ${topList("Services", top.services)} ${topList("Hosts", top.hosts)}
  </dl>`;
}

function topList(name: string, entries: StatusIncident["top"]["keys"]): Markup {
  if (entries.length === 0) return html``;
  const rows = entries
    .slice(0, TOP)
    .map(({ value, count }) => html`<li><code>${value}</code> ${whole(count)}</li>`);
  return html`<div>
    <dt>${name}</dt>
    <dd>
      <ul>
        ${rows}
      </ul>
    </dd>
  </div>`;
}

/** Text with a button that copies it; without a script, there is only the text. */
export function copyable(text: string, id: string, link: string | null = null): Markup {
  const shown =
    link === null
      ? html`<code>${text}</code>`
      : html`<a href="${link}" rel="noreferrer"><code>${text}</code></a>`;
  return html`<span class="copyable"
    >${shown}<button type="button" id="${id}" data-copy="${text}" aria-label="Copy ${text}">
      copy
    </button></span
  > `;
}

/** How an incident looks: over, taken care of, or as bad as it is. */
export function badge({ state, severity }: StatusIncident): "good" | "warn" | "bad" {
  if (state === "resolved") return "good";
  return state === "acked" || severity !== "critical" ? "warn" : "bad";
}

export function stateOf({ state, severity, acked_by }: StatusIncident): string {
  if (state === "resolved") return "resolved";
  return acked_by === null ? severity : `${severity}, acked by ${acked_by}`;
}

function more(count: number): Markup {
  return count > 0 ? html`<span class="dim">and ${whole(count)} more</span>` : html``;
}
