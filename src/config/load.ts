// From a configuration file to checked values: reads it, judges it against a schema and the caller's further checks, and
// gives every finding with its line. No finding ever holds a secret.

import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { readDocument } from "./document.ts";
import {
  compareFindings,
  type Finding,
  formatPlace,
  type LocatedProblem,
  type Place,
  printable,
  type Problem,
} from "./finding.ts";
import type { Environment } from "./interpolate.ts";
import { problemsOf } from "./issues.ts";
import { secretProblems } from "./secret-files.ts";
import { type GivenSecret, sift } from "./sift.ts";
import type { ConfigDocument } from "./tree.ts";

/** Largest configuration, bytes; a thousand rules need a quarter of it. */
const MAX_BYTES = 2 ** 20;
/** Findings listed; a file with more is no configuration. */
const MAX_FINDINGS = 500;
/** The longest messages are those that list every key of a mapping. */
const MAX_MESSAGE_CHARACTERS = 500;
/** Shorter texts are left in a finding even when a variable holds them: they are words, not secrets. */
const MIN_SECRET_CHARACTERS = 6;

export interface Judgement<T> {
  /** Null when there is an error among the findings. */
  readonly value: T | null;
  readonly findings: readonly Finding[];
  /** Absolute paths of the files that secrets are read from. */
  readonly secretFiles: readonly string[];
}

/** What a configuration is judged by. */
export interface Court<T> {
  readonly schema: v.GenericSchema<unknown, T>;
  /** What no schema can say, on values with unknown keys taken out and types not yet checked. */
  readonly checks: (value: unknown) => readonly Problem[];
  readonly env: Environment;
}

/** The text of a configuration file, or why there is none. */
export async function readConfig(
  path: string,
): Promise<{ readonly text: string } | { readonly reason: string }> {
  try {
    await using file = await open(path, "r");
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (length > MAX_BYTES) return { reason: `expected at most ${MAX_BYTES} bytes, found more` };
      if (bytesRead === 0) break;
    }
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length)) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return { reason: "expected UTF-8, found other bytes" };
    return { reason: `the file cannot be read: ${READ_ERRORS[code ?? ""] ?? code ?? "unknown reason"}` };
  }
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
};

/**
 * Reads and judges one file.
 * @param path the file as it was named; findings show it so.
 * @param cwd where a relative path begins.
 * @param complete puts in what the file leaves to the environment, before anything is judged.
 */
export async function loadConfig<T>(
  path: string,
  cwd: string,
  court: Court<T>,
  complete: (document: ConfigDocument) => ConfigDocument,
): Promise<Judgement<T>> {
  const absolute = resolve(cwd, path);
  const read = await readConfig(absolute);
  if ("reason" in read) {
    const finding: Finding = {
      severity: "error",
      file: path,
      line: null,
      column: null,
      path: "",
      message: read.reason,
    };
    return { value: null, findings: [finding], secretFiles: [] };
  }
  const document = await readDocument(read.text, court.env);
  if (document.value === undefined) {
    return { value: null, findings: finish(document.problems, path, []), secretFiles: [] };
  }
  return judge(complete(document), path, dirname(absolute), court);
}

/**
 * Judges a document.
 * @param file named in findings.
 * @param directory where relative paths of secrets begin.
 */
export async function judge<T>(
  document: ConfigDocument,
  file: string,
  directory: string,
  court: Court<T>,
): Promise<Judgement<T>> {
  const sifted = sift(
    court.schema,
    document.value,
    directory,
    (place) => document.variables(place).length > 0,
  );
  const parsed = v.safeParse(court.schema, sifted.value);
  const found: readonly Problem[] = [
    ...sifted.problems,
    ...problemsOf(parsed.issues ?? [], document.variables).filter(
      ({ place }) => !sifted.rejected.some((other) => isWithin(place, other)),
    ),
    ...court.checks(sifted.value),
    ...(await secretProblems(sifted.secrets, document.variables, court.env)),
  ];
  const located = found
    .filter(({ place }) => !document.unresolved(place))
    .map(({ severity, place, at, message }): LocatedProblem => {
      return { severity, place, position: document.position(place, at), message };
    });
  const hidden = [...writtenOut(sifted.secrets), ...fromVariables(document, court.env)];
  const findings = finish([...document.problems, ...located], file, hidden);
  const failed = findings.some((finding) => finding.severity === "error");
  return {
    value: parsed.success && !failed ? parsed.output : null,
    findings,
    secretFiles: sifted.secrets.flatMap((secret) => secret.file ?? []),
  };
}

function isWithin(place: Place, other: Place): boolean {
  return other.every((step, i) => step === place[i]);
}

function writtenOut(secrets: readonly GivenSecret[]): readonly string[] {
  return secrets.flatMap((secret) => secret.value ?? []);
}

/** What the variables hold that this document asked for. */
function fromVariables(document: ConfigDocument, env: Environment): readonly string[] {
  return document.allVariables.flatMap((name) => env[name] ?? []);
}

/** In order of lines, without repeats, within the bound, and free of everything that is `hidden`. */
function finish(
  problems: readonly LocatedProblem[],
  file: string,
  hidden: readonly string[],
): readonly Finding[] {
  const secrets = hidden.filter((text) => text.length >= MIN_SECRET_CHARACTERS);
  const clean = (text: string) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
  const findings = problems.map(({ severity, place, position, message }): Finding => {
    return {
      severity,
      file: position === null ? "environment" : file,
      line: position?.line ?? null,
      column: position?.column ?? null,
      path: clean(formatPlace(place)),
      // A kind's own message may quote what it found as it is.
      message: printable(clean(message), MAX_MESSAGE_CHARACTERS),
    };
  });
  const unique = [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
  const sorted = unique.sort(compareFindings);
  if (sorted.length <= MAX_FINDINGS) return sorted;
  const rest: Finding = {
    severity: "error",
    file,
    line: null,
    column: null,
    path: "",
    message: `${sorted.length - MAX_FINDINGS} further findings are not listed`,
  };
  return [...sorted.slice(0, MAX_FINDINGS), rest];
}
