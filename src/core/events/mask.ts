// A key as it may be shown. What is not needed to tell keys apart by eye stays inside.

import type { MaskedKey } from "./event.ts";

/** Characters shown of the end. */
const SHOWN_END = 4;
/** A kind such as `sk_live_` or `pk-`: words of letters, at most two, that a provider puts before the secret. */
const KIND = /^(?:(?:[A-Za-z]{1,8}_){1,2}|(?:sk|pk|rk|ak)-)/;
/** At least so many characters stay hidden, or the end (and then the kind) is hidden too. */
const MIN_HIDDEN = 8;
const BEARER = /^\s*(?:Bearer|Token)\s+/i;
/** A value longer than any key; the rest does not change what is shown. */
const MAX_KEY_LENGTH = 4096;

/** Kind and last four characters, `sk_live_…LmNo`; a short key is `…` alone. */
export function maskKey(value: string): string {
  const characters = [...bareKey(value)];
  const kind = KIND.exec(characters.join(""))?.[0] ?? "";
  const hidden = characters.length - SHOWN_END;
  if (hidden < MIN_HIDDEN) return "…";
  const end = characters.slice(-SHOWN_END).join("");
  return hidden - kind.length < MIN_HIDDEN ? `…${end}` : `${kind}…${end}`;
}

/** The key without `Bearer ` and spaces around it. */
export function bareKey(value: string): string {
  return value.slice(0, MAX_KEY_LENGTH).replace(BEARER, "").trim();
}

/** @param digestKey keyed hash of a full key, hex; the same for the same key within one installation. */
export function maskedKey(value: string, digestKey: (key: string) => string): MaskedKey {
  return { shown: maskKey(value), digest: digestKey(bareKey(value)) };
}
