// `revokewatch keys`: is the old key dead yet? The revoked keys that somebody still uses, the one used last first.

import { shownJson } from "../host/shown-text.ts";
import type { KeyPlace, StatusKey } from "../http/views.ts";
import { ask } from "./ask.ts";
import { DAEMON_HELP, DAEMON_OPTIONS, daemonOf } from "./daemon-url.ts";
import { roomOf, table } from "./table.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

/** Keys printed unless --limit says otherwise. */
const DEFAULT_LIMIT = 1000;

/** Options that the daemon filters by, and what it calls them. */
const FILTERS = {
  rule: "rule",
  group: "group",
  service: "service",
  host: "host",
  key: "key",
  "seen-within": "seen_within",
} as const;

/** The verb `keys`. */
export const keysVerb: Verb = {
  word: "keys",
  summary: "the revoked keys that are still used: since when, until when, how often, by whom",
  synopsis: "",
  options: {
    ...DAEMON_OPTIONS,
    rule: { type: "string" },
    group: { type: "string", multiple: true },
    service: { type: "string" },
    host: { type: "string" },
    key: { type: "string" },
    "seen-within": { type: "string" },
    limit: { type: "string" },
  },
  optionHelp: {
    ...DAEMON_HELP,
    rule: "only keys of this rule",
    group: "only keys of groups with this label, NAME=VALUE; repeatable",
    service: "only keys that this service uses",
    host: "only keys that are used on this host",
    key: "only this key: as it is shown, or the beginning of its hash",
    "seen-within": "only keys used in this time up to now, such as 1h; without it 30d",
    limit: `at most so many (default: ${DEFAULT_LIMIT})`,
  },
  run: keys,
};

async function keys(invocation: Invocation): Promise<number> {
  const { values, positionals, stdout, stderr } = invocation;
  if (positionals.length > 0) throw new UsageError(`keys takes no arguments, found "${positionals[0]}"`);
  const limit = limitOf(values["limit"]);
  // One more than wanted tells whether there are more.
  const query = new URLSearchParams({ limit: String(limit + 1) });
  for (const [option, name] of Object.entries(FILTERS)) {
    for (const value of [values[option] ?? []].flat()) query.append(name, String(value));
  }
  const answer = await ask(await daemonOf(invocation), `/api/v1/keys?${query}`);
  if ("problem" in answer) {
    stderr.write(`revokewatch: ${answer.problem}\n`);
    return EXIT.negative;
  }
  const found = answer.body as StatusKey[];
  const wanted = found.slice(0, limit);
  if (values["output"] === "json") for (const key of wanted) stdout.write(`${shownJson(key)}\n`);
  else
    stdout.write(wanted.length === 0 ? "no revoked key is in use\n" : `${tableOf(wanted, roomOf(stdout))}\n`);
  if (found.length > limit) stderr.write(`revokewatch: there are more than ${limit} (--limit)\n`);
  return EXIT.ok;
}

function limitOf(given: Invocation["values"][string]): number {
  if (given === undefined) return DEFAULT_LIMIT;
  if (typeof given === "string" && /^[1-9]\d{0,4}$/.test(given)) return Number(given);
  throw new UsageError(`--limit takes a whole number from 1 to 99999, not ${JSON.stringify(given)}`);
}

function tableOf(found: readonly StatusKey[], room: number): string {
  const rows = found.map((key) => [
    key.key,
    key.hash.slice(0, 8),
    key.rule,
    Object.values(key.group).join("/") || "all",
    second(key.first_seen_at),
    second(key.last_seen_at),
    String(key.count),
    places(key.services, key.services_truncated),
    places(key.hosts, key.hosts_truncated),
    key.last_request_id ?? "-",
  ]);
  const head = ["KEY", "HASH", "RULE", "GROUP", "FIRST SEEN", "LAST SEEN", "USES", "SERVICES", "HOSTS"];
  return table([...head, "LAST REQUEST"], rows, room);
}

function second(at: string): string {
  return at.replace(/\.\d+Z$/, "Z");
}

function places(found: readonly KeyPlace[], more: boolean): string {
  return [...found.map(({ value }) => value), ...(more ? ["…"] : [])].join(",") || "-";
}
