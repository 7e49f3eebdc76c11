// Recorded counts as they are judged: each spread evenly over the interval that it is of, all groups side by side in the
// order of time. An hour's count taken as one instant would be a spike in the shortest window at every full hour.

import type { CountLine } from "./counts.ts";
import { type Rhythm, rhythmOf } from "./interval.ts";

/** The step in which counts of up to an hour are spread, those of more in proportion: the detectors' windows slide by it. */
const STEP_MS = 10_000;
const HOUR_MS = 3_600_000;
/** Rows of one run, a hundred bytes each: 35 years of five minutes. */
export const MAX_ROWS = 4_000_000;

/** What happens to one group. `timeMs` never goes back. */
export type Recorded =
  /** `count` events came, or, with 0, somebody looked. */
  | { readonly kind: "count"; readonly group: string | null; readonly timeMs: number; readonly count: number }
  /** Nothing was recorded from `timeMs` to `untilMs`. */
  | {
      readonly kind: "missing";
      readonly group: string | null;
      readonly timeMs: number;
      readonly untilMs: number;
    };

/** A row and the time it is of, from `timeMs` to before `endMs`; what was not recorded then follows to `untilMs`. */
interface Span extends CountLine {
  readonly endMs: number;
  readonly untilMs: number;
}

export class Recording {
  readonly #groups = new Map<string | null, CountLine[]>();
  #found: readonly Rhythmic[] | null = null;
  #rows = 0;
  #begun = 0;
  #endMs = -Infinity;

  /** Share of the rows that `replay` has come to. */
  get begun(): number {
    return this.#rows === 0 ? 1 : this.#begun / this.#rows;
  }

  /** End of the last interval, milliseconds since the epoch; -Infinity before `replay`. */
  get endMs(): number {
    return this.#endMs;
  }

  /** @returns false when there are 4,000,000 rows already. */
  add(row: CountLine): boolean {
    if (this.#rows >= MAX_ROWS) return false;
    this.#rows += 1;
    const rows = this.#groups.get(row.group);
    if (rows === undefined) this.#groups.set(row.group, [row]);
    else rows.push(row);
    return true;
  }

  /**
   * Of how many hours the rows are, at least 1, by the group whose rows are of least: a detector on a clock that is so much
   * slower takes a row for an hour. To be asked when all were added.
   */
  get hours(): number {
    let leastMs = Infinity;
    for (const { rows, rhythm } of this.#rhythms()) {
      if (rows.length > 1) leastMs = Math.min(leastMs, rhythm.intervalMs);
    }
    return leastMs === Infinity ? 1 : Math.max(1, leastMs / HOUR_MS);
  }

  /** Everything in the order of time, whatever the order of the rows was. */
  *replay(): Generator<Recorded> {
    const step = STEP_MS * this.hours;
    const floor = (timeMs: number): number => Math.floor(timeMs / step) * step;
    const spans = this.#rhythms()
      .flatMap(spansOf)
      .sort((a, b) => a.timeMs - b.timeMs);
    for (const { endMs } of spans) this.#endMs = Math.max(this.#endMs, endMs);
    let next = 0;
    let open: Span[] = [];
    for (let stepMs = floor(spans[0]?.timeMs ?? 0); next < spans.length || open.length > 0; stepMs += step) {
      // Nothing is to be spread until the next row begins.
      if (open.length === 0) stepMs = Math.max(stepMs, floor((spans[next] as Span).timeMs));
      const toMs = stepMs + step;
      for (; next < spans.length && (spans[next] as Span).timeMs < toMs; next++)
        open.push(spans[next] as Span);
      this.#begun = next;
      for (const span of open) yield* within(span, stepMs, toMs);
      open = open.filter(({ endMs }) => endMs > toMs);
    }
  }

  #rhythms(): readonly Rhythmic[] {
    return (this.#found ??= [...this.#groups.values()].map((rows) => {
      rows.sort((a, b) => a.timeMs - b.timeMs);
      const times = rows.map(({ timeMs }) => timeMs).filter((timeMs, i, all) => timeMs !== all[i - 1]);
      return {
        rows,
        rhythm: rhythmOf(
          times,
          rows.some(({ count }) => count === 0),
        ),
      };
    }));
  }
}

interface Rhythmic {
  /** Of one group, in the order of time. */
  readonly rows: readonly CountLine[];
  readonly rhythm: Rhythm;
}

/** The rows of one group with the times that they are of. */
function spansOf({ rows, rhythm: { intervalMs, gapsAreMissing } }: Rhythmic): Span[] {
  return rows.map((row, i) => {
    const nextMs = rows[i + 1]?.timeMs ?? Infinity;
    // The next interval ends this one, unless it is a second row of the same.
    const endMs = nextMs > row.timeMs ? Math.min(row.timeMs + intervalMs, nextMs) : row.timeMs + intervalMs;
    const missing = gapsAreMissing && nextMs < Infinity && nextMs - row.timeMs >= 1.5 * intervalMs;
    return { ...row, endMs, untilMs: missing ? nextMs : endMs };
  });
}

/** What of a row happens from `fromMs` to before `toMs`. */
function* within(span: Span, fromMs: number, toMs: number): Generator<Recorded> {
  const { group, timeMs, endMs, untilMs, count } = span;
  const begins = timeMs >= fromMs;
  const many = shareUntil(span, toMs) - (begins ? 0 : shareUntil(span, fromMs));
  if (many > 0 || (begins && count === 0)) {
    yield { kind: "count", group, timeMs: Math.max(timeMs, fromMs), count: many };
  }
  if (endMs <= toMs && untilMs > endMs) yield { kind: "missing", group, timeMs: endMs, untilMs };
}

/** Events of a row before `atMs`; a single one comes in the middle. */
function shareUntil({ timeMs, endMs, count }: Span, atMs: number): number {
  return atMs >= endMs ? count : Math.floor((count * (atMs - timeMs)) / (endMs - timeMs) + 0.5);
}
