// Chooses, for each needle, the three bytes by which the WebAssembly pass suspects it, and shares the pass's eight
// buckets among them. A good choice is rare in logs; needles with a common run share one suspicion.

/** Buckets of the pass: one bit each of a byte. */
export const BUCKETS = 8;
/** Bytes that a place is suspected by. */
const FINGERPRINT_BYTES = 3;

/**
 * How common bytes with these low four bits are, per thousand, in JSON logs of a dozen loggers. Digits and `"` crowd
 * the low entries; what lies high in a column of ASCII (`k`, `v`, `[`) is rare.
 */
const SHARE_OF_LOW_BITS = [85, 72, 115, 74, 79, 118, 36, 33, 42, 60, 62, 17, 58, 53, 57, 39];

interface Choice {
  readonly needle: Buffer;
  /** Bytes of the needle before its three. */
  readonly before: number;
}

/** Needles of one bucket. */
export type Bucket = readonly Choice[];

function lowBits(needle: Buffer, before: number): readonly number[] {
  return [...needle.subarray(before, before + FINGERPRINT_BYTES)].map((byte) => byte & 0x0f);
}

function share(needle: Buffer, before: number): number {
  return lowBits(needle, before).reduce((product, bits) => product * (SHARE_OF_LOW_BITS[bits] ?? 0), 1);
}

/** The places a needle could be suspected by, as [before, name] with equal names for equal low bits. */
function placesOf(needle: Buffer): readonly { readonly before: number; readonly name: string }[] {
  const count = needle.length - FINGERPRINT_BYTES + 1;
  return Array.from({ length: count }, (_, before) => ({ before, name: lowBits(needle, before).join() }));
}

/**
 * Shares needles of at least three bytes among at most eight buckets: again and again the fingerprint that most of the
 * remaining needles have, and of equals the rarest, takes a bucket; from the eighth on they are dealt out in turn.
 */
export function chooseBuckets(needles: readonly Buffer[]): readonly Bucket[] {
  const buckets: Choice[][] = [];
  let rest = needles.map((needle) => ({ needle, places: placesOf(needle) }));
  for (let turn = 0; rest.length > 0; turn += 1) {
    const candidates = new Map<string, { count: number; share: number }>();
    for (const { needle, places } of rest) {
      const own = new Map(places.map(({ before, name }) => [name, before]));
      for (const [name, before] of own) {
        const count = (candidates.get(name)?.count ?? 0) + 1;
        candidates.set(name, { count, share: share(needle, before) });
      }
    }
    const [best = ""] = [...candidates]
      .toSorted(([, a], [, b]) => b.count - a.count || a.share - b.share)
      .map(([name]) => name);
    const bucket = (buckets[turn % BUCKETS] ??= []);
    rest = rest.filter(({ needle, places }) => {
      const place = places.find(({ name }) => name === best);
      if (place !== undefined) bucket.push({ needle, before: place.before });
      return place === undefined;
    });
  }
  return buckets;
}

/** The three tables of the pass: entry n has the bits of the buckets with a needle whose byte there has low bits n. */
export function tablesOf(buckets: readonly Bucket[]): Buffer {
  const tables = Buffer.alloc(16 * FINGERPRINT_BYTES);
  buckets.forEach((bucket, bit) => {
    for (const { needle, before } of bucket) {
      lowBits(needle, before).forEach((bits, i) => {
        const at = 16 * i + bits;
        tables[at] = (tables[at] ?? 0) | (1 << bit);
      });
    }
  });
  return tables;
}
