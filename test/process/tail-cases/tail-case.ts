// A case of what writers and rotation do to logs, and the moves that cases are made of. When all is done, every event line
// that was written must be counted once.

import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Stage, StageOptions } from "../tail-stage.ts";

export interface TailCase {
  readonly name: string;
  readonly options?: Omit<StageOptions, "watch">;
  /** Begins with what was there before the daemon, and ends when nothing more is written. */
  play(stage: Stage): Promise<void>;
}

interface CaseOptions {
  /** Lines that were read before; default 4. */
  readonly lines?: number;
  readonly options?: TailCase["options"];
}

/** A case of `app.log`: `act` happens while a daemon that runs cannot look. */
export function betweenLooks(
  name: string,
  act: (stage: Stage) => void,
  { lines, options }: CaseOptions = {},
): TailCase {
  return {
    name,
    ...(options === undefined ? {} : { options }),
    async play(s) {
      await begin(s, lines);
      await s.paused(() => act(s));
    },
  };
}

/** A case of `app.log`: `act` happens while no daemon runs. */
export function whileStopped(
  name: string,
  act: (stage: Stage) => void,
  { lines, options }: CaseOptions = {},
): TailCase {
  return {
    name,
    ...(options === undefined ? {} : { options }),
    async play(s) {
      await begin(s, lines);
      await s.stop();
      act(s);
      await s.start();
    },
  };
}

/** Starts on an empty `app.log` and has it read once. */
export async function begin(s: Stage, lines = 4): Promise<void> {
  s.put("app.log");
  await s.start();
  s.log("app.log", lines);
  await s.counted();
}

/** logrotate's numbers: `.2` becomes `.3`, `.1` becomes `.2`, the log becomes `.1`. */
export function shift(s: Stage, name = "app.log", kept = 20): void {
  for (let n = kept; n >= 0; n--) {
    const from = n === 0 ? name : `${name}.${n}`;
    for (const end of ["", ".gz"]) {
      try {
        renameSync(s.path(from + end), s.path(`${name}.${n + 1}${end}`));
      } catch {
        // Not there: nothing to shift.
      }
    }
  }
}

/** Rotates `app.log` by number, with lines before and behind each rotation. */
export function rotate(s: Stage, times = 1): void {
  for (let i = 0; i < times; i++) {
    s.log("app.log");
    shift(s);
    s.log("app.log");
  }
}

/** Compresses a rotated file as gzip does: the time of its content stays. */
export function pack(s: Stage, name: string): void {
  const path = s.path(name);
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
  execFileSync("touch", ["-r", path, `${path}.gz`]);
  unlinkSync(path);
}

export function copyTruncate(s: Stage, to = "app.log.1"): void {
  copyFileSync(s.path("app.log"), s.path(to));
  truncateSync(s.path("app.log"));
}
