// What a verb of the command line is. Each stands in a file of its own; `main` finds it, parses its options strictly,
// and ends the process with the number that `run` gives.

import type { ParseArgsOptionsConfig } from "node:util";

/** Exit codes, as the interface promises them. */
export const EXIT = {
  ok: 0,
  negative: 1,
  usage: 2,
  refused: 69,
  internal: 70,
  state: 73,
  config: 78,
} as const;

/** The forms of an answer that every verb has. */
export const OUTPUTS: readonly string[] = ["text", "json"];

export interface Invocation {
  /** Options given, by name, checked against the verb's `options`. */
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream & { readonly fd: number };
  /** Aborted by the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
}

export interface Verb {
  readonly word: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  /** What stands after `revokewatch WORD` in the usage line, such as `[FILE|-]`. */
  readonly synopsis: string;
  /** What --output takes; default: text and json. */
  readonly outputs?: readonly string[];
  /** Options besides --config, --output, --help and --version, which every verb has. */
  readonly options: ParseArgsOptionsConfig;
  /** One line each for `--help`, by option name. */
  readonly optionHelp: Readonly<Record<string, string>>;
  run(invocation: Invocation): Promise<number>;
}

/** A mistake in how the program was called: the message goes to stderr with the usage line, exit 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
