// `revokewatch status`: what the running daemon reads, counts, and still has to say.

import type { Status } from "../http/views.ts";
import { ask } from "./ask.ts";
import { DAEMON_HELP, DAEMON_OPTIONS, daemonOf } from "./daemon-url.ts";
import { table } from "./table.ts";
import { EXIT, type Invocation, type Verb } from "./verb.ts";

/** The verb `status`. */
export const statusVerb: Verb = {
  word: "status",
  summary: "what the running daemon reads, counts, and still has to say",
  synopsis: "",
  options: DAEMON_OPTIONS,
  optionHelp: DAEMON_HELP,
  run: status,
};

async function status(invocation: Invocation): Promise<number> {
  const { values, stdout, stderr } = invocation;
  const answer = await ask(await daemonOf(invocation), "/api/v1/status");
  if ("problem" in answer) {
    stderr.write(`revokewatch: ${answer.problem}\n`);
    return EXIT.negative;
  }
  const found = answer.body as Status;
  stdout.write(values["output"] === "json" ? `${JSON.stringify(found)}\n` : tables(found));
  return EXIT.ok;
}

function tables(found: Status): string {
  return [
    `revokewatch ${found.version} on ${found.host}, since ${found.started_at}, ${found.ready ? "ready" : "not ready"}`,
    section(
      "SOURCES",
      ["NAME", "KIND", "LINES", "FILES", "UNREAD"],
      found.sources.map((source) => [
        source.name,
        source.kind,
        String(source.lines_total),
        String(source.files.length),
        `${source.files.reduce((sum, file) => sum + file.lag_bytes, 0)} B`,
      ]),
    ),
    section(
      "GROUPS",
      ["RULE", "GROUP", "STATE", "WINDOW", "NOW", "USUAL", "AT MOST", "TOTAL"],
      found.groups.map((group) => [
        group.rule,
        Object.values(group.group).join("/") || "all",
        group.state,
        `${group.window_seconds}s`,
        String(group.window_events),
        group.expected === null ? "-" : group.expected.toPrecision(2),
        group.expected_high === null ? "-" : String(group.expected_high),
        String(group.events_total),
      ]),
    ),
    section(
      "INCIDENTS",
      ["ID", "RULE", "GROUP", "SEVERITY", "SINCE", "EVENTS", "WHAT"],
      found.incidents.map((incident) => [
        incident.short_id,
        incident.rule,
        Object.values(incident.group).join("/") || "all",
        incident.severity,
        incident.started_at,
        String(incident.total),
        incident.explanation,
      ]),
    ),
    section(
      "SILENCES",
      ["NAME", "STATE", "FROM", "UNTIL", "MATCH", "COMMENT"],
      found.silences.map((silence) => [
        silence.name,
        silence.exceeded ? "exceeded" : silence.state,
        silence.starts_at ?? "-",
        silence.ends_at ?? "-",
        silence.match.join(" "),
        silence.comment,
      ]),
    ),
    section(
      "RECEIVERS",
      ["NAME", "KIND", "WAITING", "CIRCUIT", "LAST SUCCESS"],
      found.receivers.map((receiver) => [
        receiver.name,
        receiver.kind,
        String(receiver.outbox_messages),
        receiver.circuit_open ? "open" : "closed",
        receiver.last_success_at ?? "never",
      ]),
    ),
    "",
  ].join("\n");
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? `\n${title}  none` : `\n${title}\n${table(head, rows)}`;
}
