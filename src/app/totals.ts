// What each source has read and lost since the start, for `status`; the metrics keep their own.

import type { SourceFacts } from "../sources/source.ts";

export interface SourceTotals {
  readonly lines: number;
  readonly lostBytes: number;
  readonly gaps: number;
  /** Time of the newest line, or of its arrival, milliseconds since the epoch; null before the first. */
  readonly lastLineMs: number | null;
  /** Times that a file was not there or could not be opened or read. */
  readonly failures: number;
}

const NONE: SourceTotals = { lines: 0, lostBytes: 0, gaps: 0, lastLineMs: null, failures: 0 };

export class Totals {
  readonly #bySource = new Map<string, SourceTotals>();

  of(source: string): SourceTotals {
    return this.#bySource.get(source) ?? NONE;
  }

  /** @param lastMs time of the newest of them, null when it is not known. */
  addLines(source: string, lines: number, lastMs: number | null): void {
    this.#add(source, { lines, lastLineMs: lastMs });
  }

  /** The same facts, told to `facts` and counted on the way. */
  counting(facts: SourceFacts): SourceFacts {
    return {
      ...facts,
      fileMissing: (source, path) => {
        this.#add(source, { failures: 1 });
        facts.fileMissing(source, path);
      },
      fileFailed: (source, path, code, action) => {
        this.#add(source, { failures: 1 });
        facts.fileFailed(source, path, code, action);
      },
      bytesLost: (source, path, bytes, reason) => {
        this.#add(source, { lostBytes: bytes });
        facts.bytesLost(source, path, bytes, reason);
      },
      gap: (source, path, cause, detail) => {
        this.#add(source, { gaps: 1 });
        facts.gap(source, path, cause, detail);
      },
    };
  }

  #add(source: string, more: Partial<SourceTotals>): void {
    const before = this.of(source);
    this.#bySource.set(source, {
      lines: before.lines + (more.lines ?? 0),
      lostBytes: before.lostBytes + (more.lostBytes ?? 0),
      gaps: before.gaps + (more.gaps ?? 0),
      lastLineMs: latest(before.lastLineMs, more.lastLineMs ?? null),
      failures: before.failures + (more.failures ?? 0),
    });
  }
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
