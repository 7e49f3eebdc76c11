// The two loops: chunks from the sources into the engine, ticks of time into the engine; and the one commit that makes
// true together what both changed, before anything is said to anyone.

import type { Engine } from "./core/engine.ts";
import type { Transition } from "./core/incidents/transition.ts";
import type { Sight } from "./core/source-times.ts";
import type { Clock } from "./host/clock.ts";
import { SteadyClock, type SteadyMoment } from "./host/steady-clock.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { FileStatus, Sink, Source } from "./sources/source.ts";
import { DOCUMENT, type DocumentRow, type StateChange } from "./state/change.ts";
import type { CommitResult } from "./state/database.ts";

/**
 * What was read may wait this long for its commit. A crash reads at most that much again, and an idle disk is left
 * alone: nothing is written while nothing is read.
 */
const COMMIT_MS = 500;
/** The same where nothing is on disk: then a reload alone takes up what was committed, and it commits before. */
const UNSAVED_COMMIT_MS = 10_000;
/** A commit of a thousand groups takes 0.1 s: the next one waits ten times as long as the last one took, up to this. */
const LONGEST_COMMIT_MS = 2000;
const COMMIT_SHARE = 10;
/** A commit that failed is tried again this soon, so that little is lost when the disk has room again. */
const RETRY_MS = 1000;
/** Time is brought forward this often; windows slide in steps of 10 s, so that a second is fine enough. */
const TICK_MS = 1000;
/** A source is asked this often whether it can be read: one of 2,000 files tells of each. */
const LOOK_MS = 30_000;
/** States of a file or pipe whose lines are read as they come. */
const READABLE: ReadonlySet<FileStatus["state"]> = new Set(["active", "draining", "finished"]);

export interface PipelineFacts {
  evaluated(rules: readonly string[], nowMs: number): void;
  stateSaved(nowMs: number): void;
  stateSaveFailed(detail: string): void;
}

export interface PipelineSetup {
  readonly engine: Engine;
  readonly sources: readonly Source[];
  readonly outbox: Outbox;
  readonly commit: (change: StateChange) => CommitResult;
  readonly clock: Clock;
  /** False for a batch run: its sources end where their logs end, and what came later nobody has seen. */
  readonly follow: boolean;
  readonly facts: PipelineFacts;
  readonly rules: readonly string[];
  /** False when the state is kept in memory only. */
  readonly durable: boolean;
  /** Names of the receivers that a transition goes to. */
  readonly route: (transition: Transition) => readonly string[];
  /** Takes a transition into the history. @returns the documents to commit with it. */
  readonly record: (transition: Transition) => readonly DocumentRow[];
  /** Called for each transition once it is committed, or once it is known that it cannot be: stdout. */
  readonly onTransition: (transition: Transition) => void;
}

export class Pipeline {
  readonly #setup: PipelineSetup;
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #steady: SteadyClock;
  /** Whether each source could be read when it was last asked. */
  readonly #looked = new Map<string, { readonly atMs: number; readonly sight: Sight }>();
  #said: Transition[] = [];
  #rows: DocumentRow[] = [];
  #commitDue: "no" | "soon" | "now" = "no";
  #commitAfterMs: number;
  #lastTurnMs: number;

  constructor(setup: PipelineSetup) {
    this.#setup = setup;
    this.#sources = new Map(setup.sources.map((source) => [source.name, source]));
    this.#steady = new SteadyClock(setup.clock);
    this.#lastTurnMs = setup.clock.monotonic();
    this.#commitAfterMs = this.#leastCommitMs;
  }

  /** Milliseconds since the loop last turned: what health and the watchdog look at. */
  get stalledMs(): number {
    return this.#setup.clock.monotonic() - this.#lastTurnMs;
  }

  /** Every source has handed on what was there when it was opened. */
  get caughtUp(): boolean {
    return this.#setup.sources.every((source) => source.caughtUp);
  }

  /**
   * Reads and judges until every source has ended or `signal` aborts. Nothing is left uncommitted.
   * @throws what a source gives up with.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stopTicking = new AbortController();
    const ticking = this.#tick(AbortSignal.any([signal, stopTicking.signal]));
    try {
      const commit = (): void => void this.#commit();
      await Promise.all(
        this.#setup.sources.map((source) => source.run(this.#sinkOf(source), signal, commit)),
      );
    } finally {
      stopTicking.abort();
      await ticking;
      this.#turn();
      this.#commit();
    }
  }

  /**
   * What somebody asked for from outside: said and true on disk when this returns. Between two chunks every position stands
   * behind what was counted, so that the commit may carry them.
   */
  apply(transitions: readonly Transition[], rows: readonly DocumentRow[]): void {
    this.#say(transitions);
    this.#rows.push(...rows);
    this.#commit();
  }

  /** Saves now, changed or not. @returns whether the disk took it. */
  save(): boolean {
    return this.#commit();
  }

