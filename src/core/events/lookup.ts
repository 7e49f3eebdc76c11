// Finds a named value around a match: in the matching object first, then in its sub-objects, then one object further
// out and so on. Arrays are not entered, for what one item says is not true of another.

import { DOTTED_ROLE, type Name, type Names, type Step } from "./roles.ts";
import { outward, type Field, type Node, type Scalar } from "./tree.ts";

/** What loggers write when they have nothing to write. */
const NOTHING = /^(?:-|null|nil|none|unknown|undefined|n\/a|0{16,})?$/i;

/** Told of each field that a search comes to, in order; true ends the search. */
export type Visit = (field: Field) => boolean;

/** A value as text; null for a boolean and for what stands for nothing. */
export function presentText(value: Scalar): string | null {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  return NOTHING.test(text) ? null : text;
}

/** The first value that a search comes to, null when there is none. */
export function firstText(search: (visit: Visit) => boolean): string | null {
  let found: string | null = null;
  search(({ value }) => (found = presentText(value)) !== null);
  return found;
}

function matches(field: Field, name: Name, dotted: boolean): boolean {
  return field.reduced === name.reduced && (dotted || !field.name.includes("."));
}

/** The fields at the end of a path; its last steps may be one name, as in `resource.attributes["service.name"]`. */
function visitNested(node: Node, path: readonly Step[], depth: number, role: number, visit: Visit): boolean {
  const step = path[depth];
  if (step === undefined || (node.roles & role) === 0) return false;
  const last = depth === path.length - 1;
  for (const field of last || (node.roles & DOTTED_ROLE) !== 0 ? node.fields : []) {
    const { name, reduced } = field;
    const here = last ? reduced === step.reduced : name.includes(".") && name.toLowerCase() === step.rest;
    if (here && visit(field)) return true;
  }
  for (const child of node.children) {
    if (child.name === step.reduced && !child.item && visitNested(child, path, depth + 1, role, visit))
      return true;
  }
  return false;
}

/** The fields with the first of the names that a node itself has (or, for a dotted name, that stand along its path). */
export function visitOwn(node: Node, { list, dotted, role }: Names, visit: Visit): boolean {
  if ((node.roles & role) === 0) return false;
  for (const name of list) {
    if (name.path !== null) {
      if (visitNested(node, name.path, 0, role, visit)) return true;
      continue;
    }
    for (const field of node.fields) if (matches(field, name, dotted) && visit(field)) return true;
  }
  return false;
}

function visitInside(node: Node, names: Names, except: Node | null, visit: Visit): boolean {
  if ((node.roles & names.role) === 0) return false;
  let level: readonly Node[] = [node];
  while (level.length > 0) {
    for (const one of level) if (visitOwn(one, names, visit)) return true;
    level = level.flatMap((one) => one.children.filter((child) => child !== except && !child.item));
  }
  return false;
}

/** The nearest fields to a node: its own, what is below it, then the same for each object around it. */
export function visitNearest(start: Node, names: Names, visit: Visit): boolean {
  let from: Node | null = null;
  for (const node of outward(start)) {
    if (visitInside(node, names, from, visit)) return true;
    from = node;
  }
  return false;
}
