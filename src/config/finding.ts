// What is wrong, or merely unwise, in a configuration: where it stands, which rule it breaks, what was found there.

/** The way from the document's root to a value: keys and list indexes. */
export type Place = readonly (string | number)[];

/** A finding before its line is known. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly place: Place;
  /** Whether the key itself is meant (an unknown one) or its value. */
  readonly at: "key" | "value";
  /** The rule and what was found, without the place and without any secret. */
  readonly message: string;
}

/** Both from 1; the column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A finding with its line, before it is put into words. */
export interface LocatedProblem {
  readonly severity: "error" | "warning";
  readonly place: Place;
  /** Null for what came out of the environment. */
  readonly position: Position | null;
  readonly message: string;
}

/** One line of what `check` prints and a reload logs. */
export interface Finding {
  readonly severity: "error" | "warning";
  /** The configuration file as it was named, or `environment`. */
  readonly file: string;
  /** From 1; null when the finding belongs to no line. */
  readonly line: number | null;
  /** From 1, in UTF-16 units; null when the finding belongs to no line. */
  readonly column: number | null;
  /** Such as `receivers[0].email.port`; empty for the document as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Text from a configuration is shown up to here; longer keys and values tell nobody more. */
const MAX_SHOWN_CHARACTERS = 60;
/** Control and format characters, lone surrogates, unassigned ones, line and paragraph separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * `text` with everything that could move a cursor, hide or reorder written out as `\u{…}`.
 * @param most characters after which it is cut.
 */
export function printable(text: string, most = MAX_SHOWN_CHARACTERS): string {
  // Cut before it is split into characters: the text may be a whole MiB.
  const characters = Array.from(text.slice(0, 2 * most + 2));
  const shown = characters.slice(0, most).join("").replaceAll(UNPRINTABLE, escaped);
  return characters.length > most ? `${shown}…` : shown;
}

/**
 * What hardly a key has in it: there begins a value, where somebody forgot the space after the colon or a quote. A number
 * in the middle is more often of a token than of a name.
 */
const BEHIND_KEY = /[\s:"'={},/?@\\$]|\d+(?!\d|$)/;

/** A key as it may be shown. A value that is glued to it may be a secret. */
export function printableKey(key: string): string {
  const end = key.search(BEHIND_KEY);
  return end === -1 ? printable(key) : `${printable(key.slice(0, end))}…`;
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** `["receivers", 0, "email", "port"]` as `receivers[0].email.port`. */
export function formatPlace(place: Place): string {
  let text = "";
  for (const step of place) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) text += `["${printableKey(step)}"]`;
    else text += text === "" ? printable(step) : `.${printable(step)}`;
  }
  return text;
}

/** `file:line:column: error: at receivers[0].email.port: message`, the form that editors and CI logs link. */
export function formatFinding(finding: Finding): string {
  const where = [finding.file, finding.line, finding.column].filter((part) => part !== null).join(":");
  const path = finding.path === "" ? "" : `at ${finding.path}: `;
  return `${where}: ${finding.severity}: ${path}${finding.message}`;
}

/** In the order in which a reader of the file meets them. */
export function compareFindings(a: Finding, b: Finding): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
