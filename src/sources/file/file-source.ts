// The `file` source: follows files by path over rotation, truncation and restarts. The poll is the truth; hints from
// the file system only make it look sooner.
//
// How a file is read: `rounds` decides when to look. `arrivals` finds paths and where each begins; a path is a `chain` of
// `generation`s, all of them kept in `register`. `follower` looks at a path, `rotation` judges what happened, and
// `succession` obeys: old generations are drained, new ones begun. `reading` takes turns among what is ready,
// `line-reader` reads whole lines at a position, and `handing-on` makes them chunks. `positions` is what is committed,
// and `resume` finds it all again after a restart.

import type { FileStatus, Sink, Source, SourceKind, SourceSetup } from "../source.ts";
import { Arrivals } from "./arrivals.ts";
import type { Chain } from "./chain.ts";
import { defaultMaxOpenFiles } from "./descriptors.ts";
import { Dormant } from "./dormant.ts";
import { Discoverer } from "./discovery.ts";
import { fileSchema } from "./file-options.ts";
import type { FileOptions } from "./file-options.ts";
import { statusOf } from "./file-status.ts";
import { Follower } from "./follower.ts";
import { handingOn } from "./handing-on.ts";
import { Hints } from "./hints.ts";
import { LineReader } from "./line-reader.ts";
import { Ledger, PATHS_KEY, decodePaths, decodePositions, revive } from "./positions.ts";
import { HOT_READ_MS, Reading } from "./reading.ts";
import { Register } from "./register.ts";
import { Reports } from "./reports.ts";
import { Resumption } from "./resume.ts";
import { Rounds } from "./rounds.ts";
import { Neighbourhood } from "./siblings.ts";

export const fileKind: SourceKind<FileOptions> = {
  word: "file",
  schema: fileSchema,
  create: (setup, options) => new FileSource(setup, options),
};

class FileSource implements Source {
  readonly kind = "file";
  readonly #setup: SourceSetup;
  readonly #options: FileOptions;
  readonly #maxOpenFiles: number;
  readonly #ledger = new Ledger();
  readonly #reports: Reports;
  readonly #discoverer: Discoverer;
  readonly #register: Register;
  readonly #hints: Hints;
  readonly #neighbourhood: Neighbourhood;
  #caughtUp = false;
  #rounds: Rounds | null = null;

  constructor(setup: SourceSetup, options: FileOptions) {
    this.#setup = setup;
    this.#options = options;
    this.#maxOpenFiles = options.maxOpenFiles === "auto" ? defaultMaxOpenFiles() : options.maxOpenFiles;
    this.#neighbourhood = new Neighbourhood(options.rotated);
    this.#reports = new Reports(setup);
    this.#discoverer = new Discoverer(options.paths, options.exclude);
    const numbers = [...setup.positions.keys()].map(Number).filter(Number.isSafeInteger);
    const firstSeq = numbers.reduce((most, number) => Math.max(most, number), 0) + 1;
    this.#register = new Register(this.#reports, this.#ledger, firstSeq);
    this.#hints = new Hints(setup, this.#register, (path) => this.#discoverer.covers(path));
  }

