// A needle is a run of bytes that must stand in a line, as written, for a text to be in the line's JSON. It may hold
// only characters that no JSON encoder ever escapes: some escape `/`, `<`, `>`, `&`, `'`, `+`, `=` or all of Unicode.

const UNESCAPED_RUNS = /[A-Za-z0-9 _.:,-]+/g;

/** Two bytes stand in nearly every line, so searching for them saves nothing. */
const MIN_NEEDLE_BYTES = 3;
/** The scan holds this many bytes around a place it looks at; what is longer is cut, which finds more, never less. */
export const MAX_NEEDLE_BYTES = 64;

/** The longest run of a text that is in every JSON encoding of it, null when that is shorter than three bytes. */
export function literalOf(text: string): string | null {
  let longest = "";
  for (const [run] of text.matchAll(UNESCAPED_RUNS)) if (run.length > longest.length) longest = run;
  return longest.length < MIN_NEEDLE_BYTES ? null : longest.slice(0, MAX_NEEDLE_BYTES);
}

/**
 * The needles of several texts, of which a line must hold one: null when some text has no literal, so that every line
 * must be read. A needle that contains another is left out, for the shorter one finds it too.
 */
export function needlesOf(texts: readonly string[]): readonly string[] | null {
  const literals = new Set<string>();
  for (const text of texts) {
    const literal = literalOf(text);
    if (literal === null) return null;
    literals.add(literal);
  }
  return [...literals].filter((one) => ![...literals].some((other) => other !== one && one.includes(other)));
}
