// Makes an event of what a record told: cuts it to its bounds, masks the key and takes secrets out of everything else.

import { remembered } from "../lines/remembered.ts";
import type { MaskedKey, RevokedEvent } from "./event.ts";
import { bareKey } from "./mask.ts";
import { redact, REDACTED, redactName } from "./redact.ts";

const MAX_REQUEST_ID_LENGTH = 200;
/** A Slack section holds 3,000 characters in all; a message is one line of it. */
const MAX_MESSAGE_LENGTH = 500;
const MAX_LABEL_LENGTH = 200;
const MAX_URL_LENGTH = 500;
/** Longer than any secret but a private key. */
const MAX_SECRET_LENGTH = 1500;
/** A shorter `key_id` may be a name, and a service be called alike. */
const MIN_SECRET_KEY_LENGTH = 20;
/** A shorter key would take words out of a message. */
const MIN_KEY_LENGTH = 8;

/** What a record says of an event, as it stands there. */
export interface Told extends Pick<RevokedEvent, "rule" | "source" | "timeMs" | "timeFrom" | "level"> {
  /** A key, or its id. */
  readonly secret: string | null;
  /** Whose key it is, where no key stands. */
  readonly owner: string | null;
  readonly requestId: string | null;
  readonly service: string;
  readonly host: string | null;
  readonly docUrl: string | null;
  readonly message: string | null;
}

/** Longer texts hardly come twice. */
const LONGEST_REMEMBERED = 200;

/** Services, hosts, addresses and messages come again with every event; ten patterns cost more than all the rest. */
const cleanName = remembered(redactName, LONGEST_REMEMBERED);
const cleanText = remembered((text) => redact(text).text, LONGEST_REMEMBERED);

/** Everything is cut before it is searched for secrets, with room for one that the final cut would halve. */
function roughly(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength + MAX_SECRET_LENGTH);
}

/** The event's own key is taken out by itself: nobody need know it by its looks. */
function withoutKey(text: string, key: string | null, minLength: number): string {
  const bare = key === null ? "" : bareKey(key);
  return bare.length < minLength ? text : text.replaceAll(bare, REDACTED);
}

function shownMessage(text: string | null, key: string | null): string | null {
  if (text === null) return null;
  const masked = withoutKey(roughly(text, MAX_MESSAGE_LENGTH), key, MIN_KEY_LENGTH);
  return cleanText(masked).slice(0, MAX_MESSAGE_LENGTH);
}

/** A service, a host: log text too, in which somebody may have written a key. */
function shownName(text: string, key: string | null, maxLength: number): string {
  const masked = withoutKey(roughly(text, maxLength), key, MIN_SECRET_KEY_LENGTH);
  return cleanName(masked).slice(0, maxLength);
}

/** The same for an id, which is another each time. */
function shownId(text: string, key: string | null): string {
  const masked = withoutKey(roughly(text, MAX_REQUEST_ID_LENGTH), key, MIN_SECRET_KEY_LENGTH);
  return redactName(masked).slice(0, MAX_REQUEST_ID_LENGTH);
}

function shownUrl(url: string | null, key: string | null): string | null {
  if (url === null || !/^https?:\/\//i.test(url) || url.length > MAX_URL_LENGTH) return null;
  return shownName(url, key, MAX_URL_LENGTH);
}

/** The event that was told of. */
export function eventOf(told: Told, mask: (key: string) => MaskedKey): RevokedEvent {
  const { rule, source, timeMs, timeFrom, level, secret, requestId, service, host, docUrl, message } = told;
  const key = secret ?? told.owner;
  return {
    rule,
    source,
    timeMs,
    timeFrom,
    requestId: requestId === null ? null : shownId(requestId, secret),
    service: shownName(service, secret, MAX_LABEL_LENGTH),
    key: key === null ? null : mask(key),
    host: host === null ? null : shownName(host, secret, MAX_LABEL_LENGTH),
    docUrl: shownUrl(docUrl, secret),
    message: shownMessage(message, key),
    level,
  };
}
