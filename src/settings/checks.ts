// What no schema can say about a configuration: names that must differ, names that must lead somewhere, keys that exclude
// each other. It looks at values whose types are not checked yet, so that one wrong type hides no other finding.

import { type Place, printable, type Problem } from "../config/finding.ts";
import { isMapping } from "../config/shape.ts";
import { closest } from "../config/similar.ts";
import { inhibitions } from "./inhibitions.ts";
import { nestsRepetition } from "./repetition.ts";
import { silenceLabels, unknownLabel } from "./silence-labels.ts";

/** The words that the kinds are called by, for the rule that every entry names exactly one. */
export interface KindWords {
  readonly sources: readonly string[];
  readonly receivers: readonly string[];
}

/** What every event can be grouped by, besides the labels of its source. */
const EVENT_KEYS = ["service", "host", "source", "key", "level"];

/** What a rule groups by when it does not say. */
const DEFAULT_GROUP_BY = ["service"];

type Entry = readonly [index: number, entry: Readonly<Record<string, unknown>>];

/** All problems of this sort in the values of a configuration. */
export function crossChecks(value: unknown, words: KindWords): readonly Problem[] {
  if (!isMapping(value)) return [];
  const sources = entriesOf(value["sources"]);
  const receivers = entriesOf(value["receivers"]);
  const rules = entriesOf(value["rules"]);
  const silences = entriesOf(value["silences"]);
  const names = namesOf(receivers);
  return [
    ...repeatedNames("sources", sources),
    ...repeatedNames("rules", rules),
    ...repeatedNames("receivers", receivers),
    ...kinds("sources", sources, words.sources),
    ...kinds("receivers", receivers, words.receivers),
    ...rules.flatMap(([i, rule]) => exclusive(i, rule)),
    ...rules.flatMap(([i, rule]) => notify(i, rule, names)),
    ...rules.flatMap(([i, rule]) => emptyRule(i, rule)),
    ...rules.flatMap(([i, rule]) => slowExpressions(i, rule)),
    ...rules.flatMap(([i, rule]) => groupKeys(i, rule, sources)),
    ...inhibitions(rules, DEFAULT_GROUP_BY),
    ...fallbacks(receivers, names),
    ...repeatedNames("silences", silences),
    ...silences.flatMap(([i, silence]) => silencedLabels(i, silence, rules)),
  ];
}

function entriesOf(list: unknown): readonly Entry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown, i): Entry[] => (isMapping(entry) ? [[i, entry]] : []));
}

function namesOf(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap(([, { name }]) => (typeof name === "string" ? name : []));
}

function error(place: Place, message: string, at: "key" | "value" = "value"): Problem {
  return { severity: "error", place, at, message };
}

function repeatedNames(list: string, entries: readonly Entry[]): readonly Problem[] {
  const first = new Map<unknown, number>();
  const problems: Problem[] = [];
  for (const [i, { name }] of entries) {
    const earlier = first.get(name);
    if (typeof name !== "string") continue;
    if (earlier === undefined) first.set(name, i);
    else {
      const message = `expected a name of its own, found "${printable(name)}", which ${list}[${earlier}] has`;
      problems.push(error([list, i, "name"], message));
    }
  }
  return problems;
}

function kinds(list: string, entries: readonly Entry[], words: readonly string[]): readonly Problem[] {
  return entries.flatMap(([i, entry]) => {
    const given = words.filter((word) => entry[word] !== undefined);
    if (given.length === 1) return [];
    const found = given.length === 0 ? "none" : given.join(" and ");
    const message = `expected exactly one of ${words.join(", ")}, found ${found}`;
    const second = given[1];
    return [second === undefined ? error([list, i], message) : error([list, i, second], message, "key")];
  });
}

/** The plain threshold stands instead of the two knobs of the adaptive detector. */
function exclusive(i: number, rule: Readonly<Record<string, unknown>>): readonly Problem[] {
  if (!isMapping(rule["threshold"])) return [];
  return ["sensitivity", "min_count"].flatMap((key) => {
    const message = `${key} has no effect beside threshold; expected one of the two`;
    return rule[key] === undefined ? [] : [error(["rules", i, key], message, "key")];
  });
}

function emptyRule(i: number, rule: Readonly<Record<string, unknown>>): readonly Problem[] {
  const match = rule["match"];
  if (!isMapping(match)) return [];
  const empty = (key: string) => Array.isArray(match[key]) && match[key].length === 0;
  if (!empty("codes") || !empty("phrases")) return [];
  return [error(["rules", i, "match"], "expected at least one of codes and phrases, found both empty")];
}

