// From lines to chunks: what the reader of a file hands on, with the place where it lies.

import type { Chunk, ChunkPlace } from "../../core/lines/chunk.ts";
import type { Sink, SourceSetup } from "../source.ts";
import type { Generation } from "./generation.ts";
import type { LineReaderEvents } from "./line-reader.ts";
import { noteParts, partsAgain } from "./open-parts.ts";
import { shownPath } from "./path-name.ts";
import type { Ledger } from "./positions.ts";
import type { Register } from "./register.ts";
import type { Reports } from "./reports.ts";

/** Gives what the reader calls, and hands on again the parts of lines whose rest had not come before a restart. */
export function handingOn(
  setup: SourceSetup,
  sink: Sink,
  register: Register,
  ledger: Ledger,
  reports: Reports,
): LineReaderEvents {
  const { name, format, labels } = setup;
  const origin: Chunk["origin"] = { source: name, format, labels };
  const placeOf = ({ seq, stream }: Generation, offset: number): ChunkPlace => ({
    generation: seq,
    offset,
    waiting: (parts) => noteParts(ledger, stream, parts),
  });
  for (const { generation, from, bytes } of partsAgain(setup.positions, register)) {
    const stream = shownPath(generation.stream);
    sink({ origin, stream, bytes, replay: true, place: placeOf(generation, from) });
  }
  return {
    lines: (generation, bytes, replay) => {
      const { encoding, inflateFrom, offset } = generation;
      const chunk = { origin, stream: shownPath(generation.stream), bytes, replay };
      // Offsets of decompressed or recoded bytes are no places in the file.
      if (encoding !== "utf8" || inflateFrom !== null) sink(chunk);
      else sink({ ...chunk, place: placeOf(generation, offset) });
    },
    tooLong: (generation, bytes) => reports.tooLong(generation.path, bytes),
    nulsSkipped: (generation, bytes) => reports.lost(generation.path, bytes, "nul_bytes"),
  };
}
