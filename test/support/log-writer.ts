// Writes event lines that are counted, into files that rotation then moves about: each line is its own, and how many there
// are is known.

import { appendFileSync, closeSync, openSync, writeSync } from "node:fs";
import { eventLine } from "./log-lines.ts";

export class LogWriter {
  /** Event lines written so far that must be counted. */
  written = 0;

  /** `count` new event lines; from now on they are expected. */
  lines(count: number): string {
    let text = "";
    for (let i = 0; i < count; i++) {
      text += eventLine({ timeMs: Date.now(), requestId: `req_${this.written}` });
      this.written += 1;
    }
    return text;
  }

  append(path: string, count: number): void {
    appendFileSync(path, this.lines(count));
  }

  /** Opens a file as a program does that keeps its log open; it writes there whatever the file is called by then. */
  open(path: string): HeldLog {
    const fd = openSync(path, "a");
    return {
      write: (count) => void writeSync(fd, this.lines(count)),
      writeText: (text) => void writeSync(fd, text),
      close: () => closeSync(fd),
    };
  }
}

export interface HeldLog {
  write(count: number): void;
  /** Writes text that holds no whole event line. */
  writeText(text: string): void;
  close(): void;
}
