// What is usual: a chart for each of the groups that matter most, and rows for the rest.

import type { Status, StatusGroup } from "../views.ts";
import { groupId } from "../group-id.ts";
import { type Markup, html } from "../html.ts";
import { table } from "./table.ts";
import { groupName, labels, rounded, span, whole } from "./words.ts";

/** Groups with a chart, on the page and in one answer of the history: more than anybody looks at, 150 KB of JSON. */
export const MAX_CHARTS = 24;

const STATES: Readonly<Record<string, "good" | "warn" | "bad" | "dim">> = {
  firing: "bad",
  pending: "warn",
  recurring: "warn",
  quiet: "good",
};

/** What a state means, where the word alone does not say it. */
const MEANINGS: Readonly<Record<string, string>> = {
  pending: "over its threshold, and no incident before it has stayed there for as long as the rule asks",
  recurring: "unexpected, but no more than has come before in such bursts: shown, not alerted",
  learning: "less than ten minutes known: only 50 events in a minute would alert",
};

export function groups({ groups: all }: Status): Markup {
  const charted = all.slice(0, MAX_CHARTS);
  if (charted.length === 0) {
    return html`<section id="groups" aria-labelledby="groups-heading">
      <h2 id="groups-heading">What is usual</h2>
      <p class="dim">No event has been seen yet.</p>
    </section>`;
  }
  return html`<section id="groups" aria-labelledby="groups-heading">
      <h2 id="groups-heading">What is usual</h2>
      <div class="grid">${charted.map(card)}</div>
    </section>
    ${rest(all.slice(MAX_CHARTS))}`;
}

function card(group: StatusGroup): Markup {
  const id = groupId(group.rule, group.group);
  const meaning = MEANINGS[group.state];
  return html`<article id="group-${id}" class="card">
    <h3>
      <span class="badge ${STATES[group.state] ?? "dim"}">${group.state}</span>
      ${groupName(group.rule, group.group)}
    </h3>
    ${meaning === undefined ? html`` : html`<p class="dim">${meaning}</p>`}
    <p>
      <strong>${whole(group.window_events)}</strong> in ${span(group.window_seconds)}${usual(group)} ·
      ${whole(group.events_total)} in all
    </p>
    <div class="chart" id="chart-${id}" data-keep data-chart="${id}"></div>
    <p class="dim">${labels(group.rule, group.group)}<br />Alerts from ${wouldAlert(group)}</p>
  </article>`;
}

function usual({ expected, expected_high }: StatusGroup): string {
  if (expected === null || expected_high === null) return "";
  return `; usual ${rounded(expected)}, at most ${rounded(expected_high)}`;
}

/** `10 in 1m, 10 in 5m, 17 in 20m`. */
function wouldAlert({ thresholds }: StatusGroup): string {
  return thresholds
    .map(({ count, window_seconds }) => `${whole(count)} in ${span(window_seconds)}`)
    .join(" · ");
}

function rest(others: readonly StatusGroup[]): Markup {
  if (others.length === 0) return html``;
  return table({
    id: "other-groups",
    heading: "More groups",
    columns: ["Rule and group", "State", "In window#", "Usual#", "At most#", "Window#", "Keys#", "Events#"],
    rows: others.map((group) => [
      labels(group.rule, group.group),
      html`<span class="${STATES[group.state] ?? "dim"}">${group.state}</span>`,
      whole(group.window_events),
      group.expected === null ? "–" : rounded(group.expected),
      group.expected_high === null ? "–" : rounded(group.expected_high),
      span(group.window_seconds),
      whole(group.distinct_keys),
      whole(group.events_total),
    ]),
    none: "",
  });
}
