// `revokewatch status`: what the running daemon reads, counts, and still has to say.

import { DEFAULT_LISTEN } from "../http/server.ts";
import type { Status } from "../http/views.ts";
import { EXIT, type Invocation, type Verb } from "./verb.ts";

/** A daemon on this machine answers in milliseconds. */
const TIMEOUT_MS = 5_000;

/** The verb `status`. */
export const statusVerb: Verb = {
  word: "status",
  summary: "what the running daemon reads, counts, and still has to say",
  synopsis: "",
  options: { url: { type: "string" } },
  optionHelp: { url: `address of the daemon (default http://${DEFAULT_LISTEN.host}:${DEFAULT_LISTEN.port})` },
  run: status,
};

async function status({ values, stdout, stderr }: Invocation): Promise<number> {
  const given = values["url"];
  const base = typeof given === "string" ? given : `http://${DEFAULT_LISTEN.host}:${DEFAULT_LISTEN.port}`;
  let answer: Response;
  try {
    answer = await fetch(new URL("/api/v1/status", base), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    stderr.write(
      `revokewatch: no daemon answers at ${base}; is it running, or does it listen elsewhere (--url)?\n`,
    );
    return EXIT.negative;
  }
  if (!answer.ok) {
    stderr.write(`revokewatch: ${base} answered ${answer.status} to a question for its status\n`);
    return EXIT.negative;
  }
  const found = (await answer.json()) as Status;
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
  if (rows.length === 0) return `\n${title}  none`;
  const printable = rows.map((row) => row.map((cell) => cell.replaceAll(/[\p{C}\p{Z}]+/gu, " ")));
  const widths = head.map((name, i) => Math.max(name.length, ...printable.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd();
  return [`\n${title}`, line(head), ...printable.map(line)].join("\n");
}
