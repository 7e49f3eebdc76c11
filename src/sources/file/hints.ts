// What the watcher said since the last look: which files to look at, whether to expand the globs, and when to wake up.
// Whether it can be relied on is `hint-trust`'s to judge.

import type { SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import { HintTrust } from "./hint-trust.ts";
import { isLink } from "./look.ts";
import type { Register } from "./register.ts";
import { currentName, splitPath } from "./path-name.ts";
import { remoteFileSystem } from "./remote.ts";
import { Watcher } from "./watcher.ts";

/**
 * Events of one directory, while its files are read every few milliseconds anyway, after which it is not watched until
 * they are quiet. At 10,000 lines a second the events alone would cost 5 % of a core.
 */
const BUSY_EVENTS = 8;

/**
 * Where hints do not come, a file is read on for this long after its last bytes, milliseconds: programs write what they have
 * buffered a few times a second, and to watch a busy directory anew in between costs more than the reads.
 */
const UNHEARD_MS = 500;

/** A watch that is this young may have missed what was written while it was being set up, milliseconds. */
const SETTLED_MS = 2000;
/** A kernel that refused to watch is asked again this often, milliseconds: whoever raised the limit need not restart us. */
const ASK_AGAIN_MS = 300_000;

/** What a user can raise when the kernel refuses a watch, by errno name. */
const REMEDY: Readonly<Record<string, string>> = {
  ENOSPC: "fs.inotify.max_user_watches",
  EMFILE: "fs.inotify.max_user_instances",
};

export class Hints {
  readonly #setup: SourceSetup;
  readonly #register: Register;
  readonly #covers: (path: string) => boolean;
  #watcher: Watcher | null = null;
  #chains = new Set<Chain>();
  #scan = false;
  #wake = new AbortController();
  /** Where links lead, by target: what is written there is not seen in the directory of the link. */
  readonly #targets = new Map<string, Chain>();
  /** One list for all files of a directory: each of thousands would hold its own. */
  readonly #alone = new Map<string, readonly string[]>();
  readonly #events = new Map<string, number>();
  readonly #paused = new Set<string>();
  readonly #watchedSinceMs = new Map<string, number>();
  readonly #trust: HintTrust;
  #askAgainMs: number | null = null;

  /** @param covers true for paths that the configuration names. */
  constructor(setup: SourceSetup, register: Register, covers: (path: string) => boolean) {
    this.#setup = setup;
    this.#register = register;
    this.#covers = covers;
    const { name, facts } = setup;
    this.#trust = new HintTrust(({ degraded, code }) =>
      facts.watchDegraded(name, degraded, code, REMEDY[code] ?? null),
    );
  }

  /** True while some hints do not come: then polls have to come sooner. */
  get degraded(): boolean {
    return this.#trust.degraded;
  }

  /** Where a change of what lies under a path would be seen: its directory, and that which its links lead to. */
  tellersOf(chain: Chain): readonly string[] | null {
    const { watched, current } = chain;
    return watched !== null && watched.generation === current ? watched.directories : null;
  }

  /** Whether hints of this directory come, as far as anyone knows. */
  tells(directory: string): boolean {
    if (this.degraded) return false;
    const sinceMs = this.#watchedSinceMs.get(directory);
    return sinceMs !== undefined && this.#setup.clock.monotonic() - sinceMs >= SETTLED_MS;
  }

  /** Begins to watch; until then, and when the kernel refuses, only polls and nudges wake the source. */
  async open(): Promise<void> {
    const interesting = (path: string): boolean =>
      this.#register.chains.has(path) || this.#targets.has(path) || this.#covers(path);
    this.#watcher = await Watcher.open(
      {
        hint: (path) => this.#note(path),
        refused: (code) => this.#refused(code),
      },
      interesting,
    );
  }

  /** Watches these directories, and those that links lead into. */
  watch(directories: Iterable<string>): void {
    const all = new Set([...directories, ...this.#linkTargets()]);
    this.#watch([...all].filter((directory) => !this.#paused.has(directory)));
  }

  /** A look that no hint had asked for found that the file has grown. */
  missed(chain: Chain): void {
    const nowMs = this.#setup.clock.monotonic();
    if (chain.hotUntilMs > nowMs) return;
    const { directory } = splitPath(chain.watched?.target ?? chain.path);
    const sinceMs = this.#watchedSinceMs.get(directory);
    if (sinceMs !== undefined && nowMs - sinceMs >= SETTLED_MS) this.#trust.grown(directory, nowMs);
  }

  /** A poll is over. */
  async polled(): Promise<void> {
    const nowMs = this.#setup.clock.monotonic();
    this.#trust.settle(nowMs);
    if (this.#askAgainMs === null || nowMs < this.#askAgainMs) return;
    this.#askAgainMs = null;
    await this.open();
    this.#scan = true;
  }

  /** Whether a file that has grown just now may grow again without a hint. */
  unheard(chain: Chain, nowMs: number): boolean {
    const activeMs = chain.current?.activeMs ?? 0;
    if (activeMs === 0 || activeMs + UNHEARD_MS <= nowMs) return false;
    return this.tellersOf(chain)?.every((directory) => this.tells(directory)) !== true;
  }

  /** Watches directories again in which no file is busy any more; what happened meanwhile is looked for. */
  settle(busy: Iterable<Chain>): void {
    if (this.#paused.size === 0) return;
    const busyDirectories = new Set([...busy].map((chain) => splitPath(chain.path).directory));
    for (const directory of this.#paused) {
      if (busyDirectories.has(directory)) continue;
      this.#paused.delete(directory);
      this.#watch([directory]);
      this.#scan = true;
      for (const chain of this.#register.chains.values()) {
        if (splitPath(chain.path).directory === directory) this.#chains.add(chain);
      }
    }
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
  }

  /** Ends a wait at once. */
  wake(): void {
    this.#wake.abort();
  }

  /** What is to be looked at, and forgets it. */
  take(): { chains: ReadonlySet<Chain>; scan: boolean } {
    const taken = { chains: this.#chains, scan: this.#scan };
    this.#chains = new Set();
    this.#scan = false;
    return taken;
  }

  /** Waits `ms`, until a hint or until `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    await this.#setup.clock.sleep(this.#hinted ? 0 : ms, this.#wakeOr(signal));
  }

  /** Calls `turn` every `ms` until it gives false, until a hint or until `signal` aborts. */
  async beat(ms: number, turn: () => boolean, signal: AbortSignal): Promise<void> {
    if (this.#hinted) return;
    await this.#setup.clock.beat(ms, turn, this.#wakeOr(signal));
  }

  get #hinted(): boolean {
    return this.#scan || this.#chains.size > 0;
  }

  /** Aborts with `signal`, and at the next hint that must not wait. */
  #wakeOr(signal: AbortSignal): AbortSignal {
    this.#wake = new AbortController();
    return AbortSignal.any([signal, this.#wake.signal]);
  }

  /** Directories that the links among the paths lead to; a link is resolved once for each generation under it. */
  #linkTargets(): string[] {
    const directories: string[] = [];
    for (const chain of this.#register.chains.values()) {
      const { current, path, watched } = chain;
      if (current === null || watched?.generation === current) continue;
      // Most of thousands of files are closed; asked of the others, for they may have been moved since.
      const target = (current.fd === null ? null : currentName(current.fd)) ?? current.real ?? path;
      if (watched !== null) this.#targets.delete(watched.target);
      chain.watched = { generation: current, target, directories: this.#directoriesOf(path, target) };
      if (target === path || !isLink(path)) continue;
      this.#targets.set(target, chain);
      directories.push(splitPath(target).directory);
    }
    return directories;
  }

  #directoriesOf(path: string, target: string): readonly string[] {
    const { directory } = splitPath(path);
    const { directory: other } = splitPath(target);
    if (other !== directory) return [directory, other];
    let alone = this.#alone.get(directory);
    if (alone === undefined) this.#alone.set(directory, (alone = [directory]));
    return alone;
  }

  #watch(directories: readonly string[]): void {
    const nowMs = this.#setup.clock.monotonic();
    for (const directory of this.#watcher?.watch(directories) ?? []) {
      this.#watchedSinceMs.set(directory, nowMs);
      const remote = remoteFileSystem(directory);
      if (remote !== null) this.#trust.remote(directory, remote);
    }
  }

  #refused(code: string): void {
    this.#watcher = null;
    this.#watchedSinceMs.clear();
    this.#askAgainMs = this.#setup.clock.monotonic() + ASK_AGAIN_MS;
    this.#trust.refused(code);
  }

  #note(path: string): void {
    const chain = this.#register.chains.get(path) ?? this.#targets.get(path);
    if (chain === undefined) this.#scan = true;
    else this.#chains.add(chain);
    const { directory } = splitPath(path);
    this.#trust.hinted(directory);
    // Said of a directory itself, it is about its entries.
    if (this.#watchedSinceMs.has(path)) this.#trust.hinted(path);
    if (chain === undefined || chain.hotUntilMs <= this.#setup.clock.monotonic()) {
      this.#events.delete(directory);
      return this.#wake.abort();
    }
    // A file that is being read every few milliseconds anyway needs no waking.
    const events = (this.#events.get(directory) ?? 0) + 1;
    this.#events.set(directory, events);
    if (events < BUSY_EVENTS) return;
    this.#events.delete(directory);
    this.#paused.add(directory);
    this.#watchedSinceMs.delete(directory);
    this.#watcher?.pause(directory);
  }
}
