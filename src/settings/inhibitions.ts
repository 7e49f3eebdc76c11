// Which rule's incidents may stand for which: the names must lead somewhere, never back, and a wide incident must be able to
// tell which narrower ones are its own.

import { type Place, printable, type Problem } from "../config/finding.ts";
import { closest } from "../config/similar.ts";

type Entry = readonly [index: number, entry: Readonly<Record<string, unknown>>];

/** @param rules as they stand in the configuration, their types not checked yet. @param groupBy of a rule that names none. */
export function inhibitions(rules: readonly Entry[], groupBy: readonly string[]): readonly Problem[] {
  const byName = new Map(rules.map(([, rule]) => [rule["name"], rule]));
  const names = [...byName.keys()].filter((name) => typeof name === "string");
  return rules.flatMap(([i, rule]) =>
    listOf(rule["inhibits"]).flatMap((name, n) => {
      const place = ["rules", i, "inhibits", n];
      const narrow = byName.get(name);
      if (narrow === undefined) {
        const meant = closest(name, names);
        const hint = meant === null ? "" : `; did you mean "${meant}"?`;
        return [error(place, `expected the name of a rule, found "${printable(name)}"${hint}`)];
      }
      if (reaches(narrow, rule["name"], byName)) {
        return [error(place, `expected rules that do not inhibit each other, found "${printable(name)}"`)];
      }
      const missing = groupsOf(rule, groupBy).filter((label) => !groupsOf(narrow, groupBy).includes(label));
      if (missing.length === 0) return [];
      const message = `expected a rule that groups by ${missing.join(", ")} too, found "${printable(name)}"`;
      return [error(place, message)];
    }),
  );
}

/** Whether a rule inhibits another, itself or through others. */
function reaches(
  from: Readonly<Record<string, unknown>>,
  to: unknown,
  byName: ReadonlyMap<unknown, Readonly<Record<string, unknown>>>,
): boolean {
  const seen = new Set<unknown>([from["name"]]);
  for (const name of seen) for (const next of listOf(byName.get(name)?.["inhibits"])) seen.add(next);
  return seen.has(to);
}

function groupsOf(
  { group_by: by }: Readonly<Record<string, unknown>>,
  otherwise: readonly string[],
): readonly string[] {
  return by === undefined ? otherwise : listOf(by);
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function error(place: Place, message: string): Problem {
  return { severity: "error", place, at: "value", message };
}
