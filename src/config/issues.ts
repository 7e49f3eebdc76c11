// What valibot objects to, in this program's words: what was expected, and what was found, unless that is secret.

import type { BaseIssue } from "valibot";
import type { Place, Problem } from "./finding.ts";
import { isMapping } from "./shape.ts";
import { closest } from "./similar.ts";
import { shown, typeWord } from "./words.ts";

/** The beginning of every message that valibot words itself. */
const OWN_WORDS = /^Invalid [\w ]+: /;

/**
 * The problems behind valibot's issues.
 * @param variables names of the variables that went into the value at a place.
 */
export function problemsOf(
  issues: readonly BaseIssue<unknown>[],
  variables: (place: Place) => readonly string[],
): readonly Problem[] {
  return issues.flatMap((issue) => problemsOfOne(issue, [], variables));
}

function problemsOfOne(
  issue: BaseIssue<unknown>,
  parent: Place,
  variables: (place: Place) => readonly string[],
): readonly Problem[] {
  const place: Place = [...parent, ...(issue.path ?? []).map((step) => stepOf(step.key))];
  // Of a union, the options that the value was at least meant to be say more than the union itself.
  const deeper = (issue.issues ?? []).filter((inner) => (inner.path ?? []).length > 0);
  if (issue.type === "union" && deeper.length > 0) {
    return deeper.flatMap((inner) => problemsOfOne(inner, place, variables));
  }
  const atKey = issue.path?.at(-1)?.origin === "key";
  if (issue.kind === "schema" && atKey && issue.received === "undefined") {
    return [{ severity: "error", place, at: "value", message: "the key is required, found none" }];
  }
  const found = shown(issue.input, place, variables(place));
  const message = OWN_WORDS.test(issue.message) ? `expected ${expectation(issue)}` : issue.message;
  // A kind's own check of several keys at once has said what it found, or what is missing.
  const whole = issue.kind === "validation" && isMapping(issue.input);
  const said = whole || message.includes(", found ") ? message : `${message}, found ${found}`;
  return [{ severity: "error", place, at: atKey ? "key" : "value", message: said + suggestion(issue) }];
}

function stepOf(key: unknown): string | number {
  return typeof key === "number" ? key : String(key);
}

/** What the schema wants, in words. */
function expectation(issue: BaseIssue<unknown>): string {
  const bound = issue.expected ?? "";
  switch (issue.type) {
    case "min_value":
    case "max_value":
      return `a number ${bound.replace(/^[<>]=/, (sign) => (sign === ">=" ? "of at least " : "of at most "))}`;
    case "min_length":
    case "max_length": {
      const what = Array.isArray(issue.input) ? "entries" : "characters";
      return `${bound.startsWith(">") ? "at least" : "at most"} ${bound.slice(2)} ${what}`;
    }
    case "non_empty":
      return "something";
    case "integer":
      return "a whole number";
    case "literal":
      return bound;
    default:
      return bound
        .replace(/^\((.*)\)$/, "$1")
        .split(" | ")
        .map(typeWord)
        .join(" or ");
  }
}

function suggestion(issue: BaseIssue<unknown>): string {
  if (issue.type !== "picklist" || typeof issue.input !== "string") return "";
  const words = [...(issue.expected ?? "").matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
  const meant = closest(issue.input, words);
  return meant === null ? "" : `; did you mean "${meant}"?`;
}
