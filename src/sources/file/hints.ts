// What the watcher said since the last look: which files to look at, whether to expand the globs, and when to wake up.
// Also notices when hints do not come although files grow (network mounts), or cannot be had at all.

import type { SourceSetup } from "../source.ts";
import type { Chain } from "./chain.ts";
import type { Register } from "./register.ts";
import { Watcher } from "./watcher.ts";

export class Hints {
  readonly #setup: SourceSetup;
  readonly #register: Register;
  readonly #covers: (path: string) => boolean;
  #watcher: Watcher | null = null;
  #chains = new Set<Chain>();
  #scan = false;
  #wake = new AbortController();

  /** @param covers true for paths that the configuration names. */
  constructor(setup: SourceSetup, register: Register, covers: (path: string) => boolean) {
    this.#setup = setup;
    this.#register = register;
    this.#covers = covers;
  }

  /** Begins to watch; until then, and when the kernel refuses, only polls and nudges wake the source. */
  async open(): Promise<void> {
    const { name, facts } = this.#setup;
    const interesting = (path: string): boolean => this.#register.chains.has(path) || this.#covers(path);
    this.#watcher = await Watcher.open(
      {
        hint: (path) => this.#note(path),
        degraded: (code, remedy) => facts.watchDegraded(name, true, code, remedy),
      },
      interesting,
    );
  }

  watch(directories: Iterable<string>): void {
    this.#watcher?.watch(directories);
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

  #note(path: string): void {
    const chain = this.#register.chains.get(path);
    if (chain === undefined) this.#scan = true;
    else this.#chains.add(chain);
    // A file that is being read every few milliseconds anyway needs no further waking.
    if (chain === undefined || chain.hotUntilMs <= this.#setup.clock.monotonic()) this.#wake.abort();
  }
}
