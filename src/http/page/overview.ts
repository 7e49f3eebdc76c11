// The status page: whether it is watching, whether anything is wrong, and what is usual.

import type { Reply } from "../reply.ts";
import { attention, receiverTrouble, sourceTrouble } from "../attention.ts";
import type { Status, StatusFile, StatusIncident, StatusKey, StatusReceiver } from "../views.ts";
import { groups } from "./groups.ts";
import { type Markup, html } from "../html.ts";
import { badge, incidentCard, stateOf } from "./incident-card.ts";
import { shell } from "./shell.ts";
import { table } from "./table.ts";
import { bytes, labels, time, timeOrDash, whole } from "./words.ts";

/** Open incidents that are shown in full; when everything breaks at once, the rest is a list that can be overseen. */
const MAX_CARDS = 5;
/** Incidents that are over and still listed. */
const MAX_PAST = 10;
/** Files of one source that are listed one by one; thousands are a sum, with those that need a look. */
const MAX_FILES = 8;
const MAX_KEYS = 10;

/**
 * @param incidents all that are kept, newest first.
 * @param keys those still used, the one used last first.
 */
export function statusPage(
  status: Status,
  incidents: readonly StatusIncident[],
  keys: readonly StatusKey[],
): Reply {
  return shell({
    title: title(status),
    root: "./",
    header: header(status),
    main: html`${open(status)} ${groups(status)} ${sources(status)} ${stillUsed(keys)} ${receivers(status)}
    ${silences(status)} ${past(incidents)}`,
  });
}

function title({ incidents, ready }: Status): string {
  if (incidents.length > 0) return `(${incidents.length}) open incidents – revokewatch`;
  return ready ? "quiet – revokewatch" : "starting – revokewatch";
}

function header(status: Status): Markup {
  const look = attention(status);
  return html`<h1>revokewatch</h1>
    <p class="state">${state(status, look)}</p>
    ${
      look.length === 0
        ? html``
        : html`<ul class="look">
            ${look.map((one) => html`<li>${one}</li>`)}
          </ul>`
    }
    <p class="dim">
      ${status.version} on ${status.host}, running since ${time(status.started_at)} · this page
      <span id="freshness">is of ${time(status.at)}</span>
    </p>`;
}

function state({ ready, incidents, sources: all }: Status, look: readonly string[]): Markup {
  const open = incidents.length;
  if (open > 0) return html`<span class="bad">${open} open ${open === 1 ? "incident" : "incidents"}</span>`;
  if (!ready) return html`<span class="warn">Starting: the first catch-up has not finished</span>`;
  if (all.length === 0) return html`<span class="warn">Nothing to watch: no source is configured</span>`;
  if (look.length > 0) return html`<span class="warn">No open incident, but something needs a look</span>`;
  return html`<span class="good">Watching. No open incident.</span>`;
}

function open({ incidents }: Status): Markup {
  if (incidents.length === 0) return html``;
  const sorted = incidents.toSorted((a, b) => Number(isCritical(b)) - Number(isCritical(a)));
  const rest = sorted.slice(MAX_CARDS);
  return html`<section id="incidents" aria-labelledby="incidents-heading">
      <h2 id="incidents-heading">Open incidents</h2>
      ${sorted.slice(0, MAX_CARDS).map((incident) => incidentCard(incident, "./"))}
    </section>
    ${rest.length === 0 ? html`` : alsoOpen(rest)}`;
}

function isCritical({ severity }: StatusIncident): boolean {
  return severity === "critical";
}

function alsoOpen(incidents: readonly StatusIncident[]): Markup {
  return table({
    id: "also-open",
    heading: `${incidents.length} more open`,
    columns: ["Incident", "Rule and group", "Since", "Why", "Events#"],
    rows: incidents.map((incident) => [
      link(incident),
      labels(incident.rule, incident.group),
      time(incident.started_at),
      incident.explanation,
      whole(incident.total),
    ]),
    none: "",
  });
}

function link(incident: StatusIncident): Markup {
  return html`<a href="./incidents/${encodeURIComponent(incident.id)}">${incident.short_id}</a>
    <span class="${badge(incident)}">${stateOf(incident)}</span>`;
}