  get name(): string {
    return this.#setup.name;
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  async run(sink: Sink, signal: AbortSignal, commit: () => void = () => undefined): Promise<void> {
    await this.#resume();
    const events = handingOn(this.#setup, sink, this.#register, this.#ledger, this.#reports);
    const { maxLineBytes } = this.#options;
    const reader = new LineReader(maxLineBytes, events, () => signal.aborted, this.#setup.room);
    const setup = this.#setup;
    const register = this.#register;
    const reports = this.#reports;
    const follower = new Follower(setup, this.#options, this.#neighbourhood, register, reports, reader);
    const reading = new Reading({
      setup,
      maxLineBytes,
      register,
      ledger: this.#ledger,
      reports,
      follower,
      reader,
      events,
      signal,
    });
    const before = new Discoverer(decodePaths(setup.positions), []);
    const pathKnown = (path: string): boolean => before.covers(path);
    const arrivals = new Arrivals(setup, this.#options, this.#discoverer, register, reports, pathKnown);
    const rounds = new Rounds({
      setup,
      options: this.#options,
      maxOpenFiles: this.#maxOpenFiles,
      register,
      discoverer: this.#discoverer,
      arrivals,
      hints: this.#hints,
      dormant: new Dormant(this.#neighbourhood, register, reports),
      follower,
      reading,
      signal,
    });
    this.#rounds = rounds;
    try {
      // Before anything that takes time: where a file ends now is where news begin.
      await rounds.look();
      if (setup.follow && this.#options.watch === "auto") {
        await this.#hints.open();
        rounds.rescan();
      }
      while (!signal.aborted) {
        await rounds.look();
        await reading.run(rounds.lookDueMs);
        if (signal.aborted) return;
        if (!setup.follow) {
          if (follower.ready.size > 0) continue;
          if (!reading.inflating) return this.#finish(follower, reader);
          await reading.inflated();
          continue;
        }
        if (follower.ready.size === 0) {
          if (!this.#caughtUp && !reading.inflating) {
            commit();
            this.#caughtUp = true;
          }
          await this.#wait(reading, follower, rounds.dueMs, signal);
        }
      }
    } finally {
      await this.#hints.close();
      await reading.close();
      this.#closeAll();
    }
  }

  takePositions(): ReadonlyMap<string, string | null> {
    return this.#ledger.take();
  }

  keepPositions(positions: ReadonlyMap<string, string | null>): void {
    this.#ledger.keep(positions);
  }

  nudge(): void {
    this.#rounds?.hurry();
    this.#hints.wake();
  }

  status(): readonly FileStatus[] {
    return [...this.#register.chains.values()].flatMap((chain) => statusOf(chain, this.#setup.follow));
  }

  /** Takes up the saved positions. */
  async #resume(): Promise<void> {
    const { positions } = this.#setup;
    const saved = decodePositions(positions);
    const resumption = new Resumption(
      this.#setup,
      this.#neighbourhood,
      this.#register,
      this.#reports,
      this.#maxOpenFiles,
    );
    const covered = saved.filter((one) => this.#discoverer.covers(one.stream));
    for (const one of covered) if (one.finishedMs !== null) this.#register.remember(revive(one));
    const open = covered.filter((one) => one.finishedMs === null);
    const chainOf = (path: string): Chain => this.#register.chain(path, this.#options.paths.includes(path));
    await resumption.take(Map.groupBy(open, (one) => chainOf(one.stream)));
    this.#ledger.set(PATHS_KEY, JSON.stringify(this.#options.paths));
  }

  /** Waits for the next poll or hint; files that bytes flow into are read on meanwhile. */
  async #wait(reading: Reading, follower: Follower, dueMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#setup;
    const nowMs = clock.monotonic();
    const isHot = (chain: Chain, atMs: number): boolean =>
      chain.hotUntilMs > atMs || this.#hints.unheard(chain, atMs);
    const hot = [...this.#register.chains.values()].filter((chain) => isHot(chain, nowMs));
    this.#hints.settle(hot);
    if (hot.length === 0) return this.#hints.wait(dueMs - nowMs, signal);
    const readOn = (): boolean => {
      reading.readOn(hot);
      const thenMs = clock.monotonic();
      return follower.ready.size === 0 && thenMs < dueMs && hot.some((chain) => isHot(chain, thenMs));
    };
    await this.#hints.beat(Math.min(HOT_READ_MS, Math.max(0, dueMs - nowMs)), readOn, signal);
  }

  /** Batch mode has read everything: unterminated last lines are handed on. */
  #finish(follower: Follower, reader: LineReader): void {
    for (const chain of this.#register.chains.values()) {
      for (const generation of chain.generations.slice()) {
        if (!generation.current) {
          follower.finish(generation);
          continue;
        }
        reader.finish(generation);
        this.#ledger.note(generation);
      }
    }
    this.#caughtUp = true;
  }

  #closeAll(): void {
    for (const chain of this.#register.chains.values()) {
      for (const generation of chain.generations) {
        generation.growHead();
        generation.close();
      }
    }
  }
}
