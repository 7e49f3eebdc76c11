// `revokewatch silence`: the planned rotations of the running daemon: which there are, one more, one less.

import { shownJson } from "../host/shown-text.ts";
import type { StatusSilence } from "../http/views.ts";
import { ask, type Asking, TOKEN_HELP, TOKEN_OPTION } from "./ask.ts";
import { DAEMON_HELP, DAEMON_OPTIONS, daemonOf } from "./daemon-url.ts";
import { table } from "./table.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

const PATH = "/api/v1/silences";

/** The verb `silence`. */
export const silenceVerb: Verb = {
  word: "silence",
  summary: "planned rotations: hold back what they cause, up to what they are expected to cause",
  synopsis: "add --for 2h --match service=NAME --comment WHY | list | expire ID",
  options: {
    ...DAEMON_OPTIONS,
    "token-file": TOKEN_OPTION,
    match: { type: "string", multiple: true },
    for: { type: "string" },
    starts: { type: "string" },
    ends: { type: "string" },
    "expect-events": { type: "string" },
    "expect-keys": { type: "string" },
    comment: { type: "string" },
    by: { type: "string" },
    name: { type: "string" },
  },
  optionHelp: {
    ...DAEMON_HELP,
    "token-file": TOKEN_HELP,
    match:
      "add: label, = != =~ or !~, and a value, over rule, severity, key and what the rules group by; repeatable",
    for: "add: how long, such as 2h; at most 24h",
    starts: "add: beginning, RFC 3339 (default: now)",
    ends: "add: end, RFC 3339, in place of --for",
    "expect-events": "add: more events than this break through",
    "expect-keys": "add: more different keys than this break through",
    comment: "add: why; the ticket of the change",
    by: "add: who answers for it (default: $USER)",
    name: "add: what messages call it (default: its id)",
  },
  async run(invocation) {
    const [what, id, ...rest] = invocation.positionals;
    if (what === "list" && id === undefined) return list(invocation);
    if (what === "add" && id === undefined) return add(invocation);
    if (what === "expire" && id !== undefined && rest.length === 0) return expire(invocation, id);
    throw new UsageError("silence takes `add`, `list`, or `expire` and the id of one silence");
  },
};

async function list(invocation: Invocation): Promise<number> {
  const found = await asked<readonly StatusSilence[]>(invocation, PATH);
  if (found === null) return EXIT.negative;
  const { values, stdout } = invocation;
  if (values["output"] === "json") for (const silence of found) stdout.write(`${shownJson(silence)}\n`);
  else stdout.write(found.length === 0 ? "no silences\n" : `${tableOf(found)}\n`);
  return EXIT.ok;
}

async function add(invocation: Invocation): Promise<number> {
  const { values, env } = invocation;
  const { match, comment, for: length, starts, ends, name, by = env["USER"] } = values;
  if (!Array.isArray(match))
    throw new UsageError("silence add needs --match, such as --match service=billing");
  if (comment === undefined)
    throw new UsageError("silence add needs --comment: why, such as the ticket of the change");
  if ((length === undefined) === (ends === undefined))
    throw new UsageError("silence add needs one of --for and --ends");
  const body = {
    match,
    comment,
    for: length,
    starts,
    ends,
    name,
    created_by: by === "" ? undefined : by,
    expect: {
      max_events: wholeNumber(values, "expect-events"),
      max_keys: wholeNumber(values, "expect-keys"),
    },
  };
  return told(invocation, await asked<StatusSilence>(invocation, PATH, { method: "POST", body }));
}

async function expire(invocation: Invocation, id: string): Promise<number> {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  return told(invocation, await asked<StatusSilence>(invocation, path, { method: "DELETE" }));
}

function wholeNumber(values: Invocation["values"], option: string): number | undefined {
  const given = values[option];
  if (given === undefined) return undefined;
  if (typeof given === "string" && /^\d{1,9}$/.test(given)) return Number(given);
  throw new UsageError(`--${option} takes a whole number, not ${JSON.stringify(given)}`);
}

/** The daemon's answer, null when there is none; then stderr says why. */
async function asked<Body>(invocation: Invocation, path: string, asking: Asking = {}): Promise<Body | null> {
  const tokenFile = invocation.values["token-file"];
  const answer = await ask(await daemonOf(invocation), path, { ...asking, tokenFile });
  if (!("problem" in answer)) return answer.body as Body;
  invocation.stderr.write(`revokewatch: ${answer.problem}\n`);
  return null;
}

function told({ values, stdout }: Invocation, silence: StatusSilence | null): number {
  if (silence === null) return EXIT.negative;
  stdout.write(values["output"] === "json" ? `${shownJson(silence)}\n` : `${tableOf([silence])}\n`);
  return EXIT.ok;
}

function tableOf(silences: readonly StatusSilence[]): string {
  const rows = silences.map((silence) => [
    silence.id,
    silence.name,
    silence.exceeded ? "exceeded" : silence.state,
    silence.starts_at ?? "-",
    silence.ends_at ?? "-",
    silence.match.join(" "),
    `${silence.events ?? "-"}/${silence.max_events ?? "any"}`,
    `${silence.keys ?? "-"}/${silence.max_keys ?? "any"}`,
    silence.created_by,
    silence.comment,
  ]);
  return table(["ID", "NAME", "STATE", "FROM", "UNTIL", "MATCH", "EVENTS", "KEYS", "BY", "COMMENT"], rows);
}
