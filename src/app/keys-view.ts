// The revoked keys that are still used, as the API lists them: narrowed down by plain comparisons, which no question can
// make expensive.

import { closest } from "../config/similar.ts";
import { parseDuration } from "../config/units.ts";
import type { Engine } from "../core/engine.ts";
import { rfc3339 } from "../core/incidents/rfc3339.ts";
import type { KeyOfGroup } from "../core/keys/key-book.ts";
import { lastPlace, type Places } from "../core/keys/tracked-key.ts";
import type { KeyPlace, KeysAnswer, StatusKey } from "../http/views.ts";

/** Keys of one answer unless `limit` says otherwise: half a megabyte. */
const DEFAULT_LIMIT = 1000;

type Test = (found: KeyOfGroup) => boolean;

/** What can be asked for, and the test or the complaint that a value makes. Given twice, a filter must hold twice. */
const FILTERS: Readonly<Record<string, (value: string, nowMs: number) => Test | string>> = {
  rule: (value) => (found) => found.rule === value,
  service: (value) => (found) => isAmong(found.key.services, value),
  host: (value) => (found) => isAmong(found.key.hosts, value),
  key: (value) => (found) => found.key.shown === value || (value !== "" && found.key.hash.startsWith(value)),
  group: (value) => {
    const [, name, wanted] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
    if (name === undefined) return "group takes NAME=VALUE, such as service=billing";
    return (found) => found.labels[name] === wanted;
  },
  seen_within: (value, nowMs) => {
    const ms = parseDuration(value);
    if (ms === null) return "seen_within takes a duration, such as 90s, 1h30m or 7d";
    return (found) => found.key.lastMs >= nowMs - ms;
  },
};

/**
 * The keys that a query asks for, the one used last first.
 * @param nowMs wall clock, from which `seen_within` counts.
 */
export function keysOf(engine: Engine, query: URLSearchParams, nowMs: number): KeysAnswer {
  const tests: Test[] = [];
  let limit = DEFAULT_LIMIT;
  for (const [name, value] of query) {
    if (name === "limit") {
      if (!/^[1-9]\d{0,5}$/.test(value)) return problem("limit takes a whole number from 1 to 999999");
      limit = Number(value);
      continue;
    }
    if (!Object.hasOwn(FILTERS, name)) return problem(unknown(name));
    const test = FILTERS[name]?.(value, nowMs) ?? "";
    if (typeof test === "string") return problem(test);
    tests.push(test);
  }
  const found = [...engine.keys.list()].filter((key) => tests.every((test) => test(key)));
  return found
    .toSorted((a, b) => b.key.lastMs - a.key.lastMs)
    .slice(0, limit)
    .map(shown);
}

function problem(why: string) {
  return { problem: `Cannot list keys: ${why}.` };
}

function unknown(name: string): string {
  const known = [...Object.keys(FILTERS), "limit"];
  const meant = closest(name, known);
  return meant === null ? `the filters are ${known.join(", ")}` : `no such filter; perhaps you mean ${meant}`;
}

function shown({ rule, labels, key }: KeyOfGroup): StatusKey {
  const { service, host } = lastPlace(key);
  return {
    rule,
    group: labels,
    key: key.shown,
    hash: key.hash,
    first_seen_at: rfc3339(key.firstMs),
    last_seen_at: rfc3339(key.lastMs),
    count: key.count,
    last_service: service,
    last_host: host,
    last_request_id: key.requestId,
    services: key.services.kept.map(placeOf),
    services_truncated: key.services.more,
    hosts: key.hosts.kept.map(placeOf),
    hosts_truncated: key.hosts.more,
  };
}

function placeOf({ name, count, lastMs }: Places["kept"][number]): KeyPlace {
  return { value: name, count, last_seen_at: rfc3339(lastMs) };
}

function isAmong({ kept }: Places, value: string): boolean {
  return kept.some(({ name }) => name === value);
}
