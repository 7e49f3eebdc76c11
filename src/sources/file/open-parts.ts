// Parts of lines that a container runtime cut and whose rest has not come: their bytes are behind the position, yet not
// counted. Where they lie is committed with the position, and after a restart exactly these bytes are handed on again.

import * as v from "valibot";
import type { BytePlace } from "../../core/lines/chunk.ts";
import { readAt } from "./generation.ts";
import type { Generation } from "./generation.ts";
import type { Ledger } from "./positions.ts";
import type { Register } from "./register.ts";

const PREFIX = "parts ";
/** Longest part that is read again, bytes: runtimes cut at 8 or 16 KiB, and JSON may write six bytes for one. */
const MAX_PART_BYTES = 2 ** 20;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const savedSchema = v.array(v.object({ generation: whole, from: whole, to: whole }));

/** Notes what is waited for in a stream. */
export function noteParts(ledger: Ledger, stream: string, parts: readonly BytePlace[]): void {
  ledger.set(PREFIX + stream, parts.length === 0 ? null : JSON.stringify(parts));
}

export interface PartAgain {
  readonly generation: Generation;
  readonly from: number;
  readonly bytes: Buffer;
}

/** The parts that were waited for at the last commit, in order; those whose file is gone are left out. */
export function partsAgain(positions: ReadonlyMap<string, string>, register: Register): PartAgain[] {
  const again: PartAgain[] = [];
  for (const [key, value] of positions) {
    if (!key.startsWith(PREFIX)) continue;
    const generations = register.chains.get(key.slice(PREFIX.length))?.generations ?? [];
    const parsed = v.safeParse(savedSchema, JSON.parse(value));
    for (const place of parsed.success ? parsed.output : []) {
      const generation = generations.find(({ seq }) => seq === place.generation);
      const length = place.to - place.from;
      if (generation === undefined || generation.fd === null || length > MAX_PART_BYTES) continue;
      const bytes = readAt(generation.fd, place.from, length);
      if (bytes.length === length) again.push({ generation, from: place.from, bytes });
    }
  }
  return again;
}
