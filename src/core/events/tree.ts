// A record as the matcher walks it: every object a node with its scalar properties, strings that hold an object
// opened, OpenTelemetry's attribute lists read as properties. Built breadth first, so the outermost match comes first.

import { isObject, parseObject, type JsonObject, type JsonValue } from "../lines/json.ts";
import { reduceName } from "../lines/name.ts";
import { knownName } from "./roles.ts";

/** Objects and arrays within each other, the record itself being the first. */
const MAX_DEPTH = 32;
/** JSON in a string in a string in a string: what a proxy that logs an error of a logger makes. */
const MAX_STRING_LEVELS = 3;

const OPENING_BRACE = 0x7b;
/** Every white space that JSON knows is at most this. */
const SPACE = 0x20;

export type Scalar = string | number | boolean;

export interface Field {
  /** As written. */
  readonly name: string;
  /** As compared: see `reduceName`. */
  readonly reduced: string;
  readonly value: Scalar;
  /** The only item of a list, as Go writes a header: it can be read, but makes no event. */
  readonly listed: boolean;
}

export interface Node {
  /** The property that holds the object, as written; empty for the record. */
  readonly property: string;
  /** The same, reduced. */
  readonly name: string;
  readonly parent: Node | null;
  /** True for the record and for an object that a string held: the border of what one logger wrote. */
  readonly root: boolean;
  /** True for an item of an array: it says nothing about its neighbours. */
  readonly item: boolean;
  readonly object: JsonObject;
  readonly fields: readonly Field[];
  readonly children: readonly Node[];
  /** Which lists of names this object or one below it may have a name of: see roles.ts. */
  readonly roles: number;
}

export interface Tree {
  /** Breadth first; the first is the record. */
  readonly nodes: readonly Node[];
  /** Something below the bounds was not read. */
  readonly cut: boolean;
}

type Growing = Node & { readonly fields: Field[]; readonly children: Node[]; roles: number };

interface Pending {
  readonly node: Growing;
  readonly above: Growing | null;
  readonly depth: number;
  readonly strings: number;
}

const ANY_VALUE = new Set([
  "stringValue",
  "intValue",
  "doubleValue",
  "boolValue",
  "arrayValue",
  "kvlistValue",
]);

/** OpenTelemetry's AnyValue, `{"stringValue":"x"}`, as the value it stands for. */
function plainValue(value: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  const [name] = names;
  if (name === undefined || names.length > 1 || !ANY_VALUE.has(name)) return value;
  const inner = value[name];
  return name === "kvlistValue" && isObject(inner) ? inner["values"] : inner;
}

/** OpenTelemetry's `[{"key":"a","value":{"stringValue":"x"}}]` as `{"a":"x"}`, null for any other array. */
function attributes(list: readonly JsonValue[]): JsonObject | null {
  if (list.length === 0) return null;
  const properties: Record<string, JsonValue | undefined> = Object.create(null);
  for (const item of list) {
    if (!isObject(item) || typeof item["key"] !== "string" || !isObject(item["value"])) return null;
    properties[item["key"]] = plainValue(item["value"]);
  }
  return properties;
}

/** Builds the tree of a record, in time linear in its size. */
export function buildTree(record: JsonObject): Tree {
  const nodes: Node[] = [];
  const queue: Pending[] = [];
  let cut = false;

  function enter(
    object: JsonObject,
    property: string,
    parent: Pending | null,
    kind: "root" | "property" | "item",
  ): void {
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > MAX_DEPTH) {
      cut = true;
      return;
    }
    const name = reduceName(property);
    const node: Growing = {
      property,
      name,
      parent: parent?.node ?? null,
      root: kind === "root",
      item: kind === "item",
      object,
      fields: [],
      children: [],
      roles: 0,
    };
    const strings = (parent?.strings ?? 0) + (kind === "root" && parent !== null ? 1 : 0);
    queue.push({ node, above: parent?.node ?? null, depth, strings });
    nodes.push(node);
    parent?.node.children.push(node);
  }

  function addField(name: string, value: Scalar, { node }: Pending, listed = false): void {
    const { reduced, roles } = knownName(name);
    node.fields.push({ name, reduced, value, listed });
    node.roles |= roles;
  }

  function readString(name: string, text: string, at: Pending): void {
    if (opensObject(text)) {
      if (at.strings >= MAX_STRING_LEVELS) {
        cut = true;
        return;
      }
      const object = parseObject(text);
      if (object !== null) {
        enter(object, name, at, "root");
        return;
      }
    }
    addField(name, text, at);
  }

  function readArray(name: string, list: readonly JsonValue[], at: Pending, depth: number): void {
    const properties = attributes(list);
    if (properties !== null) {
      enter(properties, name, at, "property");
      return;
    }
    const [only] = list;
    if (list.length === 1 && typeof only === "string") addField(name, only, at, true);
    for (const item of list) {
      if (isObject(item)) enter(item, name, { ...at, depth }, "item");
      else if (Array.isArray(item)) {
        if (depth < MAX_DEPTH) readArray(name, item, at, depth + 1);
        else cut = true;
      }
    }
  }

  enter(record, "", null, "root");
  for (let next = 0; next < queue.length; next += 1) {
    const at = queue[next] as Pending;
    for (const name of Object.keys(at.node.object)) {
      const value = plainValue(at.node.object[name]);
      if (typeof value === "string") readString(name, value, at);
      else if (isObject(value)) enter(value, name, at, "property");
      else if (Array.isArray(value)) readArray(name, value, at, at.depth + 1);
      else if (value !== null && value !== undefined) {
        addField(name, value as Scalar, at);
      }
    }
  }
  // From the last to the first: what is below is complete before what is above takes it over.
  for (let last = queue.length - 1; last > 0; last -= 1) {
    const { node, above } = queue[last] as Pending;
    if (above !== null) above.roles |= node.roles;
  }
  return { nodes, cut };
}

/** Whether a text begins like a JSON object, white space left out. Nearly every text says no by its first character. */
function opensObject(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === OPENING_BRACE || (first <= SPACE && text.trimStart().startsWith("{"));
}

/** A node and what is around it, nearest first. */
export function outward(node: Node): readonly Node[] {
  const nodes: Node[] = [];
  for (let at: Node | null = node; at !== null; at = at.parent) nodes.push(at);
  return nodes;
}
