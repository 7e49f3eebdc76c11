// The page of one incident, which the alert links to: everything that is kept of it.

import { apiError, type Reply } from "../reply.ts";
import type { IncidentDetails, IncidentLinks, StatusKey } from "../views.ts";
import { groupId } from "../group-id.ts";
import { type Markup, html } from "../html.ts";
import { badge, copyable, facts, stateOf } from "./incident-card.ts";
import { shell } from "./shell.ts";
import { groupName, labels, time, whole } from "./words.ts";

export interface IncidentPage {
  readonly incident: IncidentDetails;
  readonly links: IncidentLinks;
  /** The keys of its group that are still used, the one used last first. */
  readonly keys: readonly StatusKey[];
}

export function incidentPage({ incident, links, keys }: IncidentPage): Reply {
  const { rule, group, short_id } = incident;
  const id = groupId(rule, group);
  return shell({
    title: `${short_id} ${stateOf(incident)}: ${groupName(rule, group)} – revokewatch`,
    root: "../",
    header: html`<p><a href="../">revokewatch</a></p>
      <h1>
        <span class="badge ${badge(incident)}">${stateOf(incident)}</span> ${groupName(rule, group)}
        <span class="dim">${short_id}</span>
      </h1>
      <p class="headline">${incident.explanation}</p>
      <p class="dim">${labels(rule, group)} · ${when(incident)}</p>`,
    main: html`<section id="what" aria-label="What happened">
        ${facts(incident)}
        <p>${incident.hint}</p>
        ${linkList(links)}
        <p>
          ${
            incident.state === "resolved"
              ? html``
              : html`Take it: ${copyable(`revokewatch incident ack ${short_id} --by NAME`, "copy-ack")}`
          }
        </p>
      </section>
      <section id="history" aria-labelledby="history-heading">
        <h2 id="history-heading">The last 25 hours</h2>
        <div class="chart" id="chart-${id}" data-keep data-chart="${id}" data-incident="${incident.id}"></div>
      </section>
      ${requests(incident, links)} ${stillUsed(keys)}`,
  });
}

export function noIncident(): Reply {
  return apiError(404, "No incident has this id. Of those that are over, the last 500 are kept.");
}

function when({ started_at, resolved_at, last_event_at }: IncidentDetails): Markup {
  const until =
    resolved_at === null ? html`last event ${time(last_event_at)}` : html`until ${time(resolved_at)}`;
  return html`since ${time(started_at)}, ${until}`;
}

function linkList({ links }: IncidentLinks): Markup {
  if (links.length === 0) return html``;
  return html`<p class="links">
    ${links.map(({ label, url }) => html`<a href="${url}" rel="noreferrer">${label}</a> `)}
  </p>`;
}

function requests(
  { kept_request_ids: ids, request_ids_total }: IncidentDetails,
  links: IncidentLinks,
): Markup {
  if (ids.length === 0) {
    return html`<section id="requests" aria-labelledby="requests-heading">
      <h2 id="requests-heading">Requests</h2>
      <p class="dim">The log lines of this incident carry no request id.</p>
    </section>`;
  }
  const dropped = request_ids_total - ids.length;
  return html`<section id="requests" aria-labelledby="requests-heading">
    <h2 id="requests-heading">Requests</h2>
    <p>
      <button type="button" id="copy-all" data-copy-all="requests">Copy all ${whole(ids.length)}</button>
      ${dropped > 0 ? html`<span class="dim">${whole(dropped)} more are counted and not kept</span>` : html``}
    </p>
    <ul class="requests">
      ${ids.map((id, at) => html`<li>${copyable(id, `copy-${at}`, links.requestId(id))}</li>`)}
    </ul>
  </section>`;
}

function stillUsed(keys: readonly StatusKey[]): Markup {
  if (keys.length === 0) return html``;
  const rows = keys.map(
    ({ key, last_seen_at, last_service, last_host, count }) =>
      html`<li>
        <code>${key}</code> ${whole(count)} uses, last ${time(last_seen_at)}
        ${last_service === null ? html`` : html`by ${last_service}`}
        ${last_host === null ? html`` : html`on ${last_host}`}
      </li>`,
  );
  return html`<section id="keys" aria-labelledby="keys-heading">
    <h2 id="keys-heading">Keys of this group that are still used</h2>
    <ul>
      ${rows}
    </ul>
  </section>`;
}
