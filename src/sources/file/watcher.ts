// Hints that a directory has changed, from chokidar. They carry no truth: a hint makes the source look sooner than its
// poll would, and everything is right without any. Directories only, depth 0: one inotify watch each, however many
// files; a watch on a literal file would miss the file that replaces it.

import type { FSWatcher } from "chokidar";
import { errnoOf } from "./look.ts";

/** Directories watched at most; `**` over a tree of build output must not eat the user's inotify watches. */
const MAX_DIRECTORIES = 1024;
/** chokidar lets these override what it is told; a variable of the environment must not make it poll. */
const OVERRIDES = ["CHOKIDAR_USEPOLLING", "CHOKIDAR_INTERVAL"];

/** The kernel's ways to say that it watches no more than this; anything else (a directory that vanished) passes. */
const REFUSALS: ReadonlySet<string> = new Set(["ENOSPC", "EMFILE"]);

export interface WatcherEvents {
  /** Something happened to this path, or to entries of this directory. */
  hint(path: string): void;
  /** The kernel refuses to watch: no hint will come from this watcher any more. `code` is the errno name. */
  refused(code: string): void;
}

export class Watcher {
  readonly #events: WatcherEvents;
  readonly #watched = new Set<string>();
  #watcher: FSWatcher | null = null;

  private constructor(events: WatcherEvents) {
    this.#events = events;
  }

  /**
   * Loads chokidar and begins to watch nothing.
   * @param interesting false for paths whose events are dropped before they cost anything.
   */
  static async open(events: WatcherEvents, interesting: (path: string) => boolean): Promise<Watcher> {
    const { FSWatcher } = await import("chokidar");
    const watcher = new Watcher(events);
    const chokidar = withoutOverrides(
      () =>
        new FSWatcher({
          backend: "native",
          depth: 0,
          // atomic delays unlinks by 100 ms; awaitWriteFinish gives no event at all while a log is being written.
          atomic: false,
          awaitWriteFinish: false,
          ignoreInitial: true,
          persistent: true,
          ignored: (path) => !watcher.#watched.has(path) && !interesting(path),
        }),
    );
    chokidar.on("all", (_event, path) => events.hint(path));
    // Without a listener an error of chokidar would end the process.
    chokidar.on("error", (error) => watcher.#fail(error));
    watcher.#watcher = chokidar;
    return watcher;
  }

  /** Watches these directories too. @returns those that were not watched before. */
  watch(directories: Iterable<string>): string[] {
    if (this.#watcher === null) return [];
    const begun: string[] = [];
    const fresh: string[] = [];
    for (const directory of directories) {
      if (this.#watched.size >= MAX_DIRECTORIES) break;
      const path = watchedPath(directory);
      // Names that are not UTF-8 cannot be told to chokidar; the poll sees their files.
      if (this.#watched.has(path) || !path.isWellFormed()) continue;
      this.#watched.add(path);
      fresh.push(path);
      begun.push(directory);
    }
    if (fresh.length > 0) this.#watcher.add(fresh);
    return begun;
  }

  /** Stops the events of a directory in which more happens than hints are worth. */
  pause(directory: string): void {
    const path = watchedPath(directory);
    if (this.#watched.delete(path)) this.#watcher?.unwatch(path);
  }

  async close(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = null;
    await watcher?.close();
  }

  #fail(error: unknown): void {
    const code = errnoOf(error);
    if (!REFUSALS.has(code) || this.#watcher === null) return;
    void this.close();
    this.#events.refused(code);
  }
}

/** How chokidar is told of a directory; "" is the working directory. */
function watchedPath(directory: string): string {
  return directory === "" ? "." : directory;
}

function withoutOverrides<T>(make: () => T): T {
  const saved = OVERRIDES.map((name) => [name, process.env[name]] as const);
  for (const name of OVERRIDES) delete process.env[name];
  try {
    return make();
  } finally {
    for (const [name, value] of saved) if (value !== undefined) process.env[name] = value;
  }
}
