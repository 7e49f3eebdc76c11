// Columns for a terminal.

/** Cells hold log text: whatever could move the cursor or break the line becomes a space. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** A column is not cut below this many characters: a time, a masked key, a short id stay whole. */
const LEAST_WIDTH = 20;

/**
 * Rows under their heads, each column as wide as its widest cell, two spaces apart and two from the left.
 * @param room characters of a line; where the rows are longer, the widest columns are cut, as far as they can be. Default:
 * no end, as for a pipe.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  room = Infinity,
): string {
  const cells = [head, ...rows.map((row) => row.map((cell) => cell.replaceAll(UNPRINTABLE, " ")))];
  const natural = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const widths = fitted(natural, room - 2 * head.length);
  return cells
    .map((row) => `  ${row.map((cell, i) => cut(cell, widths[i] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

/** How wide the terminal is; no end where there is none. */
export function roomOf(stdout: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return stdout.isTTY === true && stdout.columns !== undefined && stdout.columns > 0
    ? stdout.columns
    : Infinity;
}

function fitted(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= LEAST_WIDTH) break;
    widths[widest] = width - 1;
  }
  return widths;
}

function cut(cell: string, width: number): string {
  return cell.length > width ? `${cell.slice(0, width - 1)}…` : cell.padEnd(width);
}
