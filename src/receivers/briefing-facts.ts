// Who is hit and how hard: the labelled values of a message.

import type { IncidentView, TopEntry, Transition } from "../core/incidents/transition.ts";
import { capital, count, plural } from "./numbers.ts";
import { oneLine } from "./safe-text.ts";
import { code, join, type Line, text, words } from "./spans.ts";

/** One labelled value. */
export interface Fact {
  readonly label: string;
  readonly value: Line;
}

const MAX_LABEL = 60;
const MAX_VALUE = 120;
/** How many services, keys or hosts are named; the rest is counted. */
const MAX_NAMED = 5;
const MAX_NAME = 48;

/** Who is hit and how hard. */
export function facts({ event, incident }: Transition): readonly Fact[] {
  const { top } = incident;
  const group = Object.entries(incident.group).map(([label, value]) => ({
    label: capital(oneLine(label, MAX_LABEL)),
    value: [code(oneLine(value, MAX_VALUE))],
  }));
  const keys: Line = [
    text(plural(incident.distinct_keys, "key", "keys")),
    ...(top.keys.length > 0 ? [text(": ")] : []),
  ];
  return [
    { label: "Severity", value: words(incident.severity) },
    ...group,
    ...("service" in incident.group || top.services.length === 0
      ? []
      : [{ label: "Services", value: named(top.services, top.services.length) }]),
    { label: "Keys", value: [...keys, ...named(top.keys, incident.distinct_keys)] },
    ...(top.hosts.length === 0 ? [] : [{ label: "Hosts", value: named(top.hosts, top.hosts.length) }]),
    {
      label: "In total",
      value: words(`${count(incident.total)} ${incident.total === 1 ? "event" : "events"}`),
    },
    ...(event === "new_key_notice"
      ? []
      : [{ label: "Peak", value: words(`${count(peakOf(incident))} a minute`) }]),
    ...(incident.acked_by === null
      ? []
      : [{ label: "Acknowledged by", value: [code(oneLine(incident.acked_by, MAX_VALUE))] }]),
    ...(incident.silence === null
      ? []
      : [{ label: "Silence", value: [code(oneLine(incident.silence, MAX_VALUE))] }]),
  ];
}

/** Minutes of the clock are counted; a window of a minute that slides over the stroke may have held more than either. */
export function peakOf(incident: IncidentView): number {
  const { peak_per_minute: ofClock, window_seconds: window, channel, count: most } = incident;
  return window === 60 && channel === "events" ? Math.max(ofClock, most) : ofClock;
}

function named(entries: readonly TopEntry[], total: number): Line {
  const shown = entries.slice(0, MAX_NAMED);
  const lines = shown.map(({ value, count: n }): Line => [
    code(oneLine(value, MAX_NAME)),
    text(` (${count(n)})`),
  ]);
  const more = total - shown.length;
  return more > 0 && shown.length > 0
    ? [...join(lines, ", "), text(` and ${count(more)} more`)]
    : join(lines, ", ");
}
