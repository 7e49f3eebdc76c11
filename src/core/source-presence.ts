// How regularly a source speaks. Silence means that nothing happened only while somebody could have spoken: a log that has
// had lines in every five minutes for hours and has none now was lost, or its writer stopped, and neither is quiet time.

/** The step in which the baseline learns. */
const BUCKET_MS = 300_000;
/** A source is known after two hours of lines that were read as they came. */
const KNOWN_BUCKETS = 24;
/** Its habit fades over four hours, … */
const KEEP = 1 - 1 / 48;
/** … and it is talkative while no more than some two of the last fifty stretches were silent. */
const TALKATIVE_SHARE = 0.95;
/** A talkative source that is silent for longer than this is not to be seen. */
export const SILENT_MS = 600_000;

export interface PresenceState {
  readonly buckets: number;
  readonly share: number;
}

export class SourcePresence {
  /** Buckets that were listened to, up to what is needed to know it, and the fading share of them that had a line. */
  #buckets = 0;
  #share = 1;
  /** Number of the newest bucket with a line; null when what was before is not known. */
  #newest: number | null = null;

  get talkative(): boolean {
    return this.#buckets >= KNOWN_BUCKETS && this.#share >= TALKATIVE_SHARE;
  }

  /** A line was written at `lineMs` and read as it came. */
  spoke(lineMs: number): void {
    const bucket = Math.floor(lineMs / BUCKET_MS);
    const before = this.#newest ?? bucket - 1;
    if (bucket <= before) return;
    // Silence in which it was not to be seen tells nothing of its habits.
    const silent = this.talkative && (bucket - before) * BUCKET_MS > SILENT_MS ? 0 : bucket - before - 1;
    this.#share = this.#share * KEEP ** (silent + 1) + (1 - KEEP);
    this.#buckets = Math.min(KNOWN_BUCKETS, this.#buckets + silent + 1);
    this.#newest = bucket;
  }

  /** What comes next was not read as it came. */
  interrupt(): void {
    this.#newest = null;
  }

  state(): PresenceState {
    return { buckets: this.#buckets, share: this.#share };
  }

  restore({ buckets, share }: PresenceState): void {
    this.#buckets = buckets;
    this.#share = share;
  }
}
