// What each source has read and lost since the start, for `status`; the metrics keep their own.

export interface SourceTotals {
  readonly lines: number;
  readonly lostBytes: number;
  readonly gaps: number;
}

const NONE: SourceTotals = { lines: 0, lostBytes: 0, gaps: 0 };

export class Totals {
  readonly #bySource = new Map<string, SourceTotals>();

  of(source: string): SourceTotals {
    return this.#bySource.get(source) ?? NONE;
  }

  addLines(source: string, lines: number): void {
    const before = this.of(source);
    this.#bySource.set(source, { ...before, lines: before.lines + lines });
  }

  addLostBytes(source: string, bytes: number): void {
    const before = this.of(source);
    this.#bySource.set(source, { ...before, lostBytes: before.lostBytes + bytes });
  }

  addGap(source: string): void {
    const before = this.of(source);
    this.#bySource.set(source, { ...before, gaps: before.gaps + 1 });
  }
}
