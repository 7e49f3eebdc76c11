// Chunks to verdicts: the lines that may matter are found, and each is read the short way when lines of its form were
// read before, else as a tree.

import type { Chunk, ChunkOrigin } from "../lines/chunk.ts";
import type { LineFault, LineResult } from "../lines/line.ts";
import { LineReader } from "../lines/line-reader.ts";
import { EventReader, type Verdict } from "./event-reader.ts";
import { KnownLines } from "./known-lines.ts";
import type { MatchRule } from "./rule.ts";

/** What a line is for a rule, or why it is no record at all. */
export type LineVerdict = Verdict | { readonly kind: "none"; readonly reason: LineFault };

export class ChunkReader {
  readonly #events: EventReader;
  readonly #known: KnownLines;
  readonly #lines: LineReader;

  /** @param digest keyed hash of a text, hex. */
  constructor(rules: readonly MatchRule[], digest: (text: string) => string) {
    this.#events = new EventReader(rules, digest);
    this.#known = new KnownLines(this.#events.setup);
    this.#lines = new LineReader(this.#events.needles);
  }

  /** Memory that chunks are best read into: there they are read without being copied. Shared by all who read. */
  get room(): Buffer {
    return this.#lines.room;
  }

  /** Reads a chunk and gives its lines' verdicts in order. @returns the number of its lines. */
  read(chunk: Chunk, nowMs: number, take: (verdict: LineVerdict) => void): number {
    const { origin, bytes } = chunk;
    this.#known.open(chunk, nowMs, take);
    const emit = (line: LineResult): void => {
      const verdicts = this.#judge(line, origin, nowMs);
      verdicts.forEach(take);
      if (line.kind !== "record" || !verdicts.some(({ kind }) => kind === "event")) return;
      this.#known.learn(bytes, line.span, line.record.wrapper);
    };
    return this.#lines.read(chunk, emit, this.#known);
  }

  /** Judges as they are the unfinished lines that have been waited for long enough; to be called about once a second. */
  giveUp(nowMs: number, take: (verdict: LineVerdict, origin: ChunkOrigin) => void): void {
    this.#lines.giveUp(nowMs, (line, origin) => {
      for (const verdict of this.#judge(line, origin, nowMs)) take(verdict, origin);
    });
  }

  #judge(line: LineResult, origin: ChunkOrigin, nowMs: number): readonly LineVerdict[] {
    if (line.kind === "fault") return [{ kind: "none", reason: line.reason }];
    return line.kind === "record" ? this.#events.read(line.record, origin, nowMs) : [];
  }
}
