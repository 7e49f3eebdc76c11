// What the watcher said since the last look: which files to look at, whether to expand the globs, and when to wake up.
// Also notices when hints do not come although files grow (network mounts), or cannot be had at all.

import type { SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import type { Generation } from "./generation.ts";
import { isLink } from "./look.ts";
import type { Register } from "./register.ts";
import { currentName, splitPath } from "./path-name.ts";
import { Watcher } from "./watcher.ts";

/**
 * Events of one directory, while its files are read every few milliseconds anyway, after which it is not watched until
 * they are quiet. At 10,000 lines a second the events alone would cost 5 % of a core.
 */
const BUSY_EVENTS = 8;

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
  readonly #resolved = new WeakMap<Chain, { generation: Generation; target: string }>();
  readonly #events = new Map<string, number>();
  readonly #paused = new Set<string>();

  /** @param covers true for paths that the configuration names. */
  constructor(setup: SourceSetup, register: Register, covers: (path: string) => boolean) {
    this.#setup = setup;
    this.#register = register;
    this.#covers = covers;
  }

  /** Begins to watch; until then, and when the kernel refuses, only polls and nudges wake the source. */
  async open(): Promise<void> {
    const { name, facts } = this.#setup;
    const interesting = (path: string): boolean =>
      this.#register.chains.has(path) || this.#targets.has(path) || this.#covers(path);
    this.#watcher = await Watcher.open(
      {
        hint: (path) => this.#note(path),
        degraded: (code, remedy) => facts.watchDegraded(name, true, code, remedy),
      },
      interesting,
    );
  }

  watch(directories: Iterable<string>): void {
    if (this.#watcher === null) return;
    const all = new Set([...directories, ...this.#linkTargets()]);
    this.#watcher.watch([...all].filter((directory) => !this.#paused.has(directory)));
  }

  /** Watches directories again in which no file is busy any more; what happened meanwhile is looked for. */
  settle(busy: Iterable<Chain>): void {
    if (this.#paused.size === 0) return;
    const busyDirectories = new Set([...busy].map((chain) => splitPath(chain.path).directory));
    for (const directory of this.#paused) {
      if (busyDirectories.has(directory)) continue;
      this.#paused.delete(directory);
      this.#watcher?.watch([directory]);
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
    if (this.#scan || this.#chains.size > 0) ms = 0;
    this.#wake = new AbortController();
    await this.#setup.clock.sleep(ms, AbortSignal.any([signal, this.#wake.signal]));
  }

  /** Directories that the links among the paths lead to; a link is resolved once for each generation under it. */
  #linkTargets(): string[] {
    const directories: string[] = [];
    for (const chain of this.#register.chains.values()) {
      const { current, path } = chain;
      const before = this.#resolved.get(chain);
      if (current === null || before?.generation === current) continue;
      const target = current.fd === null ? null : currentName(current.fd);
      if (target === null) continue;
      if (before !== undefined) this.#targets.delete(before.target);
      this.#resolved.set(chain, { generation: current, target });
      if (target === path || !isLink(path)) continue;
      this.#targets.set(target, chain);
      directories.push(splitPath(target).directory);
    }
    return directories;
  }

  #note(path: string): void {
    const chain = this.#register.chains.get(path) ?? this.#targets.get(path);
    if (chain === undefined) this.#scan = true;
    else this.#chains.add(chain);
    const { directory } = splitPath(path);
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
    this.#watcher?.pause(directory);
  }
}
