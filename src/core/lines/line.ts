// What becomes of one line: a record, or a word why not.

import type { JsonObject } from "./json.ts";

/** What was peeled off around the record; for nested ones the outermost. */
export type Wrapper = "cri" | "docker" | "journald" | "text";

/** A JSON object that a line holds, and what its wrapper knew about it. */
export interface LogRecord {
  readonly value: JsonObject;
  /** Null for a line that is the object itself. */
  readonly wrapper: Wrapper | null;
  /** The wrapper's time in ms since the epoch, null when it tells none. */
  readonly wrapperTimeMs: number | null;
  /** Properties that stand around the record: journald's fields, docker's attributes, a syslog header. */
  readonly envelope: JsonObject | null;
  /** A level word in the text before the object, such as `WARN`; null when there is none. */
  readonly prefixLevel: string | null;
}

/** Why a line is no record. `too_long`: its parts were longer than 1 MiB when joined. */
export type LineFault = "not_json" | "not_object" | "too_long";

/** Where a line stands in its chunk, its LF left out. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * One line's result. `line` counts from 0 within the chunk. `passed` is a record without any needle, and `part` a piece
 * of a longer line that goes on below: both are emitted only by a reader of every line.
 */
export type LineResult =
  | { readonly kind: "record"; readonly line: number; readonly span: Span; readonly record: LogRecord }
  | { readonly kind: "fault"; readonly line: number; readonly reason: LineFault }
  | { readonly kind: "passed" | "part"; readonly line: number };
