// Decides whether a record is an event of a rule, and where in the record. A code counts at any level; a phrase in a
// text counts only where the record is grave or does not say.

import { reduceName } from "../lines/name.ts";
import { holds } from "./condition.ts";
import { levelCandidates, type LevelCandidate, levelOfCandidate, levelOfWord, type Level } from "./level.ts";
import { MESSAGE_NAMES, MESSAGE_SIGNS } from "./names.ts";
import { saysPhrase } from "./phrase.ts";
import type { MatchRule } from "./rule.ts";
import { outward, type Field, type Node, type Scalar, type Tree } from "./tree.ts";

export type MatchResult =
  | { readonly kind: "match"; readonly node: Node; readonly field: Field }
  | { readonly kind: "none"; readonly reason: "no_match" | "level" | "where" | "too_deep" };

/** A rule made ready to match. */
export interface CompiledRule {
  readonly rule: MatchRule;
  readonly codes: ReadonlySet<string>;
  readonly codeFields: ReadonlySet<string>;
}

export function compileRule(rule: MatchRule): CompiledRule {
  const { codes, codeFields } = rule.match;
  return { rule, codes: new Set(codes), codeFields: new Set(codeFields.map(reduceName)) };
}

function isMessage(field: Field): boolean {
  return MESSAGE_NAMES.has(field.reduced) || MESSAGE_SIGNS.has(field.name);
}

/**
 * The values by which the record that a node belongs to may name its level: of the outermost object first, then inwards.
 * A record inside a string is a record of its own; only when it says nothing does the one around it speak.
 */
export function levelPlaces(node: Node): readonly LevelCandidate[] {
  const places: LevelCandidate[] = [];
  let own: Node[] = [];
  for (const at of outward(node)) {
    own.push(at);
    if (!at.root) continue;
    for (const each of own.toReversed()) places.push(...levelCandidates(each.object));
    own = [];
  }
  return places;
}

export function levelAt(node: Node, prefixLevel: string | null): Level | null {
  for (const { value, name } of levelPlaces(node)) {
    const level = levelOfCandidate(value, name);
    if (level !== null) return level;
  }
  return prefixLevel === null ? null : levelOfWord(prefixLevel);
}

/** A property that some rule may match, and where it stands. */
export interface Reading {
  readonly node: Node;
  readonly field: Field;
}

/** How the values of a tree are come by: they stand in it, or only its form is known and they stand in a line. */
export interface Sight {
  readonly valueOf: (field: Field) => Scalar;
  /** The level of the record that a node belongs to. */
  readonly levelAt: (node: Node) => Level | null;
}

/** The sight of a tree that was built from its record. */
export function sightOf(prefixLevel: string | null): Sight {
  return { valueOf: ({ value }) => value, levelAt: (node) => levelAt(node, prefixLevel) };
}

/** The properties of a record that may hold a code or a phrase, outermost first: gathered once for all rules. */
export function gatherReadings(tree: Tree, codeFields: ReadonlySet<string>): readonly Reading[] {
  const readings: Reading[] = [];
  for (const node of tree.nodes) {
    for (const field of node.fields) {
      if (field.listed) continue;
      if (codeFields.has(field.reduced) || isMessage(field)) readings.push({ node, field });
    }
  }
  return readings;
}

function findCode(
  { codes, codeFields }: CompiledRule,
  readings: readonly Reading[],
  { valueOf }: Sight,
): MatchResult | null {
  for (const { node, field } of readings) {
    if (codeFields.has(field.reduced) && codes.has(String(valueOf(field))))
      return { kind: "match", node, field };
  }
  return null;
}

function findPhrase(
  { rule, codeFields }: CompiledRule,
  readings: readonly Reading[],
  sight: Sight,
): MatchResult | null {
  let quiet = false;
  for (const { node, field } of readings) {
    if (!isMessage(field) && !codeFields.has(field.reduced)) continue;
    const text = sight.valueOf(field);
    if (typeof text !== "string" || !rule.match.phrases.some((phrase) => saysPhrase(text, phrase))) continue;
    if (sight.levelAt(node)?.grave ?? true) return { kind: "match", node, field };
    quiet = true;
  }
  return quiet ? { kind: "none", reason: "level" } : null;
}

/** The first place in a record that makes it an event of the rule: outermost first, codes before phrases. */
export function matchRecord(
  rule: CompiledRule,
  tree: Tree,
  readings: readonly Reading[],
  sight: Sight,
): MatchResult {
  const found = findCode(rule, readings, sight) ?? findPhrase(rule, readings, sight);
  if (found === null) return { kind: "none", reason: tree.cut ? "too_deep" : "no_match" };
  const [root] = tree.nodes;
  const { where } = rule.rule.match;
  if (
    found.kind === "none" ||
    root === undefined ||
    where.every((condition) => holds(condition, root, sight.valueOf))
  )
    return found;
  return { kind: "none", reason: "where" };
}
