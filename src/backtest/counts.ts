// Recorded counts in place of a log: one JSON object a line with a time and a number. A line that is not so is a fault
// with its number, since a series with holes would be judged wrongly.

import { isObject, parseObject } from "../core/lines/json.ts";
import { lineText } from "../core/lines/frame.ts";
import { parseTime } from "../core/lines/time.ts";
import type { ReadLines } from "./file-log.ts";

/** Faults that are told one by one. */
export const MAX_FAULTS = 20;
/** Events of one line: above it the number is a total, not a count. */
const MAX_COUNT = 1_000_000_000;
/** Characters of a group's name; a group is a label, not a text. */
const MAX_GROUP_LENGTH = 200;
const LF = 0x0a;

export interface CountLine {
  readonly timeMs: number;
  readonly count: number;
  /** Null: the line names none. */
  readonly group: string | null;
}

export class CountFaults {
  readonly told: string[] = [];
  total = 0;

  add(name: string, line: number, what: string): void {
    this.total += 1;
    if (this.told.length < MAX_FAULTS) this.told.push(`${name}:${line}: ${what}`);
  }

  tooMany(rows: number): void {
    this.total += 1;
    this.told.push(`more than ${rows} rows; judge the series in parts`);
  }
}

/** @param name of the file, for faults. */
export function readCounts(name: string, faults: CountFaults): ReadLines<CountLine> {
  let line = 0;
  return (bytes, add) => {
    const before = line;
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(LF, start);
      line += 1;
      const text = lineText(bytes, start, end).trim();
      start = end + 1;
      if (text === "") continue;
      const read = countLine(text);
      if (typeof read === "string") faults.add(name, line, read);
      else add(read, read.timeMs);
    }
    return line - before;
  };
}

/** The line's content, or what is wrong with it. */
function countLine(text: string): CountLine | string {
  const object = parseObject(text);
  if (object === null || !isObject(object)) {
    return `expected a JSON object such as {"time":"2026-05-25T12:00:00Z","count":3}, found ${shown(text)}`;
  }
  const { time, count, group = null } = object;
  const timeMs = typeof time === "string" ? parseTime(time) : null;
  if (timeMs === null) return `expected an RFC 3339 time at \`time\`, found ${shown(JSON.stringify(time))}`;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count > MAX_COUNT) {
    return `expected a whole number from 0 to ${MAX_COUNT} at \`count\`, found ${shown(JSON.stringify(count))}`;
  }
  if (group !== null && (typeof group !== "string" || group.length > MAX_GROUP_LENGTH)) {
    return `expected a text of at most ${MAX_GROUP_LENGTH} characters at \`group\`, found ${shown(JSON.stringify(group))}`;
  }
  return { timeMs, count, group };
}

/** A piece of the line that a terminal can show. */
function shown(text: string | undefined): string {
  const MAX_SHOWN = 60;
  if (text === undefined) return "nothing";
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return cut.replace(/[^\x20-\x7e…]/g, "?");
}
