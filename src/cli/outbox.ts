// `revokewatch outbox`: the messages of the running daemon that wait or were given up; another try, or an end.

import { createInterface } from "node:readline/promises";
import { shownJson } from "../host/shown-text.ts";
import type { StatusMessage } from "../http/views.ts";
import { ask, type Asking, TOKEN_HELP, TOKEN_OPTION } from "./ask.ts";
import { DAEMON_HELP, DAEMON_OPTIONS, daemonOf } from "./daemon-url.ts";
import { table } from "./table.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

const PATH = "/api/v1/outbox";
const HEAD = ["ID", "RECEIVER", "STATE", "SAYS", "GROUP", "QUEUED", "TRIES", "WHY", "WHAT"];

/** The verb `outbox`. */
export const outboxVerb: Verb = {
  word: "outbox",
  summary: "messages that wait or were given up: list them, offer them again, drop them",
  synopsis: "list | retry ID... | drop ID... | retry|drop --receiver NAME",
  options: {
    ...DAEMON_OPTIONS,
    "token-file": TOKEN_OPTION,
    receiver: { type: "string" },
    dead: { type: "boolean" },
    yes: { type: "boolean", short: "y" },
  },
  optionHelp: {
    ...DAEMON_HELP,
    "token-file": TOKEN_HELP,
    receiver: "list: only this receiver's; retry, drop: all of this receiver's",
    dead: "list: only what was given up",
    yes: "drop: without asking; needed where stdin is no terminal",
  },
  async run(invocation) {
    const [what, ...ids] = invocation.positionals;
    if (what === "list" && ids.length === 0) return list(invocation);
    if (what === "retry" || what === "drop") return change(invocation, what, ids);
    throw new UsageError("outbox takes `list`, or `retry` or `drop` and ids or --receiver NAME");
  },
};

async function list(invocation: Invocation): Promise<number> {
  const { values, stdout } = invocation;
  const query = new URLSearchParams();
  if (typeof values["receiver"] === "string") query.set("receiver", values["receiver"]);
  if (values["dead"] === true) query.set("state", "dead");
  const found = await asked<readonly StatusMessage[]>(invocation, `${PATH}?${query}`);
  if (found === null) return EXIT.negative;
  if (values["output"] === "json") for (const entry of found) stdout.write(`${shownJson(entry)}\n`);
  else stdout.write(found.length === 0 ? "no messages\n" : `${tableOf(found)}\n`);
  return EXIT.ok;
}

async function change(
  invocation: Invocation,
  what: "retry" | "drop",
  ids: readonly string[],
): Promise<number> {
  const receiver = invocation.values["receiver"];
  if (ids.length > 0 === (typeof receiver === "string")) {
    throw new UsageError(`outbox ${what} needs ids, or --receiver NAME for all of one receiver's`);
  }
  if (what === "drop" && !(await confirmed(invocation, ids))) return EXIT.negative;
  const orders: readonly (readonly [path: string, asking: Asking])[] =
    what === "retry"
      ? ids.length > 0
        ? ids.map((id) => [`${PATH}/${encodeURIComponent(id)}/retry`, { method: "POST", body: {} }])
        : [[`${PATH}/retry`, { method: "POST", body: { receiver } }]]
      : ids.length > 0
        ? ids.map((id) => [`${PATH}/${encodeURIComponent(id)}`, { method: "DELETE" }])
        : [[`${PATH}?receiver=${encodeURIComponent(String(receiver))}`, { method: "DELETE" }]];
  let code: number = EXIT.ok;
  for (const [path, asking] of orders) {
    const result = await asked<Result>(invocation, path, asking);
    if (result === null || result.refused.length > 0) code = EXIT.negative;
    if (result !== null) tell(invocation, what, result);
  }
  return code;
}

interface Result {
  readonly done: readonly string[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

function tell({ values, stdout, stderr }: Invocation, what: "retry" | "drop", result: Result): void {
  if (values["output"] === "json") return void stdout.write(`${shownJson(result)}\n`);
  const verb = what === "retry" ? "offered again" : "dropped";
  for (const id of result.done) stdout.write(`${id} ${verb}\n`);
  if (result.done.length + result.refused.length === 0) stdout.write("no messages\n");
  for (const { id, reason } of result.refused) {
    stderr.write(`revokewatch: ${id} stays as it is: ${reason}\n`);
  }
}

/** Somebody may never hear of an incident again, so a person says yes. */
async function confirmed(invocation: Invocation, ids: readonly string[]): Promise<boolean> {
  const { values, stdin, stdout, stderr } = invocation;
  if (values["yes"] === true) return true;
  if (stdin.isTTY !== true)
    throw new UsageError("outbox drop asks first; give --yes where nobody can answer");
  const found = await asked<readonly StatusMessage[]>(invocation, PATH);
  if (found === null) return false;
  const wanted = found.filter(({ id, receiver }) =>
    ids.length > 0 ? ids.includes(id) : receiver === values["receiver"],
  );
  if (wanted.length > 0) stderr.write(`${tableOf(wanted)}\n`);
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const question = `Drop ${wanted.length} message${wanted.length === 1 ? "" : "s"} for good? [y/N] `;
    const answer = await lines.question(question, { signal: invocation.signal });
    if (/^y(es)?$/i.test(answer.trim())) return true;
    stdout.write("nothing dropped\n");
    return false;
  } catch {
    return false;
  } finally {
    lines.close();
  }
}

/** The daemon's answer, null when there is none; then stderr says why. */
async function asked<Body>(invocation: Invocation, path: string, asking: Asking = {}): Promise<Body | null> {
  const tokenFile = invocation.values["token-file"];
  const answer = await ask(await daemonOf(invocation), path, { ...asking, tokenFile });
  if (!("problem" in answer)) return answer.body as Body;
  invocation.stderr.write(`revokewatch: ${answer.problem}\n`);
  return null;
}

function tableOf(entries: readonly StatusMessage[]): string {
  const rows = entries.map(
    ({ id, receiver, state, queued_at, failures, last_failure, reason, transition }) => [
      id,
      receiver,
      state,
      transition.event,
      Object.values(transition.incident.group).join("/") || "all",
      queued_at,
      failures === null ? "-" : String(failures),
      reason ?? last_failure ?? "-",
      transition.incident.explanation,
    ],
  );
  return table(HEAD, rows);
}
