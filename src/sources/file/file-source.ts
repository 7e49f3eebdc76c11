// The `file` source: follows files by path over rotation, truncation and restarts. The poll is the truth; hints from
// the file system only make it look sooner.

import { setImmediate } from "node:timers/promises";
import type { Chunk, ChunkPlace } from "../../core/lines/chunk.ts";
import type { FileStatus, Sink, Source, SourceKind, SourceSetup } from "../source.ts";
import { Arrivals } from "./arrivals.ts";
import type { Chain } from "./chain.ts";
import { closeIdle, defaultMaxOpenFiles, openOf } from "./descriptors.ts";
import { Dormant } from "./dormant.ts";
import { Discoverer } from "./discovery.ts";
import { fileSchema } from "./file-options.ts";
import type { FileOptions } from "./file-options.ts";
import { statusOf } from "./file-status.ts";
import { Follower } from "./follower.ts";
import type { Generation } from "./generation.ts";
import { Hints } from "./hints.ts";
import { LineReader } from "./line-reader.ts";
import type { LineReaderEvents } from "./line-reader.ts";
import { noteParts, partsAgain } from "./open-parts.ts";
import { shownPath } from "./path-name.ts";
import { Ledger, PATHS_KEY, decodePaths, decodePositions, revive } from "./positions.ts";
import { Reading } from "./reading.ts";
import { Register } from "./register.ts";
import { Reports } from "./reports.ts";
import { Resumption } from "./resume.ts";
import { Neighbourhood } from "./siblings.ts";

