// A valibot schema as JSON Schema (draft 2020-12) of what a person writes: for editors that complete and underline, and
// for the generated reference.

import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

export type { JsonSchema };

/** The parts of a schema in which others stand, and its pipe. */
interface Parts {
  readonly pipe?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly options?: readonly unknown[];
  readonly item?: unknown;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly wrapped?: unknown;
}

/** What not every validator's regular expressions know: look-around and Unicode properties. */
const BEYOND_PORTABLE = /\(\?[=!<]|\\p/;
/** A reference in place of a value that is written as a variable. */
const VARIABLE_REFERENCE = "#/$defs/variable";
const VARIABLE: JsonSchema = {
  type: "string",
  pattern: "\\$\\{[A-Za-z_][A-Za-z0-9_]*(:[-?][^}]*)?\\}",
  description: "A value out of the environment: ${NAME}, ${NAME:-default} or ${NAME:?message}.",
};

/** What may be written, with titles, descriptions and defaults; checks that only code can make are left out. */
export function plainJsonSchema(schema: GenericSchema): JsonSchema {
  return toJsonSchema(documented(schema) as GenericSchema, {
    target: "draft-2020-12",
    typeMode: "input",
    errorMode: "ignore",
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (valibotAction.type !== "regex") return undefined;
      const { requirement } = valibotAction as unknown as { readonly requirement: RegExp };
      if (requirement.flags === "" && !BEYOND_PORTABLE.test(requirement.source)) return undefined;
      const { pattern: _, ...rest } = jsonSchema;
      return rest;
    },
  });
}

/** The same as a document of its own, in which every value may be written as a variable. */
export function jsonSchemaDocument(schema: GenericSchema, id: string): JsonSchema {
  const { $schema, ...rest } = withVariables(plainJsonSchema(schema));
  return {
    $schema: $schema ?? "https://json-schema.org/draft/2020-12/schema",
    $id: id,
    ...rest,
    $defs: { variable: VARIABLE },
  };
}

/**
 * The same schema with descriptions moved in front of transformations: the converter stops at the first of those, and a
 * description that follows it would be lost.
 */
function documented(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null || !("kind" in schema)) return schema;
  const parts = schema as Parts;
  const inner = {
    ...schema,
    ...(parts.entries && { entries: mapEntries(parts.entries) }),
    ...(parts.options && { options: parts.options.map(documented) }),
    ...(parts.item !== undefined && { item: documented(parts.item) }),
    ...(parts.wrapped !== undefined && { wrapped: documented(parts.wrapped) }),
    ...(isSchema(parts.key) && { key: documented(parts.key) }),
    ...(isSchema(parts.value) && { value: documented(parts.value) }),
  };
  if (parts.pipe === undefined) return inner;
  const [, ...actions] = flat(parts.pipe);
  const words = actions.filter((action) => (action as { readonly kind: string }).kind === "metadata");
  const others = actions.filter((action) => !words.includes(action));
  const { pipe: _, ...base } = inner as Parts;
  return { ...base, pipe: [base, ...words, ...others] };
}

function isSchema(part: unknown): boolean {
  return typeof part === "object" && part !== null && "kind" in part;
}

function mapEntries(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, documented(entry)]));
}

/** Pipes within pipes as one. */
function flat(pipe: readonly unknown[]): readonly unknown[] {
  return pipe.flatMap((item) => {
    const inner = (item as Parts).pipe;
    return inner === undefined ? [item] : flat(inner);
  });
}

/** Texts with a rule, numbers and booleans may also be a `${NAME}`, which an editor must not underline. */
function withVariables(schema: JsonSchema): JsonSchema {
  const widened: JsonSchema = { ...schema };
  if (schema.required?.length === 0) delete widened.required;
  if (schema.properties !== undefined) {
    widened.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, property]) => [key, wide(property)]),
    );
  }
  if (schema.items !== undefined && !Array.isArray(schema.items)) widened.items = wide(schema.items);
  if (schema.additionalProperties !== undefined) {
    widened.additionalProperties = wide(schema.additionalProperties);
  }
  if (schema.anyOf !== undefined) {
    const options = schema.anyOf.map(wide);
    widened.anyOf = options.filter((option, i) => i === options.findIndex((o) => same(o, option)));
  }
  const { description, default: fallback, title, ...rule } = widened;
  const scalar = ["string", "number", "integer", "boolean"].includes(String(rule.type));
  const free = rule.type === "string" && Object.keys(rule).length === 1;
  if (!scalar || free) return widened;
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
    anyOf: [rule, { $ref: VARIABLE_REFERENCE }],
  };
}

function wide<Schema extends JsonSchema | boolean>(schema: Schema): Schema {
  return (typeof schema === "object" ? withVariables(schema) : schema) as Schema;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
