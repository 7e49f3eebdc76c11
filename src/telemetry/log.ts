// The daemon's own log: JSON lines on stderr, or readable lines when stderr is a terminal. The only file that knows pino.
//
// Every line carries `"name":"revokewatch"`, by which our own lines are known and never taken for events when someone
// points revokewatch at its own log.

import { fstatSync } from "node:fs";
import { pino } from "pino";
import type { DestinationStream } from "pino";
import { shownText } from "../host/shown-text.ts";
import { PipeSink } from "./pipe-sink.ts";
import { readableLine } from "./readable.ts";
import { redact } from "./redaction.ts";
import type { LogLevel } from "./level.ts";

/** Stands in the `name` of every line. */
export const LOG_NAME = "revokewatch";

/**
 * Log text that may wait when the reader of stderr is slow, characters. Beyond it lines are dropped: a full pipe behind us
 * must never hold up an alert.
 */
const MAX_WAITING_CHARS = 1024 * 1024;

/** How long the end of the process waits for a slow reader of stderr. */
const FLUSH_MS = 1_000;

/** Properties that hold secrets whatever their value looks like. */
const SECRET_FIELDS = [
  "password",
  "token",
  "secret",
  "authorization",
  "admin_token",
  "headers.authorization",
];

export type LogFields = Readonly<Record<string, unknown>>;

export type LogMethods = {
  readonly [Level in LogLevel]: (fields: LogFields, message: string) => void;
};

export interface Log extends LogMethods {
  /** Changes the level of what is written from now on (reload). */
  setLevel(level: LogLevel | "silent"): void;
  /** Whether lines of this level are written: asked before costly fields are put together. */
  writes(level: LogLevel): boolean;
  /** Resolves when everything that waits has been written, after a second at most: awaited before the process ends. */
  flush(): Promise<void>;
}

export interface LogSetup {
  readonly level: LogLevel | "silent";
  /** Where lines go; standard error of the process in the daemon. */
  readonly stderr: { readonly fd: number; readonly isTTY?: boolean; write(text: string): unknown };
  /** Colours on a terminal; false where NO_COLOR is set. */
  readonly colour: boolean;
  /** Told of each line written. */
  onLine(level: LogLevel): void;
  /** Told of each secret that the second net caught. */
  onRedaction(pattern: string): void;
}

export function createLog(setup: LogSetup): Log {
  const { stream, flush } = destination(setup);
  const logger = pino(
    {
      level: setup.level,
      base: { name: LOG_NAME },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
      hooks: {
        logMethod(args, method, level) {
          setup.onLine(pino.levels.labels[level] as LogLevel);
          method.apply(this, args);
        },
        // Without its line break, which is no text of a log.
        streamWrite: (line) => `${shownText(redact(line.slice(0, -1), setup.onRedaction))}\n`,
      },
    },
    stream,
  );
  const method =
    (level: LogLevel) =>
    (fields: LogFields, message: string): void =>
      logger[level](fields, message);
  return {
    trace: method("trace"),
    debug: method("debug"),
    info: method("info"),
    warn: method("warn"),
    error: method("error"),
    fatal: method("fatal"),
    setLevel: (level) => {
      logger.level = level;
    },
    writes: (level) => logger.isLevelEnabled(level),
    flush,
  };
}

function gapLine(lines: number): string {
  const line = {
    level: "warn",
    time: new Date().toISOString(),
    name: LOG_NAME,
    fact: "log_lines_dropped",
    lines,
    msg: "Lines of this log are missing here, since stderr was not read fast enough",
  };
  return `${JSON.stringify(line)}\n`;
}

function destination(setup: LogSetup): { stream: DestinationStream; flush: () => Promise<void> } {
  const { stderr, colour } = setup;
  if (stderr.isTTY === true) {
    // Writes to a terminal are synchronous, nothing waits.
    const stream = { write: (line: string) => void stderr.write(readableLine(line, colour)) };
    return { stream, flush: () => Promise.resolve() };
  }
  // A file takes every line at once.
  if (fstatSync(stderr.fd).isFile()) {
    const stream = pino.destination({ fd: stderr.fd, sync: true });
    stream.on("error", () => undefined);
    return { stream, flush: () => Promise.resolve() };
  }
  const sink = new PipeSink(stderr.fd, MAX_WAITING_CHARS, gapLine);
  return { stream: sink, flush: () => sink.flush(FLUSH_MS) };
}
