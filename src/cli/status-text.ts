// The status of the daemon for a terminal: what needs a look first, then a table for each part.

import { attention, receiverTrouble, sourceTrouble } from "../http/attention.ts";
import { bytes, groupName, rounded, span } from "../http/page/words.ts";
import type { Status, StatusGroup } from "../http/views.ts";
import { table } from "./table.ts";

/** Groups that are listed, those that matter most first; the rest is a number, and in the JSON. */
const MAX_GROUPS = 50;

/** @param room characters of a line; Infinity for a pipe. */
export function statusText(found: Status, room: number): string {
  const { version, host, started_at, ready, incidents } = found;
  const open = incidents.length === 0 ? "no open incident" : `${incidents.length} open`;
  const section = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
    rows.length === 0 ? `\n${title}  none` : `\n${title}\n${table(head, rows, room)}`;
  return [
    `revokewatch ${version} on ${host}, since ${second(started_at)}: ${ready ? "ready" : "reading the backlog"}, ${open}`,
    ...attention(found).map((one) => `! ${one}`),
    section(
      "INCIDENTS",
      ["ID", "RULE", "GROUP", "SEVERITY", "STATE", "SINCE", "EVENTS", "WHAT"],
      incidents.map((incident) => [
        incident.short_id,
        incident.rule,
        groupOf(incident.group),
        incident.severity,
        incident.acked_by === null ? incident.state : `${incident.state} by ${incident.acked_by}`,
        second(incident.started_at),
        String(incident.total),
        incident.explanation,
      ]),
    ),
    section(
      "SOURCES",
      ["NAME", "KIND", "STATE", "LAST LINE", "UNREAD", "LINES", "FILES"],
      found.sources.map((source) => [
        source.name,
        source.kind,
        sourceTrouble(source) ?? (source.caught_up ? "live" : "catching up"),
        second(source.last_line_at),
        bytes(source.files.reduce((sum, file) => sum + file.lag_bytes, 0)),
        String(source.lines_total),
        String(source.files.length),
      ]),
    ),
    section(
      "GROUPS",
      ["RULE", "GROUP", "STATE", "NOW", "USUAL", "AT MOST", "ALERTS FROM", "TOTAL"],
      found.groups
        .slice(0, MAX_GROUPS)
        .map((group) => [
          group.rule,
          groupOf(group.group),
          group.state,
          `${group.window_events} in ${span(group.window_seconds)}`,
          group.expected === null ? "-" : rounded(group.expected),
          group.expected_high === null ? "-" : String(group.expected_high),
          bar(group),
          String(group.events_total),
        ]),
    ),
    ...(found.groups.length > MAX_GROUPS
      ? [`  and ${found.groups.length - MAX_GROUPS} more (-o json has all)`]
      : []),
    section(
      "SILENCES",
      ["NAME", "STATE", "FROM", "UNTIL", "MATCH", "COMMENT"],
      found.silences.map((silence) => [
        silence.name,
        silence.exceeded ? "exceeded" : silence.state,
        second(silence.starts_at),
        second(silence.ends_at),
        silence.match.join(" "),
        silence.comment,
      ]),
    ),
    section(
      "RECEIVERS",
      ["NAME", "KIND", "STATE", "WAITING", "GIVEN UP", "LAST SUCCESS"],
      found.receivers.map((receiver) => [
        receiver.name,
        receiver.kind,
        receiverTrouble(receiver) ?? "ok",
        String(receiver.outbox_messages),
        String(receiver.dead_letters),
        receiver.last_success_at === null ? "never yet" : second(receiver.last_success_at),
      ]),
    ),
    "",
  ].join("\n");
}

function groupOf(group: Readonly<Record<string, string>>): string {
  return groupName("all", group);
}

/** The shortest window's, which is the one that a sudden rise meets first. */
function bar({ thresholds: [first] }: StatusGroup): string {
  return first === undefined ? "-" : `${first.count} in ${span(first.window_seconds)}`;
}

function second(at: string | null): string {
  return at === null ? "-" : at.replace(/\.\d+Z$/, "Z");
}
