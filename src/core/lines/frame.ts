// The text of one line of bytes. Only LF ends a line: a lone CR, U+2028 and the like are text, as they are for grep.

const NUL = 0x00;
const CR = 0x0d;
/** EF BB BF, the UTF-8 byte order mark. Some loggers write it anew at each rotation, so any line may begin with it. */
const BOM = [0xef, 0xbb, 0xbf] as const;

/**
 * The line in `bytes[start, end)`, LF not included: leading NULs (the hole that a truncation leaves), a byte order mark
 * and one CR at the end are dropped; bytes that are no UTF-8 become U+FFFD.
 */
export function lineText(bytes: Buffer, start: number, end: number): string {
  let from = start;
  while (from < end && bytes[from] === NUL) from += 1;
  if (from + 3 <= end && BOM.every((byte, i) => bytes[from + i] === byte)) from += BOM.length;
  const to = end > from && bytes[end - 1] === CR ? end - 1 : end;
  return bytes.toString("utf8", from, to);
}
