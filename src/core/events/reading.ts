// Reads what an event tells of itself: nearest to the match first, then outwards, then what stands around the record.

import type { ChunkOrigin } from "../lines/chunk.ts";
import type { JsonObject } from "../lines/json.ts";
import type { LogRecord } from "../lines/line.ts";
import { readPrefixed } from "../lines/text-prefix.ts";
import { timeOf } from "../lines/time.ts";
import type { RevokedEvent } from "./event.ts";
import { levelOf } from "./level.ts";
import { nearestValue, ownValue } from "./lookup.ts";
import { bareKey, maskedKey } from "./mask.ts";
import { levelAt } from "./matcher.ts";
import { redact, REDACTED, redactName } from "./redact.ts";
import {
  DOC_URLS,
  HOSTS,
  KEY_OWNERS,
  KEYS,
  MESSAGES,
  REQUEST_IDS,
  ROOT_SERVICES,
  SERVICES,
  TRACE_IDS,
  type Names,
} from "./roles.ts";
import { buildTree, outward, type Field, type Node } from "./tree.ts";

const MAX_REQUEST_ID_LENGTH = 200;
/** A Slack section holds 3,000 characters in all; a message is one line of it. */
const MAX_MESSAGE_LENGTH = 500;
const MAX_LABEL_LENGTH = 200;
const MAX_URL_LENGTH = 500;
/** Longer than any secret but a private key. */
const MAX_SECRET_LENGTH = 1500;
/** A shorter `key_id` may be a name, and a service be called alike. */
const MIN_SECRET_KEY_LENGTH = 20;

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

function nearest(starts: readonly Node[], ...lists: readonly Names[]): string | null {
  for (const list of lists) {
    for (const start of starts) {
      const found = nearestValue(start, list);
      if (found !== null) return found;
    }
  }
  return null;
}

/** Whether an object is what a logger wrote, and its `name` the logger's; an error body in a string has names too. */
function logged(node: Node): boolean {
  return node.root && (node.parent === null || levelOf(node.object) !== null);
}

function serviceOf({ node, origin }: Found, starts: readonly Node[]): string {
  const label = origin.labels["service"];
  if (label !== undefined) return label;
  for (const at of [...outward(node), ...starts]) {
    const found = ownValue(at, logged(at) ? ROOT_SERVICES : SERVICES);
    if (found !== null) return found;
  }
  return origin.source;
}

/** From the outside inwards: a `host` beside the error is the one that was called. */
function hostOf({ node, origin }: Found, starts: readonly Node[]): string | null {
  const label = origin.labels["host"];
  if (label !== undefined) return label;
  const outermostFirst = [...outward(node)].toReversed();
  for (const at of [...outermostFirst, ...starts]) {
    const found = at.root || at.item ? ownValue(at, HOSTS) : null;
    if (found !== null) return found;
  }
  return null;
}

function timeAround({ node, record, nowMs }: Found): Pick<RevokedEvent, "timeMs" | "timeFrom"> {
  const own = timeOf(record.value);
  if (own !== null) return { timeMs: own, timeFrom: "record" };
  if (record.wrapperTimeMs !== null) return { timeMs: record.wrapperTimeMs, timeFrom: "wrapper" };
  for (const at of [...outward(node)].toReversed()) {
    const body = timeOf(at.object);
    if (body !== null) return { timeMs: body, timeFrom: "body" };
  }
  return { timeMs: nowMs, timeFrom: "arrival" };
}

/** Everything is cut before it is searched for secrets, with room for one that the final cut would halve. */
function roughly(text: string, maxLength: number): string {
  return text.slice(0, maxLength + MAX_SECRET_LENGTH);
}

function shownMessage(text: string | null, key: string | null): string | null {
  if (text === null) return null;
  const near = roughly(text, MAX_MESSAGE_LENGTH);
  const bare = key === null ? "" : bareKey(key);
  const masked = bare.length < 8 ? near : near.replaceAll(bare, REDACTED);
  return redact(masked).text.slice(0, MAX_MESSAGE_LENGTH);
}

/** A service, a host, an id: log text too, in which somebody may have written a key. */
function shownName(text: string, key: string | null, maxLength: number): string {
  const near = roughly(text, maxLength);
  const bare = key === null ? "" : bareKey(key);
  const masked = bare.length < MIN_SECRET_KEY_LENGTH ? near : near.replaceAll(bare, REDACTED);
  return redactName(masked).slice(0, maxLength);
}

function shownUrl(url: string | null, key: string | null): string | null {
  if (url === null || !/^https?:\/\//i.test(url) || url.length > MAX_URL_LENGTH) return null;
  return shownName(url, key, MAX_URL_LENGTH);
}

/** The event of a match. @param digestKey keyed hash of a full key, hex. */
export function readEvent(found: Found, digestKey: (key: string) => string): RevokedEvent {
  const starts = startsOf(found);
  const secret = nearest(starts, KEYS);
  const key = secret ?? nearest(starts, KEY_OWNERS);
  const name = (text: string, maxLength: number): string => shownName(text, secret, maxLength);
  const requestId = nearest(starts, REQUEST_IDS, TRACE_IDS);
  const host = hostOf(found, starts);
  return {
    rule: found.rule,
    source: found.origin.source,
    ...timeAround(found),
    requestId: requestId === null ? null : name(requestId, MAX_REQUEST_ID_LENGTH),
    service: name(serviceOf(found, starts), MAX_LABEL_LENGTH),
    key: key === null ? null : maskedKey(key, digestKey),
    host: host === null ? null : name(host, MAX_LABEL_LENGTH),
    docUrl: shownUrl(nearest(starts, DOC_URLS), secret),
    message: shownMessage(nearest(starts, MESSAGES), key),
    level: levelAt(found.node, found.record.prefixLevel)?.text ?? null,
  };
}
