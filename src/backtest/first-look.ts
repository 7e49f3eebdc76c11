// What the beginning of a log shows: when it begins, and whether it is a log that can be read at all.

import { lineText } from "../core/lines/frame.ts";
import { timeOf } from "../core/lines/time.ts";
import { peel, unwrap } from "../core/lines/unwrap.ts";

/** Lines looked at: a banner at the start of a program is shorter, and a file without times is not read twice for it. */
const MAX_LINES = 200;
/** Bytes of a line looked at; the daemon's own bound for lines that are parsed only for their time. */
const MAX_LINE_BYTES = 64 * 1024;
/** Of so many dated lines the earliest is the beginning: one stamp from the future must not hide the log. */
const DATED_LINES = 3;
const LF = 0x0a;

export interface FirstLook {
  /** Earliest time of the first lines that tell one, milliseconds since the epoch; null when none does. */
  readonly timeMs: number | null;
  /** Some line holds a JSON object, as it is or in a wrapper. */
  readonly readable: boolean;
}

/** @param bytes the first whole lines of a log, perhaps with a broken one at the end. */
export function firstLook(bytes: Buffer): FirstLook {
  const times: number[] = [];
  let readable = false;
  for (let start = 0, line = 0; start < bytes.length && line < MAX_LINES; line++) {
    const lf = bytes.indexOf(LF, start);
    const end = lf === -1 ? bytes.length : lf;
    if (end - start <= MAX_LINE_BYTES) {
      const look = lookAt(lineText(bytes, start, end));
      readable ||= look.readable;
      if (look.timeMs !== null) times.push(look.timeMs);
      if (times.length === DATED_LINES) break;
    }
    start = end + 1;
  }
  return { timeMs: times.length === 0 ? null : Math.min(...times), readable };
}

function lookAt(text: string): FirstLook {
  const peeled = peel(text, "auto");
  const inner = unwrap(peeled, peeled.opened?.text ?? text);
  const own = "record" in inner ? (timeOf(inner.record.value) ?? inner.record.wrapperTimeMs) : null;
  return { timeMs: own ?? peeled.opened?.timeMs ?? null, readable: "record" in inner };
}
