// What the groups did in the last 25 hours, as the page draws it: the ones that matter most first, and bounded, for a
// chart costs a thousand times what a row does.

import type { Engine } from "../core/engine.ts";
import { rfc3339 } from "../core/incidents/rfc3339.ts";
import type { IncidentView } from "../core/incidents/transition.ts";
import type { GroupReading } from "../core/groups.ts";
import { groupId } from "../http/group-id.ts";
import { MAX_CHARTS } from "../http/page/groups.ts";
import type { HistoryAnswer, StatusHistory } from "../http/views.ts";

/** An answer is good for this long, milliseconds: a step of the chart lasts five minutes, and many may look. */
const FRESH_MS = 5_000;

/** Groups whose numbers somebody should see come first, then those that have most to show. */
const URGENCY: Readonly<Record<GroupReading["state"], number>> = {
  firing: 0,
  pending: 0,
  recurring: 1,
  quiet: 2,
  learning: 2,
};

/** The order in which groups are shown. */
export function byUrgency<Row extends Pick<GroupReading, "state" | "windowEvents" | "eventsTotal">>(
  rows: Iterable<Row>,
): Row[] {
  return [...rows].sort(
    (a, b) =>
      URGENCY[a.state] - URGENCY[b.state] || b.windowEvents - a.windowEvents || b.eventsTotal - a.eventsTotal,
  );
}

export class Histories {
  readonly #engine: Engine;
  readonly #incidents: () => readonly IncidentView[];
  readonly #kept = new Map<string, { readonly untilMs: number; readonly answer: HistoryAnswer }>();

  /** @param incidents all that are kept, newest first. */
  constructor(engine: Engine, incidents: () => readonly IncidentView[]) {
    this.#engine = engine;
    this.#incidents = incidents;
  }

  /**
   * The histories that a query asks for: of all groups, or of one `rule`, or of the one group that `incident` is about.
   * @param nowMs a clock that runs on.
   */
  answer(query: URLSearchParams, nowMs: number): HistoryAnswer {
    const rule = query.get("rule");
    const incident = query.get("incident");
    const key = JSON.stringify([rule, incident]);
    const kept = this.#kept.get(key);
    if (kept !== undefined && nowMs < kept.untilMs) return kept.answer;
    const answer = this.#answer(rule, incident);
    // One answer for all who look; a client that asks for ever other things keeps nothing alive.
    this.#kept.clear();
    this.#kept.set(key, { untilMs: nowMs + FRESH_MS, answer });
    return answer;
  }

  #answer(rule: string | null, incident: string | null): HistoryAnswer {
    const all = this.#incidents();
    const about = incident === null ? null : all.find(({ id }) => id === incident);
    if (about === undefined) return { problem: "Cannot show a history: no incident has this id." };
    const readings = byUrgency(this.#engine.readings()).filter(
      (one) =>
        (rule === null || one.rule === rule) &&
        (about === null || (one.rule === about.rule && isSame(one.labels, about.group))),
    );
    return readings.slice(0, MAX_CHARTS).map((one) => this.#of(one, all));
  }

  #of({ rule, labels }: GroupReading, incidents: readonly IncidentView[]): StatusHistory {
    const history = this.#engine.historyOf(rule, labels);
    const fromMs = history?.fromMs ?? 0;
    return {
      id: groupId(rule, labels),
      rule,
      group: labels,
      step_seconds: history?.stepSeconds ?? 0,
      from: rfc3339(fromMs),
      counts: history?.counts ?? [],
      expected: history?.expected ?? null,
      expected_high: history?.expectedHigh ?? null,
      incidents: incidents
        .filter((one) => one.rule === rule && isSame(one.group, labels))
        .filter(({ resolved_at }) => resolved_at === null || Date.parse(resolved_at) >= fromMs)
        .map(({ id, short_id, severity, started_at, resolved_at }) => ({
          id,
          short_id,
          severity,
          started_at,
          resolved_at,
        })),
    };
  }
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
