// Names of incidents: ULIDs, so that they sort by time, whose chance part is a keyed hash of what the incident is. The
// same lines read again after a crash therefore come to the same id, and no random source is needed in the core.

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARS = 10;
const HASH_CHARS = 16;
const BITS_PER_CHAR = 5;

/**
 * A ULID (26 characters of Crockford's base 32) for a moment and a subject.
 * @param firedAtMs becomes the first 10 characters, milliseconds since the epoch.
 * @param digestHex keyed hash of the subject, at least 20 hex digits; its first 80 bits become the last 16 characters.
 */
export function incidentId(firedAtMs: number, digestHex: string): string {
  let time = "";
  for (
    let rest = Math.max(0, Math.trunc(firedAtMs)), i = 0;
    i < TIME_CHARS;
    i++, rest = Math.floor(rest / 32)
  ) {
    time = CROCKFORD.charAt(rest % 32) + time;
  }
  let bits = BigInt(`0x${digestHex.slice(0, (HASH_CHARS * BITS_PER_CHAR) / 4)}`);
  let hash = "";
  for (let i = 0; i < HASH_CHARS; i++, bits >>= BigInt(BITS_PER_CHAR)) {
    hash = CROCKFORD.charAt(Number(bits & 31n)) + hash;
  }
  return time + hash;
}

/** The last four characters of an incident id: what people say to each other. */
export function shortId(id: string): string {
  return id.slice(-4);
}
