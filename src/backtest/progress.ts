// The bar that shows how far a replay has come: rate, and the time that remains as far as the size is known.

import { span } from "../receivers/numbers.ts";
import { moment } from "./words.ts";

/** Drawn at most this often: a terminal over a slow line should not be what the replay waits for. */
const EVERY_MS = 100;
/** A replay that is over sooner needs no bar. */
const QUIET_MS = 300;
const BAR_WIDTH = 24;
const ASSUMED_COLUMNS = 80;

export interface Pace {
  /** Bytes on disk read so far. */
  readonly bytes: number;
  /** All bytes; null when a pipe is among the files. */
  readonly total: number | null;
  readonly elapsedMs: number;
  /** Time in the log; -Infinity while it is unknown. */
  readonly reachedMs: number;
}

/** @param columns width of the terminal; the line is one shorter, so that it never wraps. */
export function progressLine({ bytes, total, elapsedMs, reachedMs }: Pace, columns: number): string {
  const rate = bytes / Math.max(elapsedMs, 1);
  const share = total === null || total === 0 ? null : Math.min(1, bytes / total);
  const parts = [
    ...(share === null ? [megabytes(bytes)] : [bar(share), `${Math.floor(share * 100)} %`]),
    `${megabytes(rate * 1000)}/s`,
    ...(share === null || rate === 0 ? [] : [`${span(((total ?? 0) - bytes) / rate)} left`]),
    ...(reachedMs > -Infinity ? [moment(reachedMs)] : []),
  ];
  return parts.join("  ").slice(0, Math.max(0, columns - 1));
}

function bar(share: number): string {
  const filled = Math.round(share * BAR_WIDTH);
  return `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}]`;
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Draws on one line of a terminal; elsewhere nothing is drawn. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number | null;
  readonly #beganMs = performance.now();
  #drawnMs = -Infinity;

  constructor(stream: NodeJS.WriteStream, total: number | null) {
    this.#stream = stream;
    this.#total = total;
  }

  show(bytes: number, reachedMs: number): void {
    const elapsedMs = performance.now() - this.#beganMs;
    if (this.#stream.isTTY !== true || elapsedMs < QUIET_MS || elapsedMs - this.#drawnMs < EVERY_MS) return;
    this.#drawnMs = elapsedMs;
    const pace = { bytes, total: this.#total, elapsedMs, reachedMs };
    // A terminal that does not tell its width says 0.
    const columns = this.#stream.columns || ASSUMED_COLUMNS;
    this.#stream.write(`\r\u001b[K${progressLine(pace, columns)}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#drawnMs > -Infinity) this.#stream.write("\r\u001b[K");
  }
}
