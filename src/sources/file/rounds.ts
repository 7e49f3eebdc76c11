// When a source looks: at its paths at each poll (see quiet.ts), at what was hinted at in between, and for new names when a directory
// has changed. Each is bounded to a share of the time, so that thousands of files cost what a few do.

import { setImmediate } from "node:timers/promises";
import type { SourceSetup } from "../source.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Chain } from "./chain.ts";
import { closeIdle, openOf } from "./descriptors.ts";
import type { Discoverer } from "./discovery.ts";
import { LEAST_WOKEN } from "./dormant.ts";
import type { Dormant } from "./dormant.ts";
import type { FileOptions } from "./file-options.ts";
import type { Follower } from "./follower.ts";
import type { Hints } from "./hints.ts";
import { Quiet } from "./quiet.ts";
import type { Reading } from "./reading.ts";
import type { Register } from "./register.ts";

/** Paths are looked at in stretches of this many (about 1 ms), with the event loop in between. */
const LOOKS_PER_TURN = 256;
/** The interval of polls where hints do not come, milliseconds: what is left of them must stand in for the hints. */
const DEGRADED_POLL_MS = 250;
/** Globs are expanded when a directory has changed, but so seldom that it costs 1 % of a core; at least this often, milliseconds. */
const MAX_SCAN_MS = 5000;
/** Looks at all files take at most 1/70 of the time, so that an idle poll of 5,000 files (18 ms) costs 1.4 % of a core. */
const LOOK_SHARE = 70;
/** What one look costs at most, milliseconds: what takes longer waits for a processor or a disk, and others have it. */
const MOST_LOOK_MS = 0.02;
/** And this often although no directory has changed, milliseconds: a link in the path may lead elsewhere. */
const FULL_SCAN_MS = 10_000;
const SCAN_SHARE = 100;

/** What looking needs of the source. */
export interface RoundParts {
  readonly setup: SourceSetup;
  readonly options: FileOptions;
  readonly maxOpenFiles: number;
  readonly register: Register;
  readonly discoverer: Discoverer;
  readonly arrivals: Arrivals;
  readonly hints: Hints;
  readonly dormant: Dormant;
  readonly follower: Follower;
  readonly reading: Reading;
  readonly signal: AbortSignal;
}

export class Rounds {
  readonly #parts: RoundParts;
  readonly #quiet: Quiet;
  #lookDueMs = 0;
  /** At the next poll nothing is passed over. */
  #all = true;
  #scanDueMs = 0;
  #fullScanDueMs = 0;

