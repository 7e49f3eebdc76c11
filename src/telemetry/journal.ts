// Writes a fact's log line: its name as `fact`, so that lines can be searched by it, and the noisy ones at most once a
// minute.

import type { LogLevel } from "./level.ts";
import type { Log, LogFields } from "./log.ts";
import type { RateLimit } from "./rate-limit.ts";

/** Characters of one text field: error texts of providers can be whole pages. */
const MAX_FIELD_CHARS = 500;

export class Journal {
  readonly #log: Log;
  readonly #limit: RateLimit;

  constructor(log: Log, limit: RateLimit) {
    this.#log = log;
    this.#limit = limit;
  }

  /** Whether lines of this level are written. */
  writes(level: LogLevel): boolean {
    return this.#log.writes(level);
  }

  /** Writes a line. */
  line(level: LogLevel, fact: string, fields: LogFields, message: string): void {
    if (this.#log.writes(level)) this.#log[level]({ fact, ...shortened(fields) }, message);
  }

  /** Writes a line unless one with the same fact and `kind` was written in the last minute. */
  limited(level: LogLevel, fact: string, kind: string, fields: LogFields, message: string): void {
    if (!this.#log.writes(level)) return;
    const held = this.#limit.pass(`${fact}\n${kind}`);
    if (held === null) return;
    this.line(level, fact, held === 0 ? fields : { ...fields, held_back: held }, message);
  }

  /** Writes a line whose texts are kept whole, however long: what is given up for good must stand somewhere. */
  whole(level: LogLevel, fact: string, fields: LogFields, message: string): void {
    this.#log[level]({ fact, ...fields }, message);
  }
}

function shortened(fields: LogFields): LogFields {
  const short: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    short[name] =
      typeof value === "string" && value.length > MAX_FIELD_CHARS
        ? `${value.slice(0, MAX_FIELD_CHARS)}… (${value.length} characters)`
        : value;
  }
  return short;
}
