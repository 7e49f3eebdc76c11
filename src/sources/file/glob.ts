// Globs as a shell reads them: * ? [] {} and ** for any depth. A name with a leading dot is only matched by a pattern
// that writes the dot. One pattern becomes a list of segments, so that only directories that can match are ever read.

/** One part of a path between slashes. */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "pattern"; readonly regex: RegExp }
  /** Any number of directories, none included. */
  | { readonly kind: "any-depth" };

/** Most alternatives that the braces of one pattern may give: `{a,b}{c,d}` are four. */
const MAX_ALTERNATIVES = 1000;
const SPECIAL = /[*?[{]/;

/** True for a pattern that names exactly one path. */
export function isLiteral(pattern: string): boolean {
  return !SPECIAL.test(pattern);
}

/** A pattern as segments, one list for each alternative of its braces. */
export function parseGlob(pattern: string): Segment[][] {
  return expandBraces(pattern).map((alternative) =>
    alternative
      .split("/")
      .filter((part, at) => part !== "" || at === 0)
      .map(segmentOf),
  );
}

export type PathTest = (path: string, base: string) => boolean;

/** An exclude as a test: of the whole path, or of the bare name when the pattern holds no slash. */
export function globTest(pattern: string): PathTest {
  const test = pathTest(pattern);
  return pattern.includes("/") ? test : (_path, base) => test(base, base);
}

/** A pattern as a test of the whole path. */
export function pathTest(pattern: string): PathTest {
  const tests = expandBraces(pattern).map(
    (alternative) =>
      new RegExp(`^${alternative.split("/").map(pathPart).join("").replace(/^\//, "")}$`, "su"),
  );
  return (path) => tests.some((test) => test.test(path));
}

function segmentOf(part: string): Segment {
  if (part === "**") return { kind: "any-depth" };
  if (isLiteral(part)) return { kind: "literal", text: part };
  const hidden = part.startsWith(".") ? "" : "(?!\\.)";
  return { kind: "pattern", regex: new RegExp(`^${hidden}${translate(part)}$`, "su") };
}

function pathPart(part: string): string {
  return part === "**" ? "(?:/[^/]+)*" : `/${translate(part)}`;
}

/** One segment as the source of a regular expression. */
function translate(part: string): string {
  let regex = "";
  for (let at = 0; at < part.length;) {
    const char = String.fromCodePoint(part.codePointAt(at) ?? 0);
    const list = char === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(part.slice(at)) : null;
    if (list !== null) {
      const members = (list[2] ?? "").replace(/[\\\][^&~|{}()/.$*+?]/g, "\\$&");
      regex += `[${list[1] === "" ? "" : "^/"}${members}]`;
      at += list[0].length;
      continue;
    }
    if (char === "*") regex += "[^/]*";
    else if (char === "?") regex += "[^/]";
    else regex += char.replace(/[\\^$.|+()[\]{}/]/g, "\\$&");
    at += char.length;
  }
  return regex;
}

/** `a{b,c}d` as `abd` and `acd`; braces without a comma stay as they are. */
function expandBraces(pattern: string): string[] {
  const open = pattern.indexOf("{");
  if (open < 0) return [pattern];
  let depth = 0;
  const cuts = [open];
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === "{") depth++;
    else if (pattern[at] === "}") depth--;
    else if (pattern[at] === "," && depth === 1) cuts.push(at);
    if (depth > 0) continue;
    cuts.push(at);
    const rest = expandBraces(pattern.slice(at + 1));
    if (cuts.length === 2) return rest.map((tail) => pattern.slice(0, at + 1) + tail);
    const head = pattern.slice(0, open);
    const inner = cuts.slice(1).flatMap((cut, i) => expandBraces(pattern.slice((cuts[i] ?? 0) + 1, cut)));
    return inner.flatMap((middle) => rest.map((tail) => head + middle + tail)).slice(0, MAX_ALTERNATIVES);
  }
  return [pattern];
}
