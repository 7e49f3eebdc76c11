// How findings speak of values: types in plain words, and a value itself only when it cannot be a secret.

import { type Place, printable } from "./finding.ts";
import { isMapping, type Shape } from "./shape.ts";

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  Object: "a mapping",
  Array: "a list",
  null: "null",
};
/** Keys whose values are never shown, wherever they stand and whatever is wrong with them. */
const SECRET_KEY =
  /token|password|passwd|secret|credential|authorization|headers|api_?key|webhook_url|^urls?$/i;
/** Texts that are secrets by their look, wherever they stand. */
const SECRET_TEXT =
  /xox[a-z]-|xapp-|hooks\.slack\.com|whsec_|[sp]k_(?:live|test)_|:\/\/[^/\s]*@|BEGIN [A-Z ]*KEY/;

/** A type as valibot names it, in words. */
export function typeWord(type: string): string {
  return TYPE_WORDS[type] ?? type;
}

/** What may stand where these shapes are allowed. */
export function wordsFor(shapes: readonly Shape[]): string {
  const words = shapes.map((shape) => {
    if (shape.kind === "list") return "a list";
    return shape.kind === "scalar" ? typeWord(shape.type) : "a mapping";
  });
  return [...new Set(words)].join(" or ");
}

/**
 * A value as a finding may show it.
 * @param variables names of the environment variables that went into it.
 */
export function shown(value: unknown, place: Place, variables: readonly string[]): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (isMapping(value)) return "a mapping";
  if (variables.length > 0) return `what ${variables.join(" and ")} holds`;
  if (place.some((step) => typeof step === "string" && SECRET_KEY.test(step))) return "[redacted]";
  if (typeof value !== "string") return String(value);
  if (SECRET_TEXT.test(value)) return "[redacted]";
  return value === "" ? "nothing" : `"${printable(value)}"`;
}
