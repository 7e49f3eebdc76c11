// A secret that stays shut: it prints as [redacted] wherever it is logged, inspected or serialised, and opens only at
// the wire, by a call that is easy to search for.

import { readFileSync } from "node:fs";
import { inspect } from "node:util";

export class Secret {
  readonly #read: () => string;

  private constructor(read: () => string) {
    this.#read = read;
  }

  /** A secret that stands in the configuration or the environment itself. */
  static literal(value: string): Secret {
    return new Secret(() => value);
  }

  /** A secret kept in a file, read anew at every opening so that a rotated one needs no restart. Ends are trimmed. */
  static file(path: string): Secret {
    return new Secret(() => readFileSync(path, "utf8").trim());
  }

  /** The value itself. @throws the error of the file system when its file cannot be read. */
  open(): string {
    return this.#read();
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [inspect.custom](): string {
    return "[redacted]";
  }
}
