// Finds a named value around a match: in the matching object first, then in its sub-objects, then one object further
// out and so on. Arrays are not entered, for what one item says is not true of another.

import { DOTTED_ROLE, type Name, type Names, type Step } from "./roles.ts";
import { outward, type Field, type Node, type Scalar } from "./tree.ts";

/** What loggers write when they have nothing to write. */
const NOTHING = /^(?:-|null|nil|none|unknown|undefined|n\/a|0{16,})?$/i;

/** The value as text; null for a boolean and for what stands for nothing. */
function presentText(value: Scalar | undefined): string | null {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  return NOTHING.test(text) ? null : text;
}

function matches(field: Field, name: Name, dotted: boolean): boolean {
  return field.reduced === name.reduced && (dotted || !field.name.includes("."));
}

/** The value at the end of a path; its last steps may be one name, as in `resource.attributes["service.name"]`. */
function nested(node: Node, path: readonly Step[], depth: number, role: number): string | null {
  const step = path[depth];
  if (step === undefined || (node.roles & role) === 0) return null;
  const last = depth === path.length - 1;
  for (const { name, reduced, value } of last || (node.roles & DOTTED_ROLE) !== 0 ? node.fields : []) {
    const here = last ? reduced === step.reduced : name.includes(".") && name.toLowerCase() === step.rest;
    const text = here ? presentText(value) : null;
    if (text !== null) return text;
  }
  for (const child of node.children) {
    const found = child.name === step.reduced && !child.item ? nested(child, path, depth + 1, role) : null;
    if (found !== null) return found;
  }
  return null;
}

/** The value of the first of the names that a node itself has (or, for a dotted name, that stands along its path). */
export function ownValue(node: Node, { list, dotted, role }: Names): string | null {
  if ((node.roles & role) === 0) return null;
  for (const name of list) {
    if (name.path !== null) {
      const found = nested(node, name.path, 0, role);
      if (found !== null) return found;
      continue;
    }
    for (const field of node.fields) {
      const text = matches(field, name, dotted) ? presentText(field.value) : null;
      if (text !== null) return text;
    }
  }
  return null;
}

function inside(node: Node, names: Names, except: Node | null): string | null {
  if ((node.roles & names.role) === 0) return null;
  let level: readonly Node[] = [node];
  while (level.length > 0) {
    for (const one of level) {
      const found = ownValue(one, names);
      if (found !== null) return found;
    }
    level = level.flatMap((one) => one.children.filter((child) => child !== except && !child.item));
  }
  return null;
}

/** The nearest value to a node: itself, what is below it, then the same for each object around it. */
export function nearestValue(start: Node, names: Names): string | null {
  let from: Node | null = null;
  for (const node of outward(start)) {
    const found = inside(node, names, from);
    if (found !== null) return found;
    from = node;
  }
  return null;
}
