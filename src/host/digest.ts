// The keyed hash that tells API keys apart without keeping them: HMAC-SHA-256 under a key that is born with the state
// directory and never leaves it, so that nobody can find a key again by hashing guesses.

import { createHmac } from "node:crypto";

/** Hex digits kept: 128 bits, far beyond chance meetings among any number of keys that fit in memory. */
const HEX_DIGITS = 32;

/** @param key the installation's random bytes. @returns a function that gives 32 hex digits for a text. */
export function keyedDigest(key: Uint8Array): (text: string) => string {
  return (text) => createHmac("sha256", key).update(text, "utf8").digest("hex").slice(0, HEX_DIGITS);
}
