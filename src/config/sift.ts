// One walk over the values beside their schema, before valibot sees them: it takes out and reports unknown keys, finds
// the secrets, makes the paths of `…_file` keys absolute, and lets a variable stand for a number or a boolean.

import { isAbsolute, resolve } from "node:path";
import type { GenericSchema } from "valibot";
import { type Place, printableKey, type Problem } from "./finding.ts";
import { isMapping, shapeFor, shapesOf } from "./shape.ts";
import { closest } from "./similar.ts";
import { shown, wordsFor } from "./words.ts";

/** A secret that a configuration gives: `place` is that of the key that was used. */
export interface GivenSecret {
  readonly place: Place;
  /** The value itself when it was written out; null when it is in a file. */
  readonly value: string | null;
  /** Absolute path of its file; null when it was written out. */
  readonly file: string | null;
}

export interface Sifted {
  /** The values with unknown keys taken out; valibot judges the rest. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  readonly secrets: readonly GivenSecret[];
  /** Places whose lists no schema allows; valibot takes a list for an object, so what it says of them is left out. */
  readonly rejected: readonly Place[];
}

const FILE_SUFFIX = "_file";
const NUMBER = /^[-+]?\d+(?:\.\d+)?$/;

/**
 * Walks `value`.
 * @param directory where relative paths of `…_file` keys begin; the configuration's own.
 * @param replaced true when the value at a place came out of an environment variable.
 */
export function sift(
  schema: GenericSchema,
  value: unknown,
  directory: string,
  replaced: (place: Place) => boolean,
): Sifted {
  const problems: Problem[] = [];
  const secrets: GivenSecret[] = [];
  const rejected: Place[] = [];

  function walk(schema: GenericSchema, value: unknown, place: Place): unknown {
    const shapes = shapesOf(schema);
    const shape = shapeFor(shapes, value);
    if (shape === null) {
      if (Array.isArray(value) && shapes.some(({ kind }) => kind === "object" || kind === "record")) {
        const message = `expected ${wordsFor(shapes)}, found ${shown(value, place, [])}`;
        problems.push({ severity: "error", place, at: "value", message });
        rejected.push(place);
      }
      return value;
    }
    switch (shape.kind) {
      case "list":
        return (value as readonly unknown[]).map((item, i) => walk(shape.item, item, [...place, i]));
      case "record":
        return mapValues(value, (inner, key) => walk(shape.value, inner, [...place, key]));
      case "object":
        return object(shape.entries, shape.strict, value as Readonly<Record<string, unknown>>, place);
      case "scalar":
        return typeof value === "string" && replaced(place)
          ? asWanted(
              value,
              shapes.map((one) => (one.kind === "scalar" ? one.type : "")),
            )
          : value;
    }
  }

  function object(
    entries: Readonly<Record<string, GenericSchema>>,
    strict: boolean,
    value: Readonly<Record<string, unknown>>,
    place: Place,
  ): Record<string, unknown> {
    const kept: Record<string, unknown> = Object.create(null);
    for (const [key, inner] of Object.entries(value)) {
      const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
      if (entry !== undefined) kept[key] = pathOrValue(key, walk(entry, inner, [...place, key]));
      else if (strict) problems.push(unknownKey(key, Object.keys(entries), place));
      else kept[key] = inner;
    }
    for (const key of Object.keys(entries)) {
      if (Object.hasOwn(entries, key + FILE_SUFFIX)) secretOf(key, kept, place);
    }
    return kept;
  }

  /** A relative path means the same wherever the program was started. */
  function pathOrValue(key: string, value: unknown): unknown {
    const relative = key.endsWith(FILE_SUFFIX) && typeof value === "string" && !isAbsolute(value);
    return relative && value !== "" ? resolve(directory, value) : value;
  }

  function secretOf(name: string, kept: Record<string, unknown>, place: Place): void {
    const value = kept[name];
    const file = kept[name + FILE_SUFFIX];
    if (typeof value === "string") secrets.push({ place: [...place, name], value, file: null });
    if (typeof file === "string") secrets.push({ place: [...place, name + FILE_SUFFIX], value: null, file });
    if (value === undefined || file === undefined) return;
    const message = `expected only one of ${name} and ${name}${FILE_SUFFIX}, found both`;
    problems.push({ severity: "error", place: [...place, name], at: "key", message });
    delete kept[name];
  }

  return { value: walk(schema, value, []), problems, secrets, rejected };
}

function unknownKey(key: string, known: readonly string[], place: Place): Problem {
  const meant = closest(key, known);
  const hint = meant === null ? `expected one of ${known.join(", ")}` : `did you mean "${meant}"?`;
  return {
    severity: "error",
    place: [...place, key],
    at: "key",
    message: `unknown key "${printableKey(key)}"; ${hint}`,
  };
}

/** `"587"` out of a variable as a number, `"true"` as a boolean, where the schema wants that and no text. */
function asWanted(text: string, types: readonly string[]): unknown {
  if (types.includes("string") || types.includes("picklist")) return text;
  if (types.includes("number") && NUMBER.test(text)) return Number(text);
  if (types.includes("boolean") && (text === "true" || text === "false")) return text === "true";
  return text;
}

function mapValues(value: unknown, make: (inner: unknown, key: string) => unknown): Record<string, unknown> {
  const made: Record<string, unknown> = Object.create(null);
  if (isMapping(value)) for (const [key, inner] of Object.entries(value)) made[key] = make(inner, key);
  return made;
}
