// The `where` of a rule: further conditions on properties, by path from the record's root.

import type { Condition } from "./rule.ts";
import type { Node, Scalar } from "./tree.ts";

/** The value at a path; each step may be several of its words, for names with a dot in them (`http.status`). */
function valueAt(node: Node, steps: readonly string[]): Scalar | null {
  const whole = steps.join(".");
  const field = node.fields.find(({ name }) => name === whole);
  if (field !== undefined) return field.value;
  for (let taken = 1; taken < steps.length; taken += 1) {
    const name = steps.slice(0, taken).join(".");
    for (const child of node.children) {
      const value = child.property === name && !child.item ? valueAt(child, steps.slice(taken)) : null;
      if (value !== null) return value;
    }
  }
  return null;
}

/** Whether all asked parts of a condition hold; a property that is not there fails them all. */
export function holds(condition: Condition, root: Node): boolean {
  const value = valueAt(root, condition.path.split("."));
  if (value === null) return false;
  const text = String(value);
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (condition.equals !== null && text !== condition.equals) return false;
  if (condition.in !== null && !condition.in.includes(text)) return false;
  if (condition.gte !== null && !(number >= condition.gte)) return false;
  if (condition.lte !== null && !(number <= condition.lte)) return false;
  // `search` and not `test`: a regex with the flag g would remember its place from line to line.
  return condition.regex === null || text.search(condition.regex) !== -1;
}
