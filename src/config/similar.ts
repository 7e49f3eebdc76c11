// "Did you mean": the known word that a mistyped one was most likely meant to be.

/** Two slips of the finger; with three, short words begin to resemble each other by chance. */
const MAX_DISTANCE = 2;
/** Longer words are not compared; no key of a configuration is as long. */
const MAX_LENGTH = 64;

/** Levenshtein distance: how many characters must be put in, taken out or replaced. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The closest of `known` at a distance of at most 2 and below the word's own length, else null. */
export function closest(word: string, known: readonly string[]): string | null {
  if (word.length > MAX_LENGTH) return null;
  let best: string | null = null;
  let least = Math.min(MAX_DISTANCE, word.length - 1) + 1;
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}
