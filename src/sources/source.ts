// What a source is: it reads bytes, cuts them at line ends and hands them on in order. It decides nothing about their
// meaning, and it never loses its place: a position becomes true only together with what its lines changed.

import type { GenericSchema } from "valibot";
import type { Chunk, LineFormat } from "../core/lines/chunk.ts";
import type { Clock } from "../host/clock.ts";

/**
 * Takes one chunk, synchronously. When it returns, everything that the chunk's lines change has been applied, and the
 * source advances its position in the same turn of the event loop. A commit can therefore never fall between the two.
 */
export type Sink = (chunk: Chunk) => void;

export interface Source {
  readonly name: string;
  readonly kind: string;
  /**
   * Reads until `signal` aborts, or with `follow: false` until everything there is has been read. After an abort no
   * further chunk is handed on, and an unterminated last line is left for the next start.
   * @param commit commits the positions at once although no line was handed on. Called before `caughtUp` becomes true:
   * a daemon that is killed before its first line must not take what was written meanwhile as having been there before.
   * @throws only for what ends the whole source for good; what may pass (missing file, no permission) is a fact and retried.
   */
  run(sink: Sink, signal: AbortSignal, commit?: () => void): Promise<void>;
  /** True once every byte that was there at the start has been handed on: from then on the source is live. */
  readonly caughtUp: boolean;
  /**
   * Positions that changed since the last call, by key; null deletes one. They are committed in one transaction with
   * what the chunks changed; when the commit fails the same object is handed back to `keepPositions`.
   */
  takePositions(): ReadonlyMap<string, string | null>;
  keepPositions(positions: ReadonlyMap<string, string | null>): void;
  /** Looks at once instead of at the next poll (after a reload, a resume of the machine). */
  nudge(): void;
  status(): readonly FileStatus[];
}

/** One file (or pipe) of a source, as `revokewatch status` shows it. */
export interface FileStatus {
  readonly path: string;
  readonly state: "active" | "draining" | "pending" | "failed" | "finished";
  /** Bytes handed on. */
  readonly offset: number;
  /** Bytes there are; equals `offset` for a pipe. */
  readonly size: number;
  readonly lag_bytes: number;
}

/** What every source is given, whatever its kind. */
export interface SourceSetup {
  readonly name: string;
  readonly format: LineFormat;
  readonly labels: Readonly<Record<string, string>>;
  /** False in batch mode: read to the end and finish. */
  readonly follow: boolean;
  /** True when the state directory has never held a commit: the first start ever. */
  readonly firstStart: boolean;
  /** Wall time of the last commit, null at the first start. */
  readonly lastCommitMs: number | null;
  /** This source's committed positions, by key. */
  readonly positions: ReadonlyMap<string, string>;
  /**
   * Memory to read into, for a source that hands on what it has read within the same turn: there it is judged without
   * being copied. All sources share it. Left out, a source brings its own.
   */
  readonly room?: () => Buffer;
  readonly clock: Clock;
  readonly facts: SourceFacts;
}

/** A kind of source: one file exports one of these, and the roster lists it. */
export interface SourceKind<Options = unknown> {
  /** The word in the configuration: `file`, `stdin`, `journald`. */
  readonly word: string;
  readonly schema: GenericSchema<unknown, Options>;
  create(setup: SourceSetup, options: Options): Source;
}

export type RotationKind =
  | "rename"
  | "copytruncate"
  | "truncate"
  | "rewrite"
  | "symlink"
  | "delete"
  | "reattach";
export type GapCause =
  | "generation_missed"
  | "copytruncate_window"
  | "gzip_corrupt"
  | "unsupported_compression"
  | "pinned_budget"
  | "rewritten";

/** Why bytes that were there are known not to have been read. */
export type LossReason = "truncated" | "deleted" | "generation_missed" | "pinned_budget" | "nul_bytes";

/** The things that can happen to a source, by name. `path` is for the log, never a label. */
export interface SourceFacts {
  fileOpened(source: string, path: string, offset: number): void;
  fileClosed(source: string, path: string): void;
  fileRotated(source: string, path: string, kind: RotationKind): void;
  /** Reading or looking failed; it is tried again. `code` is the errno name, such as EACCES. */
  fileFailed(source: string, path: string, code: string, action: string): void;
  /** A path that was named literally is not there (yet). */
  fileMissing(source: string, path: string): void;
  /** Bytes known not to have been read. */
  bytesLost(source: string, path: string, bytes: number, reason: LossReason): void;
  /** Something of unknown size was not read. */
  gap(source: string, path: string, cause: GapCause, detail: string): void;
  /** A line over `max_line_bytes` was skipped. */
  lineTooLong(source: string, path: string, bytes: number): void;
  /** The watcher gave up and polling alone goes on; `remedy` names the sysctl where there is one. */
  watchDegraded(source: string, degraded: boolean, code: string, remedy: string | null): void;
}
