// The files of one run as logs that can be merged: each is looked into, to know when it begins, and opened again when
// its turn comes, so that a month of rotated files needs one descriptor at a time.

import { statSync } from "node:fs";
import type { Readable } from "node:stream";
import type { Coverage } from "./coverage.ts";
import { FileLog, type FileLogSetup } from "./file-log.ts";
import { firstLook } from "./first-look.ts";
import { InputFault, openInput, STDIN } from "./input.ts";
import type { Tally } from "./tally.ts";

export interface Opening {
  /** Paths, and `-` for stdin; each can be opened. */
  readonly files: readonly string[];
  readonly stdin: Readable;
  readonly tally: Tally;
  readonly coverage: Coverage | null;
  /** Wall clock, milliseconds since the epoch: nothing in a log is later. */
  readonly nowMs: number;
}

export interface OpenLogs<Item> {
  readonly dated: readonly FileLog<Item>[];
  /** Logs that do not say when they begin, to be read after the others. */
  readonly undated: readonly FileLog<Item>[];
}

/** @param source how the lines of a file are read. */
export async function openLogs<Item>(
  { files, stdin, tally, coverage, nowMs }: Opening,
  source: (name: string) => Pick<FileLogSetup<Item>, "read" | "ended">,
): Promise<OpenLogs<Item>> {
  const dated: FileLog<Item>[] = [];
  const undated: FileLog<Item>[] = [];
  for (const name of files) {
    const pipe = isPipe(name);
    const timeMs = pipe ? null : await beginning(name, stdin);
    const beginsMs = timeMs ?? -Infinity;
    const open = () => openInput(name, stdin);
    const log = new FileLog({ ...source(name), name, open, tally, coverage, nowMs, beginsMs });
    // A pipe cannot be looked into: reading it tells.
    if (timeMs !== null || pipe) dated.push(log);
    else undated.push(log);
    if (timeMs === null && !pipe && files.length > 1) tally.notice(`${name}: ${UNDATED}`);
  }
  return { dated, undated };
}

const UNDATED = "its first lines tell no time, so it was read after the other files";

/** What gives its bytes once: stdin, a named pipe, a process substitution of the shell. */
function isPipe(name: string): boolean {
  return name === STDIN || !statSync(name).isFile();
}

/** When a file begins, null when it does not say so. What is wrong with it is told when it is read. */
async function beginning(name: string, stdin: Readable): Promise<number | null> {
  const input = openInput(name, stdin);
  try {
    const bytes = await input.read();
    return bytes === null ? null : firstLook(bytes).timeMs;
  } catch (error) {
    if (error instanceof InputFault) return null;
    throw error;
  } finally {
    input.close();
  }
}
