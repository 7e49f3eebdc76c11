// The `file` source: follows files by path over rotation, truncation and restarts. The poll is the truth; hints from
// the file system only make it look sooner.

import { setImmediate } from "node:timers/promises";
import type { Chunk } from "../../core/lines/chunk.ts";
import type { FileStatus, Sink, Source, SourceKind, SourceSetup } from "../source.ts";
import { Arrivals } from "./arrivals.ts";
import type { Chain } from "./chain.ts";
import { Discoverer } from "./discovery.ts";
import { fileSchema } from "./file-options.ts";
import type { FileOptions } from "./file-options.ts";
import { Follower } from "./follower.ts";
import { LineReader } from "./line-reader.ts";
import { shownPath } from "./path-name.ts";
import { Ledger, STARTED_KEY, decodePositions, revive } from "./positions.ts";
import { Register } from "./register.ts";
import { Resumption } from "./resume.ts";

/** Work of one turn of the event loop, whichever comes first: an HTTP request or a timer waits no longer than that. */
const TURN_BYTES = 8 * 2 ** 20;
const TURN_MS = 10;
/** While bytes flow, files are read this often instead of at every hint, milliseconds: 2 % of a core against 6 to 9. */
const HOT_READ_MS = 10;
/** How long a file without new bytes stays hot, milliseconds. */
const HOT_MS = 200;
/** Globs are expanded at most this often, milliseconds, and so seldom that it costs 1 % of a core. */
const MAX_SCAN_MS = 5000;
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
  readonly #ledger = new Ledger();
  readonly #discoverer: Discoverer;
  readonly #register: Register;
  #caughtUp = false;
  #wake = new AbortController();
  #lookDueMs = 0;
  #scanDueMs = 0;

  constructor(setup: SourceSetup, options: FileOptions) {
    this.#setup = setup;
    this.#options = options;
    this.#discoverer = new Discoverer(options.paths, options.exclude);
    const numbers = [...setup.positions.keys()].map(Number).filter(Number.isSafeInteger);
    const firstSeq = Math.max(0, ...numbers) + 1;
    this.#register = new Register(setup.name, setup.facts, this.#ledger, firstSeq);
  }

  get name(): string {
    return this.#setup.name;
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    const reader = this.#reader(sink, signal);
    const follower = new Follower(this.#setup, this.#options, this.#register, reader);
    const known = this.#resume();
    const arrivals = new Arrivals(this.#setup, this.#options, this.#discoverer, this.#register, known);
    try {
      while (!signal.aborted) {
        this.#look(follower, arrivals);
        await this.#readAll(follower, reader, signal);
        if (signal.aborted) break;
        this.#caughtUp = true;
        if (!this.#setup.follow) {
          this.#finish(follower, reader);
          break;
        }
        await this.#wait(follower, signal);
      }
    } finally {
      for (const chain of this.#register.chains.values()) {
        for (const generation of chain.generations) {
          generation.growHead();
          generation.close();
        }
      }
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
    this.#scanDueMs = 0;
    this.#wake.abort();
  }

  status(): readonly FileStatus[] {
    return [...this.#register.chains.values()].flatMap((chain) => statusOf(chain));
  }

  #reader(sink: Sink, signal: AbortSignal): LineReader {
    const { name, format, labels, facts } = this.#setup;
    const origin: Chunk["origin"] = { source: name, format, labels };
    return new LineReader(
      this.#options.maxLineBytes,
      {
        lines: (generation, bytes, replay) => sink({ origin, stream: generation.stream, bytes, replay }),
        tooLong: (generation, bytes) => facts.lineTooLong(name, shownPath(generation.path), bytes),
        nulsSkipped: (generation, bytes) =>
          facts.bytesLost(name, shownPath(generation.path), bytes, "nul_bytes"),
      },
      () => signal.aborted,
    );
  }

  /** Takes up the saved positions. Gives whether the source has run before. */
  #resume(): boolean {
    const { positions } = this.#setup;
    const saved = decodePositions(positions);
    const resumption = new Resumption(this.#setup, this.#options, this.#register);
    for (const one of saved) if (one.finishedMs !== null) this.#register.remember(revive(one));
    const open = saved.filter((one) => one.finishedMs === null && this.#discoverer.covers(one.stream));
    for (const [path, ones] of Map.groupBy(open, (one) => one.stream)) {
      resumption.take(this.#register.chain(path, this.#options.paths.includes(path)), ones);
    }
    const known = positions.has(STARTED_KEY);
    if (!known) this.#ledger.set(STARTED_KEY, String(this.#setup.clock.now()));
    return known;
  }

  /** Polls what is due. */
  #look(follower: Follower, arrivals: Arrivals): void {
    const nowMs = this.#setup.clock.monotonic();
    if (nowMs >= this.#scanDueMs) {
      arrivals.scan();
      this.#register.prune(this.#setup.clock.now());
      const tookMs = this.#setup.clock.monotonic() - nowMs;
      const { pollMs } = this.#options;
      this.#scanDueMs = nowMs + Math.max(pollMs, Math.min(tookMs * SCAN_SHARE, MAX_SCAN_MS));
    }
    if (nowMs >= this.#lookDueMs) {
      for (const chain of this.#register.chains.values()) follower.look(chain);
      this.#lookDueMs = nowMs + this.#options.pollMs;
    }
  }

  /** Reads until nothing is ready, yielding to the event loop between turns. */
  async #readAll(follower: Follower, reader: LineReader, signal: AbortSignal): Promise<void> {
    while (follower.ready.size > 0 && !signal.aborted) {
      this.#turn(follower, reader);
      if (follower.ready.size > 0) await setImmediate();
      if (this.#setup.clock.monotonic() >= this.#lookDueMs) return;
    }
  }

  /** One turn: the ready files one read each, round robin. */
  #turn(follower: Follower, reader: LineReader): void {
    const { clock } = this.#setup;
    const untilMs = clock.monotonic() + TURN_MS;
    let bytes = 0;
    while (follower.ready.size > 0 && bytes < TURN_BYTES) {
      for (const chain of follower.ready) {
        bytes += this.#readOne(follower, reader, chain);
        if (bytes >= TURN_BYTES || clock.monotonic() >= untilMs) return;
      }
    }
  }

  /** One read of one file. Gives the bytes read. */
  #readOne(follower: Follower, reader: LineReader, chain: Chain): number {
    follower.ready.delete(chain);
    const generation = chain.next;
    if (generation === null) return 0;
    const before = generation.offset;
    const step = reader.step(generation);
    if (generation.offset !== before) this.#ledger.note(generation);
    switch (step.kind) {
      case "changed":
        follower.distrust(chain, generation);
        break;
      case "failed":
        generation.unread = false;
        this.#setup.facts.fileFailed(this.#setup.name, shownPath(generation.path), step.code, "read");
        break;
      case "more":
      case "end":
        generation.unread = step.kind === "more" || (!generation.current && step.bytes > 0);
        if (step.bytes > 0) {
          generation.activeMs = this.#setup.clock.monotonic();
          generation.size = Math.max(generation.size, generation.offset + generation.scanned);
          chain.hotUntilMs = generation.activeMs + HOT_MS;
        }
        break;
    }
    if (chain.next !== null) follower.ready.add(chain);
    return step.kind === "more" || step.kind === "end" ? step.bytes : 0;
  }

  /** Waits for the next poll; files that bytes flow into are read again every few milliseconds. */
  async #wait(follower: Follower, signal: AbortSignal): Promise<void> {
    const { clock } = this.#setup;
    const nowMs = clock.monotonic();
    const hot = [...this.#register.chains.values()].filter((chain) => chain.hotUntilMs > nowMs);
    const pollMs = Math.min(this.#lookDueMs, this.#scanDueMs) - nowMs;
    this.#wake = new AbortController();
    await clock.sleep(
      hot.length > 0 ? Math.min(HOT_READ_MS, pollMs) : pollMs,
      AbortSignal.any([signal, this.#wake.signal]),
    );
    for (const chain of hot) {
      if (chain.current === null) continue;
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
  }
}

function statusOf(chain: Chain): FileStatus[] {
  const path = shownPath(chain.path);
  if (chain.generations.length === 0) {
    const state = chain.trouble === null || chain.trouble === "ENOENT" ? "pending" : "failed";
    return [{ path, state, offset: 0, size: 0, lag_bytes: 0 }];
  }
  return chain.generations.map((generation) => ({
    path: shownPath(generation.path),
    state: generation.current ? "active" : "draining",
    offset: generation.offset,
    size: generation.size,
    lag_bytes: Math.max(0, generation.size - generation.offset),
  }));
}
