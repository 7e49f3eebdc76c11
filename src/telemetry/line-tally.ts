// What was read since the last scrape, by source. Chunks come 20 times a second from every busy file and 4,000 times a
// second from a backlog; the registry hashes its labels for each number, here a chunk costs one look into a map.

import type { Metrics } from "./metrics.ts";

interface Read {
  lines: number;
  bytes: number;
  /** Time of the newest line so far, milliseconds since the epoch. */
  newestMs: number;
}

export class LineTally {
  readonly #metrics: Metrics;
  readonly #bySource = new Map<string, Read>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** @param lineMs time of the newest of the lines, milliseconds since the epoch. */
  add(source: string, lines: number, bytes: number, lineMs: number): void {
    const read = this.#bySource.get(source);
    if (read === undefined) {
      this.#bySource.set(source, { lines, bytes, newestMs: lineMs });
      return;
    }
    read.lines += lines;
    read.bytes += bytes;
    if (lineMs > read.newestMs) read.newestMs = lineMs;
  }

  /** Gives everything to the registry. */
  handOver(): void {
    for (const [source, read] of this.#bySource) {
      this.#metrics.count("log_lines_total", { source }, read.lines);
      this.#metrics.count("log_read_bytes_total", { source }, read.bytes);
      this.#metrics.set("last_line_timestamp_seconds", { source }, read.newestMs / 1000);
      read.lines = 0;
      read.bytes = 0;
    }
  }
}
