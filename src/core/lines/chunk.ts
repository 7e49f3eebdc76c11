// What a source hands to the engine: a run of whole lines and where they came from. The source decides nothing about
// their meaning; the engine decides nothing about where they lie.

/**
 * How the lines of a source are wrapped. `auto` takes each line as what it is; only for docker's parts, which show by what
 * is missing, does the first line of a stream decide.
 */
export type LineFormat = "auto" | "json" | "cri" | "docker" | "journald";

/** The source that a chunk came from, the same object for all of its chunks. */
export interface ChunkOrigin {
  /** Configured name, unique among the sources. */
  readonly source: string;
  readonly format: LineFormat;
  /** Labels of the configuration; they override what a line says of itself (`service`, `host`, …). */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where bytes of a stream lie, for a source that can read them again. */
export interface BytePlace {
  /** The source's number of the body of bytes (one file before its rotation). */
  readonly generation: number;
  readonly from: number;
  /** Behind the last byte. */
  readonly to: number;
}

/** Where a chunk comes from, for a source that can read it again after a restart. */
export interface ChunkPlace {
  readonly generation: number;
  /** Offset of the chunk's first byte. */
  readonly offset: number;
  /**
   * Told of the parts of unfinished lines that are waited for in the chunk's stream, in order, when there are or were
   * any: the source commits them with its position and hands these bytes on again after a restart.
   */
  readonly waiting: (parts: readonly BytePlace[]) => void;
}

export interface Chunk {
  readonly origin: ChunkOrigin;
  /**
   * Names one ordered stream of lines within the source (a chain of file generations, or the pipe). Format detection
   * and the joining of partial lines are kept per stream.
   */
  readonly stream: string;
  /**
   * Whole lines: each ends in LF, but for the last one of a finished stream (end of stdin, closed generation). Lines
   * over the source's `max_line_bytes` are not in here; the source counts them. The memory belongs to the source and
   * holds other bytes after the call that received the chunk returned.
   */
  readonly bytes: Buffer;
  /**
   * True for history: bytes that were there before revokewatch saw the file for the first time (`from: beginning`).
   * History trains the baseline and never alerts as if it were now.
   */
  readonly replay: boolean;
  /** Left out by sources that cannot read anything twice. */
  readonly place?: ChunkPlace;
}
