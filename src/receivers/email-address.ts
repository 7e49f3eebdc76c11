// An e-mail address as the configuration may name it: one mailbox, with or without a display name. Nothing that a mail
// library could read as two recipients, as a header or as a comment gets through.

/** One mailbox. */
export interface Mailbox {
  /** Display name, "" when none was given. */
  readonly name: string;
  readonly address: string;
}

/** RFC 5321's bound for a whole path, less its angle brackets. */
const MAX_ADDRESS_LENGTH = 254;
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*$/u;
const CONTROL = /\p{Cc}/u;
const NAMED = /^\s*(?:"([^"\\]*)"|([^"<>\\]*?))\s*<([^<>\s]+)>\s*$/;

/** Reads `a@b.example`, `Name <a@b.example>` or `"Name" <a@b.example>`; null for anything else. */
export function parseMailbox(text: string): Mailbox | null {
  if (CONTROL.test(text)) return null;
  const named = NAMED.exec(text);
  const name = named === null ? "" : (named[1] ?? named[2] ?? "");
  const address = named === null ? text.trim() : (named[3] as string);
  const at = address.lastIndexOf("@");
  if (at < 1 || address.length > MAX_ADDRESS_LENGTH) return null;
  const valid = LOCAL_PART.test(address.slice(0, at)) && DOMAIN.test(address.slice(at + 1));
  return valid ? { name, address } : null;
}

/** The part of an address behind the @, in ASCII letters. */
export function domainOf(mailbox: Mailbox): string {
  const domain = mailbox.address.slice(mailbox.address.lastIndexOf("@") + 1);
  return URL.parse(`http://${domain}`)?.hostname ?? "localhost";
}