/** A warning only: on the fields of one's own service such an expression may be harmless. */
function slowExpressions(i: number, rule: Readonly<Record<string, unknown>>): readonly Problem[] {
  const match = rule["match"];
  const where = isMapping(match) ? match["where"] : undefined;
  if (!isMapping(where)) return [];
  return Object.entries(where).flatMap(([path, asked]): readonly Problem[] => {
    const regex = isMapping(asked) ? asked["regex"] : undefined;
    if (typeof regex !== "string" || !nestsRepetition(regex)) return [];
    const message =
      "the expression repeats what repeats itself, as (a+)+; a hostile log line can make it run for hours";
    const place = ["rules", i, "match", "where", path, "regex"];
    return [{ severity: "warning", place, at: "value", message }];
  });
}

/** A group's key must be something that an event has; a mistyped one would put everything into one group, silently. */
function groupKeys(
  i: number,
  rule: Readonly<Record<string, unknown>>,
  sources: readonly Entry[],
): readonly Problem[] {
  const keys = rule["group_by"];
  if (!Array.isArray(keys)) return [];
  const labels = sources.flatMap(([, { labels }]) => (isMapping(labels) ? Object.keys(labels) : []));
  const known = [...EVENT_KEYS, ...labels];
  return keys.flatMap((key: unknown, k) => {
    if (typeof key !== "string" || known.includes(key)) return [];
    const meant = closest(key, known);
    const hint = meant === null ? "" : `; did you mean "${meant}"?`;
    const message = `expected one of ${EVENT_KEYS.join(", ")} or a label of a source, found "${printable(key)}"${hint}`;
    return [error(["rules", i, "group_by", k], message)];
  });
}

/** A silence of a label that no group has would silence nothing, or everything; both are found out at night. */
function silencedLabels(
  i: number,
  silence: Readonly<Record<string, unknown>>,
  rules: readonly Entry[],
): readonly Problem[] {
  const match = silence["match"];
  if (!Array.isArray(match)) return [];
  const keys = rules.flatMap(([, { group_by: by = DEFAULT_GROUP_BY }]) =>
    Array.isArray(by) ? by.map(String) : [],
  );
  const known = silenceLabels(rules.length === 0 ? DEFAULT_GROUP_BY : keys);
  return match.flatMap((text: unknown, m) => {
    const message = typeof text === "string" ? unknownLabel(text, known) : null;
    return message === null ? [] : [error(["silences", i, "match", m], message)];
  });
}

function unknownName(place: Place, name: string, names: readonly string[]): Problem {
  const meant = closest(name, names);
  const hint = meant === null ? "" : `; did you mean "${meant}"?`;
  return error(place, `expected the name of a receiver, found "${printable(name)}"${hint}`);
}

function notify(
  i: number,
  rule: Readonly<Record<string, unknown>>,
  names: readonly string[],
): readonly Problem[] {
  const list = rule["notify"];
  if (!Array.isArray(list)) return [];
  if (list.length === 0) {
    const message = "the rule notifies nobody; its incidents show in metrics and on the page only";
    return [{ severity: "warning", place: ["rules", i, "notify"], at: "value", message }];
  }
  const unknown = list.flatMap((entry: unknown, n) => {
    const place = ["rules", i, "notify", n];
    const name = isMapping(entry) ? entry["to"] : entry;
    const ofSteps = isMapping(entry) && entry["after"] === undefined ? ["unless", "mention"] : [];
    const needless = ofSteps
      .filter((key) => (entry as Readonly<Record<string, unknown>>)[key] !== undefined)
      .map((key) => error([...place, key], `${key} has no effect without after`, "key"));
    return [
      ...(typeof name === "string" && !names.includes(name)
        ? [unknownName(isMapping(entry) ? [...place, "to"] : place, name, names)]
        : []),
      ...needless,
    ];
  });
  const late = list.every((entry) => isMapping(entry) && entry["after"] !== undefined);
  if (!late) return unknown;
  const message = "nobody is told at once: every entry waits for its after";
  return [...unknown, { severity: "warning", place: ["rules", i, "notify"], at: "value", message }];
}

/** A fallback must lead somewhere and never back: in a circle two dead receivers would pass a message on for ever. */
function fallbacks(receivers: readonly Entry[], names: readonly string[]): readonly Problem[] {
  const next = new Map(receivers.map(([, { name, fallback }]) => [name, fallback]));
  const reported = new Set<unknown>();
  return receivers.flatMap(([i, { name, fallback }]) => {
    if (typeof fallback !== "string") return [];
    const place = ["receivers", i, "fallback"];
    if (!names.includes(fallback)) return [unknownName(place, fallback, names)];
    const way: unknown[] = [name];
    for (let at: unknown = fallback; at !== undefined && !way.includes(at); at = next.get(at)) way.push(at);
    const back = next.get(way.at(-1));
    if (back !== name || reported.has(name)) return [];
    for (const member of way) reported.add(member);
    const circle = [...way, name].map((member) => printable(String(member))).join(" -> ");
    return [error(place, `expected fallbacks that end, found the circle ${circle}`)];
  });
}