function sources({ sources: all }: Status): Markup {
  const rows = all.map((source) => {
    const lag = source.files.reduce((sum, { lag_bytes }) => sum + lag_bytes, 0);
    const wrong = sourceTrouble(source);
    return [
      html`${source.name} <span class="dim">${source.kind}</span>`,
      wrong !== null
        ? html`<span class="bad">${wrong}</span>`
        : source.caught_up
          ? html`<span class="good">live</span>`
          : html`<span class="warn">catching up</span>`,
      timeOrDash(source.last_line_at),
      lag === 0 ? "0" : bytes(lag),
      whole(source.lines_total),
      files(source.files),
    ];
  });
  return table({
    id: "sources",
    heading: "Sources",
    columns: ["Source", "State", "Newest line", "Unread#", "Lines#", "Files"],
    rows,
    none: "None is configured.",
  });
}

function files(all: readonly StatusFile[]): Markup {
  const first = all.toSorted((a, b) => rank(a) - rank(b) || b.lag_bytes - a.lag_bytes).slice(0, MAX_FILES);
  const rows = first.map(
    (file) =>
      html`<li>
        <code>${file.path}</code>
        <span class="${file.state === "failed" ? "bad" : "dim"}">${file.state}</span>${
          file.lag_bytes > 0 ? html`, ${bytes(file.lag_bytes)} unread` : html``
        }
      </li>`,
  );
  const more = all.length - first.length;
  return html`<ul class="files">
    ${rows}${more > 0 ? html`<li class="dim">and ${whole(more)} more</li>` : html``}
  </ul>`;
}

/** Files that need a look stand first. */
function rank({ state }: StatusFile): number {
  return ["failed", "pending", "draining"].indexOf(state) + 1 || 9;
}

function stillUsed(keys: readonly StatusKey[]): Markup {
  return table({
    id: "keys",
    heading: "Revoked keys that are still used",
    columns: ["Key", "Last used", "First seen", "Uses#", "Service", "Host"],
    rows: keys
      .slice(0, MAX_KEYS)
      .map((key) => [
        html`<code>${key.key}</code>`,
        time(key.last_seen_at),
        time(key.first_seen_at),
        whole(key.count),
        places(key.services, key.services_truncated),
        places(key.hosts, key.hosts_truncated),
      ]),
    none: "None in the last 30 days: every revoked key is dead.",
  });
}

function places(all: StatusKey["services"], truncated: boolean): string {
  if (all.length === 0) return "–";
  return all.map(({ value }) => value).join(", ") + (truncated ? ", …" : "");
}

function receivers({ receivers: all }: Status): Markup {
  return table({
    id: "receivers",
    heading: "Receivers",
    columns: ["Receiver", "State", "Last success", "Waiting#", "Oldest since", "Given up#"],
    rows: all.map((receiver) => [
      html`${receiver.name} <span class="dim">${receiver.kind}</span>`,
      receiverState(receiver),
      receiver.last_success_at === null ? "never yet" : time(receiver.last_success_at),
      receiver.outbox_messages,
      timeOrDash(receiver.oldest_at),
      receiver.dead_letters === 0 ? "0" : html`<span class="bad">${receiver.dead_letters}</span>`,
    ]),
    none: "None: alerts go to the console only.",
  });
}

function receiverState(receiver: StatusReceiver): Markup {
  const wrong = receiverTrouble(receiver);
  return wrong === null ? html`<span class="good">ok</span>` : html`<span class="bad">${wrong}</span>`;
}

function silences({ silences: all }: Status): Markup {
  return table({
    id: "silences",
    heading: "Planned rotations",
    columns: ["Silence", "State", "Match", "From", "Until", "Events#", "Keys#", "Why"],
    rows: all.map((silence) => [
      silence.name,
      html`<span class="${silence.exceeded ? "bad" : silence.state === "active" ? "warn" : "dim"}"
        >${silence.exceeded ? "exceeded" : silence.state}</span
      >`,
      silence.match.join(" "),
      timeOrDash(silence.starts_at),
      timeOrDash(silence.ends_at),
      `${silence.events ?? "–"} of ${silence.max_events ?? "any"}`,
      `${silence.keys ?? "–"} of ${silence.max_keys ?? "any"}`,
      silence.comment,
    ]),
    none: "None is on or to come.",
  });
}

function past(incidents: readonly StatusIncident[]): Markup {
  const over = incidents.filter(({ state }) => state === "resolved");
  return table({
    id: "past",
    heading: "Incidents that are over",
    columns: ["Incident", "Rule and group", "From", "Until", "Why", "Events#"],
    rows: over
      .slice(0, MAX_PAST)
      .map((incident) => [
        link(incident),
        labels(incident.rule, incident.group),
        time(incident.started_at),
        timeOrDash(incident.resolved_at),
        incident.explanation,
        whole(incident.total),
      ]),
    none: "None yet.",
  });
}
