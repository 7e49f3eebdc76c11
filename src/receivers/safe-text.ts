// What a string out of a log may look like before any medium shows it: one line, nothing invisible, nothing that turns
// the reading direction, no longer than asked. Escaping for the medium comes after, at the medium's own gate.

/** Breaks of line, page and column, of any script. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Controls, format characters (bidi, zero width, tags), private use, lone surrogates, and letters that show nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;
/** Marks piled on one letter that would run over the lines above; three are enough for every living script. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;
/** Units read for each character shown: two for its code point, the rest for what is stripped. Bounds the work. */
const MAX_UNITS_READ = 8;
const ELLIPSIS = "…";

/**
 * One visible line of at most `maxLength` code points, cut with an ellipsis.
 * @param text anything, hostile or not.
 */
export function oneLine(text: string, maxLength: number): string {
  const seen = text
    .slice(0, (maxLength + 1) * MAX_UNITS_READ)
    .replace(BREAKS, " ")
    .replace(UNSEEN, "")
    .replace(PILED_MARKS, "$1")
    .trim();
  const points = [...seen];
  return points.length <= maxLength ? seen : points.slice(0, maxLength - 1).join("") + ELLIPSIS;
}

/** The same in printable ASCII, other characters as `?`: for mail subjects and header values. */
export function asciiLine(text: string, maxLength: number): string {
  const ascii = oneLine(text.normalize("NFKC"), maxLength).replaceAll(ELLIPSIS, "...");
  // An encoded word (=?utf-8?q?…?=) would be decoded by the mail program into any characters at all, and a quotation mark
  // makes nodemailer encode the whole value.
  return ascii
    .replace(/[^\x20-\x7e]/gu, "?")
    .replaceAll('"', "'")
    .replaceAll("=?", "= ?");
}
