// `revokewatch incident`: the incidents of the running daemon, everything that is kept of one, and taking care of one.

import type { IncidentView } from "../core/incidents/transition.ts";
import { shownJson } from "../host/shown-text.ts";
import { ask, TOKEN_HELP, TOKEN_OPTION } from "./ask.ts";
import { DAEMON_HELP, DAEMON_OPTIONS, daemonOf } from "./daemon-url.ts";
import { roomOf, table } from "./table.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

/** The verb `incident`. */
export const incidentVerb: Verb = {
  word: "incident",
  summary: "list the incidents of the running daemon, show one with all its request ids, or acknowledge one",
  synopsis: "list | show ID | ack ID",
  options: {
    ...DAEMON_OPTIONS,
    "token-file": TOKEN_OPTION,
    "request-ids": { type: "boolean" },
    by: { type: "string" },
  },
  optionHelp: {
    ...DAEMON_HELP,
    "token-file": TOKEN_HELP,
    by: "ack: who takes care of it (default: $USER)",
    "request-ids": "show: print the kept request ids and nothing else, one a line",
  },
  async run(invocation) {
    const [what, id, ...rest] = invocation.positionals;
    if (what === "list" && id === undefined) return list(invocation);
    if (what === "show" && id !== undefined && rest.length === 0) return show(invocation, id);
    if (what === "ack" && id !== undefined && rest.length === 0) return acknowledge(invocation, id);
    throw new UsageError("incident takes `list`, or `show` or `ack` and the id of one incident");
  },
};

async function list(invocation: Invocation): Promise<number> {
  const { values, stdout, stderr } = invocation;
  const answer = await ask(await daemonOf(invocation), "/api/v1/incidents");
  if ("problem" in answer) return refused(stderr, answer.problem);
  const incidents = answer.body as IncidentView[];
  if (values["output"] === "json") {
    for (const incident of incidents) stdout.write(`${shownJson(incident)}\n`);
  } else if (incidents.length === 0) stdout.write("no incidents\n");
  else {
    const rows = incidents.map((incident) => [
      incident.short_id,
      incident.state,
      incident.severity,
      incident.rule,
      Object.values(incident.group).join("/") || "all",
      incident.started_at,
      incident.resolved_at ?? "-",
      String(incident.total),
      incident.explanation,
    ]);
    const head = ["ID", "STATE", "SEVERITY", "RULE", "GROUP", "SINCE", "RESOLVED", "EVENTS", "WHAT"];
    stdout.write(`${table(head, rows, roomOf(stdout))}\n`);
  }
  return EXIT.ok;
}

async function show(invocation: Invocation, id: string): Promise<number> {
  const { values, stdout, stderr } = invocation;
  const answer = await ask(await daemonOf(invocation), `/api/v1/incidents/${encodeURIComponent(id)}`);
  if ("problem" in answer) return refused(stderr, answer.problem);
  const incident = answer.body as IncidentView & { readonly kept_request_ids: readonly string[] };
  if (values["request-ids"] === true) {
    const printable = incident.kept_request_ids.map((one) => shownJson(one).slice(1, -1));
    stdout.write(printable.map((one) => `${one}\n`).join(""));
  } else if (values["output"] === "json") stdout.write(`${shownJson(incident)}\n`);
  else {
    const rows = Object.entries(incident).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    stdout.write(`${table(["FIELD", "VALUE"], rows)}\n`);
  }
  return EXIT.ok;
}

async function acknowledge(invocation: Invocation, id: string): Promise<number> {
  const { values, env, stdout, stderr } = invocation;
  const by = values["by"] ?? env["USER"];
  if (typeof by !== "string" || by === "") throw new UsageError("ack needs --by NAME: who takes care of it");
  const path = `/api/v1/incidents/${encodeURIComponent(id)}/ack`;
  const asking = { method: "POST", body: { by }, tokenFile: values["token-file"] } as const;
  const answer = await ask(await daemonOf(invocation), path, asking);
  if ("problem" in answer) return refused(stderr, answer.problem);
  const incident = answer.body as IncidentView;
  if (values["output"] === "json") stdout.write(`${shownJson(incident)}\n`);
  else stdout.write(`${incident.short_id} acknowledged by ${shownJson(incident.acked_by).slice(1, -1)}\n`);
  return EXIT.ok;
}

function refused(stderr: Invocation["stderr"], problem: string): number {
  stderr.write(`revokewatch: ${problem}\n`);
  return EXIT.negative;
}
