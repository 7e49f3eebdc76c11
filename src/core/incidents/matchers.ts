// What a silence applies to: comparisons of labels, written as Alertmanager writes them. Expressions are compiled once, at
// load, always match the whole value, and are bounded, since the values that they meet may come out of a hostile log.

/** How a matcher compares. */
export type Operator = "=" | "!=" | "=~" | "!~";

/** One condition on one label. */
export interface Matcher {
  /** `rule`, `severity`, `key`, or a label of the group. */
  readonly name: string;
  /** Whether a value passes; a label that is not there counts as empty. */
  passes(value: string): boolean;
  /** As it was written. */
  readonly text: string;
}

/** Characters of one matcher: enough for any list of names, short enough to be read in a review. */
export const MAX_MATCHER_CHARACTERS = 500;
/** Characters of a value that an expression looks at; services and masked keys are far shorter. */
const MAX_VALUE_CHARACTERS = 200;

const MATCHER = /^\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/su;
const QUOTED = /^"((?:[^"\\]|\\.)*)"$/su;

/** A matcher, or in one sentence why the text is none. @example parseMatcher('service=~"billing|ledger"') */
export function parseMatcher(text: string): Matcher | { readonly problem: string } {
  if (text.length > MAX_MATCHER_CHARACTERS) {
    return { problem: `expected at most ${MAX_MATCHER_CHARACTERS} characters in a matcher` };
  }
  const parts = MATCHER.exec(text);
  if (parts === null) {
    return { problem: "expected a label, one of = != =~ !~ and a value, such as service=billing" };
  }
  const [, name = "", operator = "", written = ""] = parts;
  const value = unquoted(written);
  const passes = comparison(operator as Operator, value);
  if (passes === null) {
    return { problem: "expected a regular expression as JavaScript writes them (with the flag u)" };
  }
  return { name, passes, text };
}

function unquoted(written: string): string {
  const quoted = QUOTED.exec(written);
  return quoted === null ? written : (quoted[1] ?? "").replaceAll(/\\(["\\])/g, "$1");
}

function comparison(operator: Operator, value: string): Matcher["passes"] | null {
  if (operator === "=") return (found) => found === value;
  if (operator === "!=") return (found) => found !== value;
  const regex = anchored(value);
  if (regex === null) return null;
  const wanted = operator === "=~";
  return (found) => regex.test(found.slice(0, MAX_VALUE_CHARACTERS)) === wanted;
}

function anchored(source: string): RegExp | null {
  try {
    // Alone first: "a)(b" is an expression only inside the group that is put around it.
    void new RegExp(source, "u");
    return new RegExp(`^(?:${source})$`, "u");
  } catch {
    return null;
  }
}
