// YAML text into plain values that remember their line. Whatever the text is, this gives problems and never throws;
// values are data only: no tags, no merge keys, bounded aliases, variables replaced in scalar values alone.

import type { Environment } from "./interpolate.ts";
import type { LocatedProblem, Position } from "./finding.ts";
import { type ConfigDocument, plantTree } from "./tree.ts";

const START: Position = { line: 1, column: 1 };

/** The library's own words may quote the line, and the line may hold a secret; hence words of our own, by its codes. */
const FAULTS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "this alias (*name) is not well formed",
  BAD_DIRECTIVE: "expected no directive but %YAML 1.2",
  BAD_DQ_ESCAPE: 'unknown escape in a "…" text; write \\\\ for a backslash, or put the text in single quotes',
  BAD_INDENT: "the indentation does not fit the lines around it",
  BAD_SCALAR_START: "a text that begins with this character must stand in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a second colon in one line: put the text in quotes, or the inner key on its own line",
  BLOCK_IN_FLOW: "inside { } or [ ] everything must be written with { } and [ ]",
  MISSING_CHAR: "something is missing: a closing quote or bracket, a comma, or the colon after a key",
  MULTILINE_IMPLICIT_KEY: "expected a key and its colon in one line",
  MULTIPLE_DOCS: "expected one document, found a second one",
  NON_STRING_KEY: "expected a text as key",
  RESOURCE_EXHAUSTION: "the nesting is too deep",
  TAB_AS_INDENT: "tabs cannot indent; use spaces",
  TAG_RESOLVE_FAILED: "expected no tag; a text that begins with ! must stand in quotes",
  UNEXPECTED_TOKEN: "this is not expected here; such a text (${NAME} inside { }, too) must stand in quotes",
};

/** Reads `text`, whose variables come from `env`; with null there are none. The YAML library is loaded only here: it costs memory that a run without a file need not pay. */
export async function readDocument(text: string, env: Environment | null): Promise<ConfigDocument> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const document = yaml.parseDocument(text, {
      version: "1.2",
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      // Ours name both lines.
      uniqueKeys: false,
      resolveKnownTags: false,
      // With "silent" it would overlook a second document.
      logLevel: "error",
    });
    const faults = [...document.errors, ...document.warnings];
    // What follows a fault is often unexpected only because of it.
    const own = faults.filter((fault, i) => i === 0 || fault.code !== "UNEXPECTED_TOKEN");
    const problems = own.map((fault) =>
      unreadable(position(fault.pos[0]), FAULTS[fault.code] ?? "expected YAML 1.2"),
    );
    // %YAML 1.1 would turn `no` into false.
    if (document.directives?.yaml.version !== "1.2") {
      problems.unshift(unreadable(START, "expected YAML 1.2, found another version after %YAML"));
    }
    if (problems.length > 0) return without(problems);
    return plantTree(yaml, document, env, position);
  } catch (error) {
    // The library composes recursively: deep nesting exhausts its stack.
    if (error instanceof RangeError) return without([unreadable(START, FAULTS["RESOURCE_EXHAUSTION"] ?? "")]);
    throw error;
  }
}

function unreadable(position: Position, message: string): LocatedProblem {
  return { severity: "error", place: [], position, message };
}

function without(problems: readonly LocatedProblem[]): ConfigDocument {
  return {
    value: undefined,
    problems,
    position: () => START,
    variables: () => [],
    unresolved: () => false,
    allVariables: [],
  };
}
