// The labels that a silence may speak of: what every incident has, and what the rules group by.

import { printable } from "../config/finding.ts";
import { closest } from "../config/similar.ts";
import { parseMatcher } from "../core/incidents/matchers.ts";

/** @param groupBy of all rules. */
export function silenceLabels(groupBy: readonly string[]): readonly string[] {
  return [...new Set(["rule", "severity", "key", ...groupBy])];
}

/** What is wrong with the label of a matcher, null when it is known (or the matcher is none, which others say). */
export function unknownLabel(text: string, known: readonly string[]): string | null {
  const matcher = parseMatcher(text);
  if ("problem" in matcher || known.includes(matcher.name)) return null;
  const meant = closest(matcher.name, known);
  const hint = meant === null ? "" : `; did you mean "${meant}"?`;
  return `expected one of ${known.join(", ")} (what the rules group by), found "${printable(matcher.name)}"${hint}`;
}
