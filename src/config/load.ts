// From a configuration file to checked values: it is read, judged by a schema and by the caller's further checks, and
// every finding is given, not only the first. What has an error gives no values.

import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { readDocument } from "./document.ts";
import type { Finding, LocatedProblem, Place, Problem } from "./finding.ts";
import type { Environment } from "./interpolate.ts";
import { problemsOf } from "./issues.ts";
import { readConfig } from "./read.ts";
import { findingOf, report } from "./report.ts";
import { secretProblems } from "./secret-files.ts";
import { type GivenSecret, sift } from "./sift.ts";
import type { ConfigDocument } from "./tree.ts";

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
  /** False for a format that knows no variables: a `$` in it is a `$`. Default: true. */
  readonly variables?: boolean;
}

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
    return { value: null, findings: [findingOf(path, read.reason)], secretFiles: [] };
  }
  const document = await readDocument(read.text, court.variables === false ? null : court.env);
  if (document.value === undefined) {
    return { value: null, findings: report(document.problems, path, []), secretFiles: [] };
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
  const findings = report([...document.problems, ...located], file, hidden);
  const failed = findings.some((finding) => finding.severity === "error");
  return {
    value: parsed.success && !failed ? parsed.output : null,
    findings,
    secretFiles: [...new Set(sifted.secrets.flatMap((secret) => secret.file ?? []))],
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
