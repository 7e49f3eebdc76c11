// What a valibot schema says about the keys at a place, whichever way it wraps them. Only this file knows how valibot
// keeps its schemas; it is what lets every unknown key be found, where valibot stops at the first of each object.

import type { GenericSchema } from "valibot";

/** The parts of valibot's schemas that are looked at; a schema with a pipe has those of its first item. */
interface SchemaParts {
  readonly type: string;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly item?: GenericSchema;
  readonly value?: GenericSchema;
  readonly wrapped?: GenericSchema;
  readonly options?: readonly (GenericSchema | string | number)[];
}

export type Shape =
  /** An object with these keys; `strict` when there may be no others. */
  | {
      readonly kind: "object";
      readonly entries: Readonly<Record<string, GenericSchema>>;
      readonly strict: boolean;
    }
  | { readonly kind: "record"; readonly value: GenericSchema }
  | { readonly kind: "list"; readonly item: GenericSchema }
  /** Anything that holds no further values; `words` are the only ones allowed, if it is a choice. */
  | { readonly kind: "scalar"; readonly type: string; readonly words: readonly string[] };

/** All shapes that a schema allows: one, or those of a union's options. */
export function shapesOf(schema: GenericSchema): readonly Shape[] {
  const parts = schema as unknown as SchemaParts;
  if (parts.wrapped !== undefined) return shapesOf(parts.wrapped);
  if (parts.entries !== undefined) {
    return [{ kind: "object", entries: parts.entries, strict: parts.type === "strict_object" }];
  }
  if (parts.type === "record" && parts.value !== undefined) return [{ kind: "record", value: parts.value }];
  if (parts.item !== undefined) return [{ kind: "list", item: parts.item }];
  if (parts.type === "picklist") {
    const words = (parts.options ?? []).filter((option) => typeof option === "string");
    return [{ kind: "scalar", type: parts.type, words }];
  }
  if (parts.options !== undefined) {
    return parts.options.flatMap((option) => (typeof option === "object" ? shapesOf(option) : []));
  }
  return [{ kind: "scalar", type: parts.type, words: [] }];
}

/** The one shape of `shapes` that `value` can have; several objects are seen as one with the keys of all. */
export function shapeFor(shapes: readonly Shape[], value: unknown): Shape | null {
  if (Array.isArray(value)) return shapes.find((shape) => shape.kind === "list") ?? null;
  if (!isMapping(value)) return shapes.find((shape) => shape.kind === "scalar") ?? null;
  const record = shapes.find((shape) => shape.kind === "record");
  if (record !== undefined) return record;
  const objects = shapes.filter((shape) => shape.kind === "object");
  if (objects.length === 0) return null;
  return {
    kind: "object",
    entries: Object.assign(Object.create(null), ...objects.map((shape) => shape.entries)),
    strict: objects.every((shape) => shape.strict),
  };
}

/** True for what a YAML map becomes. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
