// Where the parts of an event are looked for: nearest to the match first, then outwards, then what stands around the
// record. Only the order is decided here; what is found there is read elsewhere.

import { timeCandidates } from "../lines/time.ts";
import type { JsonValue } from "../lines/json.ts";
import { levelOf } from "./level.ts";
import { type Visit, visitNearest, visitOwn } from "./lookup.ts";
import {
  DOC_URLS,
  HOSTS,
  KEY_OWNERS,
  KEYS,
  MESSAGES,
  type Names,
  REQUEST_IDS,
  ROOT_SERVICES,
  SERVICES,
  TRACE_IDS,
} from "./roles.ts";
import { type Node, outward } from "./tree.ts";

/** The parts of an event that are looked for by name. */
export type Part = "secret" | "owner" | "requestId" | "service" | "host" | "docUrl" | "message";

const LISTS: Readonly<Record<Exclude<Part, "service" | "host">, readonly Names[]>> = {
  secret: [KEYS],
  owner: [KEY_OWNERS],
  requestId: [REQUEST_IDS, TRACE_IDS],
  docUrl: [DOC_URLS],
  message: [MESSAGES],
};

/** Whether an object is what a logger wrote, and its `name` the logger's; an error body in a string has names too. */
function logged(node: Node): boolean {
  return node.root && (node.parent === null || levelOf(node.object) !== null);
}

/**
 * Comes to the fields that may be a part of the event, best first.
 * @param node where the rule matched. @param starts objects to search, nearest first; the node is among them.
 */
export function visitPart(part: Part, node: Node, starts: readonly Node[], visit: Visit): boolean {
  switch (part) {
    case "service":
      return [...outward(node), ...starts].some((at) =>
        visitOwn(at, logged(at) ? ROOT_SERVICES : SERVICES, visit),
      );
    // From the outside inwards: a `host` beside the error is the one that was called.
    case "host":
      return [...[...outward(node)].toReversed(), ...starts].some(
        (at) => (at.root || at.item) && visitOwn(at, HOSTS, visit),
      );
    default:
      return LISTS[part].some((names) => starts.some((start) => visitNearest(start, names, visit)));
  }
}

/** The values that may be the time of an error body, best first: the record's own has none. */
export function bodyTimes(node: Node): (JsonValue | undefined)[] {
  return [...outward(node)].toReversed().flatMap((at) => timeCandidates(at.object));
}
