// What a terminal must not be sent: text out of a log that moves the cursor, recolours, hides or reorders. JSON escapes C0
// controls and nothing else, and a terminal obeys C1 controls just as well.

/** Controls, format characters (bidi, zero width, tags), separators of lines and paragraphs. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** The text with each of these as its \u escape: one line, all of it visible; inside JSON the same value. */
export function shownText(text: string): string {
  return text.replace(UNSEEN, (found) =>
    Array.from(
      { length: found.length },
      (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** A value as one line of JSON, without its line break, that is harmless wherever it is looked at. */
export const shownJson = (value: unknown): string => shownText(JSON.stringify(value));
