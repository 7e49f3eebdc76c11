// What to read in a line of a known form: which gaps may make it an event, and which then tell the event's parts. It is
// found once, by the same searches that read a tree, and serves every line of the form.

import type { JsonValue } from "../lines/json.ts";
import type { LineForm } from "../lines/form.ts";
import { timeCandidates } from "../lines/time.ts";
import { gatherReadings, levelPlaces, type Reading } from "./matcher.ts";
import { bodyTimes, type Part, visitPart } from "./places.ts";
import { buildTree, type Field, type Node, type Tree } from "./tree.ts";

/** A gap whose value may name a level: as `LevelCandidate`. */
export interface LevelGap {
  readonly gap: number;
  readonly name: string | null;
}

/** Gaps of the parts of an event, best first. */
export interface EventPlan {
  readonly parts: Readonly<Record<Part, readonly number[]>>;
  readonly recordTimes: readonly number[];
  readonly bodyTimes: readonly number[];
}

export interface FormPlan {
  readonly form: LineForm;
  readonly gaps: number;
  /** The form's outline: the value of each field is the number of its gap. */
  readonly tree: Tree;
  readonly readings: readonly Reading[];
  /** The gap of the record's own `name`; null when it has none. */
  readonly name: number | null;
  readonly levelsOf: (node: Node) => readonly LevelGap[];
  readonly planOf: (node: Node) => EventPlan;
}

const PARTS: readonly Part[] = ["secret", "owner", "requestId", "service", "host", "docUrl", "message"];

/** The number of the gap that stands in a form's outline in place of a value. */
export function gapOf({ value }: Field): number {
  return value as number;
}

/** Null for a form whose lines tell their time by an object, or are nested too deeply: they are read as trees. */
export function planForm(form: LineForm, codeFields: ReadonlySet<string>): FormPlan | null {
  const tree = buildTree(form.outline);
  const timed = tree.nodes.flatMap(({ object }) => timeCandidates(object));
  if (tree.cut || timed.some((value) => typeof value === "object" && value !== null)) return null;
  const name = form.outline["name"];
  return {
    form,
    gaps: form.fixed.length - 1,
    tree,
    readings: gatherReadings(tree, codeFields),
    name: typeof name === "number" ? name : null,
    levelsOf: once((node) =>
      levelPlaces(node).flatMap(({ value, name }) => gapsIn([value]).map((gap) => ({ gap, name }))),
    ),
    planOf: once((node) => ({
      parts: Object.fromEntries(PARTS.map((part) => [part, gapsOfPart(part, node)])) as EventPlan["parts"],
      recordTimes: gapsIn(timeCandidates(form.outline)),
      bodyTimes: gapsIn(bodyTimes(node)),
    })),
  };
}

function gapsOfPart(part: Part, node: Node): readonly number[] {
  const gaps = new Set<number>();
  visitPart(part, node, [node], (field) => {
    gaps.add(gapOf(field));
    return false;
  });
  return [...gaps];
}

/** What is no number in an outline is a null, an object or a list, and none of them names a level or a time. */
function gapsIn(values: readonly (JsonValue | undefined)[]): readonly number[] {
  return values.filter((value) => typeof value === "number");
}

function once<T>(make: (node: Node) => T): (node: Node) => T {
  const made = new Map<Node, T>();
  return (node) => {
    let known = made.get(node);
    if (known === undefined) made.set(node, (known = make(node)));
    return known;
  };
}