/** While bytes flow, files are read this often instead of at every hint, milliseconds: 2 % of a core against 6 to 9. */
const HOT_READ_MS = 10;
/** Paths are looked at in stretches of this many (about 1 ms), with the event loop in between. */
const LOOKS_PER_TURN = 256;
/** Globs are expanded when a directory has changed, but so seldom that it costs 1 % of a core; at least this often, milliseconds. */
const MAX_SCAN_MS = 5000;
/** Looks at all files take at most 1/70 of the time, so that an idle poll of 5,000 files (18 ms) costs 1.4 % of a core. */
const LOOK_SHARE = 70;
/** And this often although no directory has changed, milliseconds: a link in the path may lead elsewhere. */
const FULL_SCAN_MS = 10_000;
const SCAN_SHARE = 100;

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
  readonly #dormant: Dormant;
  readonly #neighbourhood: Neighbourhood;
  #caughtUp = false;
  #lookDueMs = 0;
  #scanDueMs = 0;
  #fullScanDueMs = 0;

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
    this.#dormant = new Dormant(this.#neighbourhood, this.#register, this.#reports);
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
    const events = this.#events(sink);
    const { maxLineBytes } = this.#options;
    const reader = new LineReader(maxLineBytes, events, () => signal.aborted);
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
    try {
      // Before anything that takes time: where a file ends now is where news begin.
      await this.#look(follower, arrivals, reading, signal);
      if (setup.follow && this.#options.watch === "auto") {
        await this.#hints.open();
        this.#rescan();
      }
      while (!signal.aborted) {
        await this.#look(follower, arrivals, reading, signal);
        await reading.run(this.#lookDueMs);
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
          await this.#wait(follower, signal);
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
    this.#lookDueMs = 0;
    this.#rescan();
    this.#hints.wake();
  }

  #rescan(): void {
    this.#scanDueMs = 0;
    this.#fullScanDueMs = 0;
  }

  status(): readonly FileStatus[] {
    return [...this.#register.chains.values()].flatMap((chain) => statusOf(chain, this.#setup.follow));
  }

  #events(sink: Sink): LineReaderEvents {
    const { name, format, labels } = this.#setup;
    const origin: Chunk["origin"] = { source: name, format, labels };
    const reports = this.#reports;
    const ledger = this.#ledger;
    const placeOf = ({ seq, stream }: Generation, offset: number): ChunkPlace => ({
      generation: seq,
      offset,
      waiting: (parts) => noteParts(ledger, stream, parts),
    });
    for (const { generation, from, bytes } of partsAgain(this.#setup.positions, this.#register)) {
      const stream = shownPath(generation.stream);
      sink({ origin, stream, bytes, replay: true, place: placeOf(generation, from) });
    }
    return {
      lines: (generation, bytes, replay) => {
        const { encoding, inflateFrom, offset } = generation;
        const chunk = { origin, stream: shownPath(generation.stream), bytes, replay };
        // Offsets of decompressed or recoded bytes are no places in the file.
        if (encoding !== "utf8" || inflateFrom !== null) sink(chunk);
        else sink({ ...chunk, place: placeOf(generation, offset) });
      },
      tooLong: (generation, bytes) => reports.tooLong(generation.path, bytes),
      nulsSkipped: (generation, bytes) => reports.lost(generation.path, bytes, "nul_bytes"),
    };
  }

  /** Takes up the saved positions. */
  async #resume(): Promise<void> {
    const { positions } = this.#setup;
    const saved = decodePositions(positions);
    const resumption = new Resumption(this.#setup, this.#neighbourhood, this.#register, this.#reports);
    const covered = saved.filter((one) => this.#discoverer.covers(one.stream));
    for (const one of covered) if (one.finishedMs !== null) this.#register.remember(revive(one));
    const open = covered.filter((one) => one.finishedMs === null);
    const chainOf = (path: string): Chain => this.#register.chain(path, this.#options.paths.includes(path));
    await resumption.take(Map.groupBy(open, (one) => chainOf(one.stream)));
    this.#ledger.set(PATHS_KEY, JSON.stringify(this.#options.paths));
  }

  /** Looks at what is due: everything at each poll, and what was hinted at. */
  async #look(follower: Follower, arrivals: Arrivals, reading: Reading, signal: AbortSignal): Promise<void> {
    const { clock, follow } = this.#setup;
    const nowMs = clock.monotonic();
    const due = nowMs >= this.#lookDueMs;
    const hinted = this.#hints.take();
    this.#scan(arrivals, hinted.scan);
    const { chains } = this.#register;
    // What has just come is looked at at once: where it begins must be settled before more is written.
    const wanted = due
      ? [...chains.values()]
      : [...hinted.chains, ...[...chains.values()].filter((chain) => chain.lookedMs === null)];
    if (due && follow) for (const chain of this.#dormant.wake()) follower.ready.add(chain);
    let tookMs = 0;
    for (let at = 0; at < wanted.length && !signal.aborted; at += LOOKS_PER_TURN) {
      const stretch = wanted.slice(at, at + LOOKS_PER_TURN);
      const open = openOf(stretch);
      const beganMs = clock.monotonic();
      for (const chain of stretch) follower.look(chain);
      tookMs += clock.monotonic() - beganMs;
      if (stretch.length < LOOKS_PER_TURN) break;
      if (follower.ready.size > 0 || openOf(stretch) > open) await this.#breathe(follower, reading, signal);
      else await setImmediate();
    }
    closeIdle(this.#register, this.#maxOpenFiles);
    if (!due) return;
    const { pollMs } = this.#options;
    this.#lookDueMs = clock.monotonic() + Math.max(pollMs, Math.min(tookMs * LOOK_SHARE, MAX_SCAN_MS));
  }

  /** Expands the globs when directories have changed, and now and then in any case. */
  #scan(arrivals: Arrivals, hinted: boolean): void {
    const { clock } = this.#setup;
    const nowMs = clock.monotonic();
    const due = nowMs >= this.#scanDueMs && (nowMs >= this.#fullScanDueMs || this.#discoverer.changed());
    if (!due && !hinted) {
      this.#scanDueMs = Math.max(this.#scanDueMs, nowMs + this.#options.pollMs);
      return;
    }
    const { directories } = arrivals.scan();
    this.#hints.watch(directories);
    this.#register.prune(clock.now());
    const tookMs = clock.monotonic() - nowMs;
    this.#scanDueMs = nowMs + Math.max(this.#options.pollMs, Math.min(tookMs * SCAN_SHARE, MAX_SCAN_MS));
    this.#fullScanDueMs = nowMs + FULL_SCAN_MS;
  }

  /**
   * Between two stretches of looks others have their turn, and what was opened is read and closed again: thousands of
   * files that grow or come at once must not use up the descriptors.
   */
  async #breathe(follower: Follower, reading: Reading, signal: AbortSignal): Promise<void> {
    do {
      await setImmediate();
      await reading.run(this.#setup.clock.monotonic());
      if (this.#crowded) closeIdle(this.#register, this.#maxOpenFiles);
    } while (this.#crowded && follower.ready.size > 0 && !signal.aborted);
  }

  get #crowded(): boolean {
    return openOf(this.#register.chains.values()) > this.#maxOpenFiles;
  }

  /** Waits for the next poll or hint; files that bytes flow into are read again every few milliseconds. */
  async #wait(follower: Follower, signal: AbortSignal): Promise<void> {
    const nowMs = this.#setup.clock.monotonic();
    const hot = [...this.#register.chains.values()].filter((chain) => chain.hotUntilMs > nowMs);
    this.#hints.settle(hot);
    const pollMs = Math.min(this.#lookDueMs, this.#scanDueMs) - nowMs;
    await this.#hints.wait(hot.length > 0 ? Math.min(HOT_READ_MS, pollMs) : pollMs, signal);
    for (const chain of hot) {
      if (chain.current === null || chain.current.fd === null) continue;
      chain.current.unread = true;
      follower.ready.add(chain);
    }
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
