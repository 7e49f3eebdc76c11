// Problems into the findings that are shown: each with its line, in order, bounded, printable, and free of secrets.

import { compareFindings, type Finding, formatPlace, type LocatedProblem, printable } from "./finding.ts";

/** Findings listed; a file with more is no configuration. */
const MAX_FINDINGS = 500;
/** The longest messages are those that list every key of a mapping. */
const MAX_MESSAGE_CHARACTERS = 500;
/** Shorter texts are left in a finding even when a variable holds them: they are words, not secrets. */
const MIN_SECRET_CHARACTERS = 6;

/** A finding about the file as a whole. */
export function findingOf(file: string, message: string): Finding {
  return { severity: "error", file, line: null, column: null, path: "", message };
}

/**
 * The findings behind the problems of one file.
 * @param hidden texts that no finding may hold, wherever they came from.
 */
export function report(
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
  const rest = findingOf(file, `${sorted.length - MAX_FINDINGS} further findings are not listed`);
  return [...sorted.slice(0, MAX_FINDINGS), rest];
}