  get #leastCommitMs(): number {
    return this.#setup.durable ? COMMIT_MS : UNSAVED_COMMIT_MS;
  }

  #sinkOf(source: Source): Sink {
    const { engine } = this.#setup;
    return (chunk) => {
      const { nowMs, wallAheadMs } = this.#moment();
      const said = engine.feed(chunk, nowMs, source.caughtUp, wallAheadMs);
      if (said.length > 0) this.#say(said);
      this.#commitIn(said.length > 0 ? "now" : "soon");
    };
  }

  async #tick(signal: AbortSignal): Promise<void> {
    const { clock } = this.#setup;
    for (;;) {
      await clock.sleep(TICK_MS, signal);
      if (signal.aborted) return;
      this.#turn();
    }
  }

  /** Now, by a clock that does not step. */
  #moment(): SteadyMoment {
    const moment = this.#steady.read();
    if (moment.blindSinceMs !== null) this.#setup.engine.unseen(moment.blindSinceMs, moment.nowMs);
    return moment;
  }

  /** Whether silence of a source means that nothing happened. */
  #sightOf(name: string): Sight {
    const source = this.#sources.get(name);
    if (!this.#setup.follow) return "behind";
    if (source === undefined) return "live";
    if (!source.caughtUp) return "behind";
    const nowMs = this.#setup.clock.monotonic();
    let looked = this.#looked.get(name);
    if (looked === undefined || nowMs - looked.atMs >= LOOK_MS) {
      const readable = source.status().some(({ state }) => READABLE.has(state));
      this.#looked.set(name, (looked = { atMs: nowMs, sight: readable ? "live" : "blind" }));
    }
    return looked.sight;
  }

  #turn(): void {
    const { engine, clock, facts, rules } = this.#setup;
    const { nowMs } = this.#moment();
    const said = engine.tick(nowMs, (name) => this.#sightOf(name));
    // A report says what was seen, so it waits for what is unread.
    if (this.caughtUp) said.push(...engine.endSilences(nowMs));
    if (said.length > 0) {
      this.#say(said);
      this.#commitIn("now");
    }
    facts.evaluated(rules, clock.now());
    this.#lastTurnMs = clock.monotonic();
  }

  #say(transitions: readonly Transition[]): void {
    const { outbox, route, record, clock } = this.#setup;
    this.#said.push(...transitions);
    for (const transition of transitions) {
      const { documents = [] } = outbox.accept(transition, route(transition), clock.now());
      this.#rows.push(...record(transition), ...documents);
    }
  }

  /**
   * A transition is committed in the microtask after the chunk that made it: by then the source has moved its position
   * behind that chunk, and no other chunk can have come.
   */
  #commitIn(when: "soon" | "now"): void {
    if (when === "now" && this.#commitDue !== "now") {
      this.#commitDue = "now";
      queueMicrotask(() => this.#commit());
    } else if (this.#commitDue === "no") {
      this.#commitDue = "soon";
      void this.#setup.clock.sleep(this.#commitAfterMs).then(() => {
        if (this.#commitDue === "soon") this.#commit();
      });
    }
  }

  #commit(): boolean {
    const { engine, sources, outbox, commit, clock, facts, onTransition } = this.#setup;
    this.#commitDue = "no";
    const said = this.#said;
    const rows = this.#rows;
    this.#said = [];
    this.#rows = [];
    const nowMs = clock.now();
    const beganMs = clock.monotonic();
    const result = commit({
      atMs: nowMs,
      positions: sources.flatMap((source) =>
        [...source.takePositions()].map(([key, value]) => ({ source: source.name, key, value })),
      ),
      groups: [
        ...engine.takeGone().map((gone) => ({ ...gone, state: null })),
        ...engine.takeDirty().map(({ rule, group, snapshot, eventsTotal }) => ({
          rule,
          group,
          state: { snapshot, eventsTotal },
        })),
      ],
      documents: [
        ...rows,
        ...engine.times.takeDirty().map((row) => ({ kind: DOCUMENT.sourceTime, ...row })),
        ...engine.silences.takeDirty().map((row) => ({ kind: DOCUMENT.silenceRun, ...row })),
        ...engine.keys.takeDirty().map((row) => ({ kind: DOCUMENT.key, ...row })),
      ],
    });
    const tookMs = clock.monotonic() - beganMs;
    this.#commitAfterMs = Math.max(this.#leastCommitMs, Math.min(LONGEST_COMMIT_MS, COMMIT_SHARE * tookMs));
    if (result.ok) facts.stateSaved(nowMs);
    else {
      facts.stateSaveFailed(`${result.code}: ${result.detail}`);
      // What failed is owed by the state and written with the next commit, whatever that carries.
      void clock.sleep(RETRY_MS).then(() => this.#commitIn("soon"));
    }
    for (const transition of said) onTransition(transition);
    // Also after a failed commit: an alert that is not on disk is still an alert.
    outbox.release();
    return result.ok;
  }
}
