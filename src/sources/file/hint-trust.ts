// Whether hints can be relied on, judged by what they did: a directory whose files grow three times in a row without a
// hint gives none (a network mount, a container's file system, a kernel queue that overflowed), and one hint is proof that
// it gives them again. Nothing is lost meanwhile; files are only looked at more often.

/** Growth without a hint, in a row, after which a directory is taken to give none. */
const MISSES = 3;
/** A hint comes within milliseconds, but behind whatever holds up the event loop; one this late is none, milliseconds. */
const OVERDUE_MS = 500;

/** What changed: hints are relied on again, or no more. */
export interface TrustChange {
  readonly degraded: boolean;
  /** Why: an errno name, `no_hints` for a directory that gives none, or the name of a network file system. */
  readonly code: string;
}

export class HintTrust {
  readonly #changed: (change: TrustChange) => void;
  /** Growth that no hint has told of yet, by directory: when it was seen. */
  readonly #unannounced = new Map<string, number>();
  readonly #misses = new Map<string, number>();
  /** Directories without hints. A remote one stays here, for its hints tell only of what this host writes. */
  readonly #silent = new Map<string, "found" | "remote">();
  #refused = false;

  /** @param changed called when the first reason to distrust comes, and when the last one goes. */
  constructor(changed: (change: TrustChange) => void) {
    this.#changed = changed;
  }

  /** True while some hints do not come. */
  get degraded(): boolean {
    return this.#refused || this.#silent.size > 0;
  }

  /** The kernel refuses to watch at all. */
  refused(code: string): void {
    this.#distrust(() => (this.#refused = true), code);
  }

  /** The directory lies on another machine: what is written there is told to that machine. */
  remote(directory: string, fileSystem: string): void {
    this.#distrust(() => this.#silent.set(directory, "remote"), fileSystem);
  }

  /** A poll saw that a file in this directory, which is watched, has grown. */
  grown(directory: string, nowMs: number): void {
    if (!this.#silent.has(directory) && !this.#unannounced.has(directory)) {
      this.#unannounced.set(directory, nowMs);
    }
  }

  /** Something was said of this directory. */
  hinted(directory: string): void {
    this.#unannounced.delete(directory);
    this.#misses.delete(directory);
    const before = this.degraded;
    this.#refused = false;
    if (this.#silent.get(directory) === "found") this.#silent.delete(directory);
    if (before && !this.degraded) this.#changed({ degraded: false, code: "hints" });
  }

  /** Time has passed: what is still not announced never will be. */
  settle(nowMs: number): void {
    for (const [directory, sinceMs] of this.#unannounced) {
      if (nowMs - sinceMs < OVERDUE_MS) continue;
      this.#unannounced.delete(directory);
      const misses = (this.#misses.get(directory) ?? 0) + 1;
      this.#misses.set(directory, misses);
      if (misses < MISSES) continue;
      this.#misses.delete(directory);
      this.#distrust(() => this.#silent.set(directory, "found"), "no_hints");
    }
  }

  #distrust(note: () => void, code: string): void {
    const before = this.degraded;
    note();
    if (!before) this.#changed({ degraded: true, code });
  }
}
