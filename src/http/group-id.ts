// A name for a group where its labels, which may hold anything, do not fit: attributes, anchors.

import { createHash } from "node:crypto";

/** 16 hex digits: equal for equal rules and labels in equal order. */
export function groupId(rule: string, group: Readonly<Record<string, string>>): string {
  return createHash("sha256")
    .update(JSON.stringify([rule, group]))
    .digest("hex")
    .slice(0, 16);
}
