// The `where` of a rule: further conditions on properties, by path from the record's root.

import type { Condition } from "./rule.ts";
import type { Field, Node, Scalar } from "./tree.ts";

/** The field at a path; each step may be several of its words, for names with a dot in them (`http.status`). */
function fieldAt(node: Node, steps: readonly string[]): Field | null {
  const whole = steps.join(".");
  const field = node.fields.find(({ name }) => name === whole);
  if (field !== undefined) return field;
  for (let taken = 1; taken < steps.length; taken += 1) {
    const name = steps.slice(0, taken).join(".");
    for (const child of node.children) {
      const found = child.property === name && !child.item ? fieldAt(child, steps.slice(taken)) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

/** Whether all asked parts of a condition hold; a property that is not there fails them all. */
export function holds(condition: Condition, root: Node, valueOf: (field: Field) => Scalar): boolean {
  const field = fieldAt(root, condition.path.split("."));
  if (field === null) return false;
  const text = String(valueOf(field));
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (condition.equals !== null && text !== condition.equals) return false;
  if (condition.in !== null && !condition.in.includes(text)) return false;
  if (condition.gte !== null && !(number >= condition.gte)) return false;
  if (condition.lte !== null && !(number <= condition.lte)) return false;
  // `search` and not `test`: a regex with the flag g would remember its place from line to line.
  return condition.regex === null || text.search(condition.regex) !== -1;
}