  constructor(parts: RoundParts) {
    this.#parts = parts;
    const { hints } = parts;
    this.#quiet = new Quiet(
      (chain) => hints.tellersOf(chain),
      (directory) => hints.tells(directory),
    );
  }

  /** When every path is looked at again, monotonic milliseconds. */
  get lookDueMs(): number {
    return this.#lookDueMs;
  }

  /** When something is due again, monotonic milliseconds. */
  get dueMs(): number {
    return Math.min(this.#lookDueMs, this.#scanDueMs);
  }

  /** Everything is due at once. */
  hurry(): void {
    this.#lookDueMs = 0;
    this.#all = true;
    this.rescan();
  }

  /** The globs are due to be expanded. */
  rescan(): void {
    this.#scanDueMs = 0;
    this.#fullScanDueMs = 0;
  }

  /** Looks at what is due: all that is not quiet at each poll, and what was hinted at. */
  async look(): Promise<void> {
    const { setup, register, options, hints, follower, signal, maxOpenFiles } = this.#parts;
    const { clock, follow } = setup;
    const nowMs = clock.monotonic();
    const due = nowMs >= this.#lookDueMs;
    const hinted = hints.take();
    this.#scan(hinted.scan);
    const { chains } = register;
    // What has just come is looked at at once: where it begins must be settled before more is written.
    const wanted = due
      ? this.#polled(hinted.chains, nowMs)
      : [...hinted.chains, ...[...chains.values()].filter((chain) => chain.lookedMs === null)];
    if (due && follow) await this.#wake();
    let tookMs = 0;
    for (let at = 0; at < wanted.length && !signal.aborted; at += LOOKS_PER_TURN) {
      const stretch = wanted.slice(at, at + LOOKS_PER_TURN);
      const open = openOf(stretch);
      const beganMs = clock.monotonic();
      for (const chain of stretch) this.#lookAt(chain, hinted.chains.has(chain));
      tookMs += clock.monotonic() - beganMs;
      if (stretch.length < LOOKS_PER_TURN) break;
      if (follower.ready.size > 0 || openOf(stretch) > open) await this.#breathe();
      else await setImmediate();
    }
    closeIdle(register, maxOpenFiles, clock.now());
    if (!due) return;
    follower.letGo();
    await hints.polled();
    const costMs = Math.min(tookMs, wanted.length * MOST_LOOK_MS);
    const pollMs = hints.degraded ? Math.min(options.pollMs, DEGRADED_POLL_MS) : options.pollMs;
    this.#lookDueMs = clock.monotonic() + Math.max(pollMs, Math.min(costMs * LOOK_SHARE, MAX_SCAN_MS));
  }

  /** Rotated files with something to read: where more are woken than may be open, they are read and closed in stretches. */
  async #wake(): Promise<void> {
    const { dormant, follower, maxOpenFiles, signal } = this.#parts;
    let woken: readonly Chain[];
    do {
      woken = dormant.wake(maxOpenFiles);
      for (const chain of woken) follower.ready.add(chain);
      if (woken.length >= LEAST_WOKEN) await this.#breathe();
    } while (woken.length >= LEAST_WOKEN && !signal.aborted);
  }

  /** What a poll looks at: everything but quiet files whose turn it is not. */
  #polled(hinted: ReadonlySet<Chain>, nowMs: number): readonly Chain[] {
    const { register, options } = this.#parts;
    const all = [...register.chains.values()];
    const due = this.#quiet.due(all, nowMs, options.pollMs);
    const everything = this.#all;
    this.#all = false;
    if (everything) return all;
    return hinted.size === 0 ? due : [...new Set([...due, ...hinted])];
  }

  #lookAt(chain: Chain, hinted: boolean): void {
    const { follower, hints } = this.#parts;
    const { current } = chain;
    const before = current?.size ?? 0;
    follower.look(chain);
    if (!hinted && current !== null && current === chain.current && current.size > before)
      hints.missed(chain);
  }

  /** Expands the globs when directories have changed, and now and then in any case. */
  #scan(hinted: boolean): void {
    const { setup, options, discoverer, arrivals, hints, register } = this.#parts;
    const { clock } = setup;
    const nowMs = clock.monotonic();
    const due = nowMs >= this.#scanDueMs && (nowMs >= this.#fullScanDueMs || discoverer.changed());
    if (!due && !hinted) {
      this.#scanDueMs = Math.max(this.#scanDueMs, nowMs + options.pollMs);
      return;
    }
    const { directories } = arrivals.scan();
    hints.watch(directories);
    register.prune(clock.now());
    const tookMs = clock.monotonic() - nowMs;
    this.#scanDueMs = nowMs + Math.max(options.pollMs, Math.min(tookMs * SCAN_SHARE, MAX_SCAN_MS));
    this.#fullScanDueMs = nowMs + FULL_SCAN_MS;
  }

  /**
   * Between two stretches of looks others have their turn, and what was opened is read and closed again: thousands of
   * files that grow or come at once must not use up the descriptors.
   */
  async #breathe(): Promise<void> {
    const { setup, register, follower, reading, signal, maxOpenFiles } = this.#parts;
    do {
      await setImmediate();
      await reading.run(setup.clock.monotonic());
      if (this.#crowded) closeIdle(register, maxOpenFiles, setup.clock.now());
    } while (this.#crowded && follower.ready.size > 0 && !signal.aborted);
  }

  get #crowded(): boolean {
    const { register, maxOpenFiles } = this.#parts;
    return openOf(register.chains.values()) > maxOpenFiles;
  }
}
