// Reads what an event tells of itself from the tree of its record.

import type { ChunkOrigin } from "../lines/chunk.ts";
import type { JsonObject } from "../lines/json.ts";
import type { LogRecord } from "../lines/line.ts";
import { readPrefixed } from "../lines/text-prefix.ts";
import { parseTime, timeOf } from "../lines/time.ts";
import type { MaskedKey, RevokedEvent } from "./event.ts";
import { firstText } from "./lookup.ts";
import { levelAt } from "./matcher.ts";
import { bodyTimes, type Part, visitPart } from "./places.ts";
import { eventOf } from "./told.ts";
import { buildTree, type Field, type Node } from "./tree.ts";

/** Where a rule matched, and all that may tell about it. */
export interface Found {
  readonly rule: string;
  readonly node: Node;
  readonly field: Field;
  readonly record: LogRecord;
  readonly origin: ChunkOrigin;
  readonly nowMs: number;
}

/** The objects to search, nearest first: a body quoted in the matching text, the match outwards, the envelope. */
function startsOf({ node, field, record }: Found): readonly Node[] {
  const text = field.value;
  const quoted = typeof text === "string" && text.includes("{") ? (readPrefixed(text)?.value ?? null) : null;
  return [...rootOf(quoted), node, ...rootOf(record.envelope)];
}

function rootOf(object: JsonObject | null): readonly Node[] {
  return object === null ? [] : buildTree(object).nodes.slice(0, 1);
}

function timeAround({ node, record, nowMs }: Found): Pick<RevokedEvent, "timeMs" | "timeFrom"> {
  const own = timeOf(record.value);
  if (own !== null) return { timeMs: own, timeFrom: "record" };
  if (record.wrapperTimeMs !== null) return { timeMs: record.wrapperTimeMs, timeFrom: "wrapper" };
  for (const value of bodyTimes(node)) {
    const body = parseTime(value);
    if (body !== null) return { timeMs: body, timeFrom: "body" };
  }
  return { timeMs: nowMs, timeFrom: "arrival" };
}

/** The event of a match. */
export function readEvent(found: Found, mask: (key: string) => MaskedKey): RevokedEvent {
  const { rule, node, record, origin } = found;
  const starts = startsOf(found);
  const part = (name: Part): string | null => firstText((visit) => visitPart(name, node, starts, visit));
  const secret = part("secret");
  return eventOf(
    {
      rule,
      source: origin.source,
      ...timeAround(found),
      level: levelAt(node, record.prefixLevel)?.text ?? null,
      secret,
      owner: secret === null ? part("owner") : null,
      requestId: part("requestId"),
      service: origin.labels["service"] ?? part("service") ?? origin.source,
      host: origin.labels["host"] ?? part("host"),
      docUrl: part("docUrl"),
      message: part("message"),
    },
    mask,
  );
}
