// The YAML library's nodes into plain values, and beside them where each key and value stands and which variables went
// into it. Aliases are followed within a bound, so an alias bomb ends as one finding.

import type * as Yaml from "yaml";
import type { Alias, Document, Node, Pair, Scalar } from "yaml";
import { type LocatedProblem, type Place, type Position, printable } from "./finding.ts";
import { type Environment, interpolate } from "./interpolate.ts";

/** Values after aliases are followed: many times what a large configuration holds, and the end of alias bombs. */
const MAX_VALUES = 20_000;
/** Levels of nesting; the configuration itself needs 6. */
const MAX_DEPTH = 32;

export interface ConfigDocument {
  /** Undefined when the text is not YAML. Maps have no prototype, so that no key means anything but itself. */
  readonly value: unknown;
  readonly problems: readonly LocatedProblem[];
  /**
   * Where the key or value at `place` stands; when it is missing, the key of what it should stand in. Null when it came
   * out of the environment.
   */
  position(place: Place, at: "key" | "value"): Position | null;
  /** Names of the variables whose content stands in the value at `place`. */
  variables(place: Place): readonly string[];
  /** True when a variable in the value at `place` could not be replaced: nothing further can be said of it. */
  unresolved(place: Place): boolean;
  /** Names of all variables that the document asked for. */
  readonly allVariables: readonly string[];
}

interface Origin {
  /** Offset of the value in the text. */
  readonly valueAt: number;
  /** Offset of its key; that of the value for an item of a list. */
  readonly keyAt: number;
  readonly variables: readonly string[];
  readonly unresolved: boolean;
}

/**
 * Turns a parsed document into values.
 * @param yaml the library, which the caller has loaded.
 * @param env what variables are replaced from; null: a `$` is a `$`.
 * @param position line and column of an offset.
 */
export function plantTree(
  yaml: typeof Yaml,
  document: Document.Parsed,
  env: Environment | null,
  position: (offset: number) => Position,
): ConfigDocument {
  const origins = new Map<string, Origin>();
  const problems: LocatedProblem[] = [];
  const targets = aliasTargets(yaml, document);
  let values = 0;

  function report(place: Place, offset: number, message: string): void {
    problems.push({ severity: "error", place, position: position(offset), message });
  }

  function mapping(pairs: readonly Pair[], place: Place, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = Object.create(null);
    for (const pair of pairs as readonly Pair<Scalar, Node | null>[]) {
      const key = String(pair.key.value);
      const inner = [...place, key];
      const keyAt = pair.key.range?.[0] ?? 0;
      if (Object.hasOwn(object, key)) {
        const first = position(origins.get(JSON.stringify(inner))?.keyAt ?? 0).line;
        report(inner, keyAt, `the key is given twice, first in line ${first}`);
      } else {
        object[key] = plain(pair.value, inner, keyAt, depth + 1);
      }
    }
    return object;
  }

  function plain(node: unknown, place: Place, keyAt: number, depth: number): unknown {
    values += 1;
    const valueAt = (node as Node | null)?.range?.[0] ?? keyAt;
    if (values > MAX_VALUES || depth > MAX_DEPTH) {
      // Said once for all further values, and once for each value that is too deep.
      if (values <= MAX_VALUES + 1) {
        report(place, valueAt, `expected at most ${MAX_VALUES} values in ${MAX_DEPTH} levels, found more`);
      }
      return null;
    }
    const remember = (variables: readonly string[], unresolved: boolean) =>
      origins.set(JSON.stringify(place), { valueAt, keyAt, variables, unresolved });
    remember([], false);
    if (yaml.isAlias(node)) {
      const target = targets.get(node);
      if (target !== undefined) return plain(target, place, keyAt, depth + 1);
      report(place, valueAt, `expected the anchor &${printable(node.source)} somewhere above, found none`);
      return null;
    }
    if (yaml.isMap(node)) return mapping(node.items, place, depth);
    if (yaml.isSeq(node)) {
      return node.items.map((item, i) =>
        plain(item, [...place, i], (item as Node | null)?.range?.[0] ?? valueAt, depth + 1),
      );
    }
    const value: unknown = yaml.isScalar(node) ? node.value : null;
    if (typeof value !== "string" || env === null) return value;
    const replaced = interpolate(value, env);
    remember(replaced.names, replaced.faults.length > 0);
    for (const message of replaced.faults) report(place, valueAt, message);
    return replaced.text;
  }

  function nearest(place: Place): { readonly origin: Origin | undefined; readonly itself: boolean } {
    for (let length = place.length; length >= 0; length -= 1) {
      const origin = origins.get(JSON.stringify(place.slice(0, length)));
      if (origin !== undefined) return { origin, itself: length === place.length };
    }
    return { origin: undefined, itself: false };
  }

  return {
    value: document.contents === null ? Object.create(null) : plain(document.contents, [], 0, 0),
    problems,
    position: (place, at) => {
      const { origin, itself } = nearest(place);
      return position((itself && at === "value" ? origin?.valueAt : origin?.keyAt) ?? 0);
    },
    variables: (place) => origins.get(JSON.stringify(place))?.variables ?? [],
    unresolved: (place) => origins.get(JSON.stringify(place))?.unresolved === true,
    allVariables: [...new Set([...origins.values()].flatMap((origin) => origin.variables))],
  };
}

/** What each alias stands for, in one pass: the library's own `resolve` walks the whole document for every alias. */
function aliasTargets(yaml: typeof Yaml, document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  yaml.visit(document, {
    Node: (_key, node) => {
      if (yaml.isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}
