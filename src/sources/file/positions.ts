// The positions of a file source: one value for each generation, in JSON, with everything that is needed to find the
// same bytes again after a restart, and hashes instead of text. What changed since the last commit is kept here until
// the commit has held.

import * as v from "valibot";
import { Generation } from "./generation.ts";
import type { Identity } from "./identity.ts";

/** Key under which a source notes the paths it looks for: files of paths that are new to it are not news. */
export const PATHS_KEY = "paths";

const decimal = v.pipe(
  v.string(),
  v.regex(/^\d+$/),
  v.transform((digits) => BigInt(digits)),
);
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));
const print = v.object({ length: bytes, hash: v.string() });

const savedSchema = v.object({
  v: v.literal(1),
  stream: v.string(),
  path: v.string(),
  real: v.optional(v.nullable(v.string()), null),
  dev: decimal,
  ino: decimal,
  birthtimeNs: decimal,
  head: print,
  anchor: print,
  offset: bytes,
  size: bytes,
  mtimeNs: decimal,
  current: v.boolean(),
  discardingSince: v.nullable(bytes),
  replayUntil: bytes,
  finishedMs: v.nullable(v.number()),
});

/** One generation as the last commit left it. */
export type SavedGeneration = v.InferOutput<typeof savedSchema> & Identity & { readonly seq: number };

/** Reads committed positions, oldest generation first. A value of another version or shape is left out. */
export function decodePositions(positions: ReadonlyMap<string, string>): SavedGeneration[] {
  const saved: SavedGeneration[] = [];
  for (const [key, value] of positions) {
    if (!/^\d+$/.test(key)) continue;
    const parsed = v.safeParse(savedSchema, parseJson(value));
    if (parsed.success) saved.push({ ...parsed.output, seq: Number(key) });
  }
  return saved.sort((a, b) => a.seq - b.seq);
}

export function encodePosition(generation: Generation): string {
  generation.growHead();
  const { head, anchor, dev, ino, birthtimeNs } = generation.identity();
  return JSON.stringify({
    v: 1,
    stream: generation.stream,
    path: generation.path,
    real: generation.real,
    dev: String(dev),
    ino: String(ino),
    birthtimeNs: String(birthtimeNs),
    head,
    anchor,
    offset: generation.offset,
    size: generation.size,
    mtimeNs: String(generation.mtimeNs),
    current: generation.current,
    discardingSince: generation.discardingSince,
    replayUntil: generation.replayUntil,
    finishedMs: generation.finishedMs,
  });
}

/** A generation that goes on where a saved one stopped; it has no descriptor yet. */
export function revive(saved: SavedGeneration): Generation {
  const generation = new Generation(saved.seq, saved.stream, saved.path, saved);
  generation.real = saved.real;
  generation.offset = saved.offset;
  generation.head = saved.head;
  generation.keepPrint(saved.anchor);
  generation.size = saved.size;
  generation.mtimeNs = saved.mtimeNs;
  generation.current = saved.current;
  generation.discardingSince = saved.discardingSince;
  generation.replayUntil = saved.replayUntil;
  generation.finishedMs = saved.finishedMs;
  return generation;
}

/** The paths that the source looked for when it last ran; none at its first start. */
export function decodePaths(positions: ReadonlyMap<string, string>): readonly string[] {
  const parsed = v.safeParse(v.array(v.string()), parseJson(positions.get(PATHS_KEY) ?? "null"));
  return parsed.success ? parsed.output : [];
}

/** What has changed since the last commit. */
export class Ledger {
  readonly #dirty = new Map<number, Generation>();
  #values = new Map<string, string | null>();

  /** The position of `generation` has moved. */
  note(generation: Generation): void {
    this.#dirty.set(generation.seq, generation);
  }

  set(key: string, value: string | null): void {
    this.#values.set(key, value);
  }

  /** The generation is over and its position not needed any more. */
  drop(seq: number): void {
    this.#dirty.delete(seq);
    this.#values.set(String(seq), null);
  }

  take(): ReadonlyMap<string, string | null> {
    const taken = this.#values;
    this.#values = new Map();
    for (const [seq, generation] of this.#dirty) taken.set(String(seq), encodePosition(generation));
    this.#dirty.clear();
    return taken;
  }

  /** The commit of `positions` failed: they are due again, but for what has changed once more since. */
  keep(positions: ReadonlyMap<string, string | null>): void {
    const newer = this.#values;
    this.#values = new Map(positions);
    for (const [key, value] of newer) this.#values.set(key, value);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
