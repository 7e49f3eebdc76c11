// The whole judgement as one object: chunks of log lines and time go in, transitions of incidents come out. It has no
// clock, no timers and no log; the same inputs always give the same outputs, and its state can be saved and restored.

import type { RevokedEvent } from "./events/event.ts";
import { ChunkEvents } from "./chunk-events.ts";
import { ChunkReader } from "./events/chunk-reader.ts";
import type { MatchSpec } from "./events/rule.ts";
import type { CoreFacts } from "./facts.ts";
import { EventCount } from "./event-count.ts";
import type { SourceLabels } from "./group-labels.ts";
import type { Counted } from "./incidents/counted.ts";
import type { Group } from "./incidents/group.ts";
import { type GroupReading, Groups, type SavedGroup } from "./groups.ts";
import type { GroupRule } from "./incidents/group-setup.ts";
import type { Reaction } from "./incidents/incident.ts";
import { KeyNotices } from "./incidents/key-notices.ts";
import { Silences } from "./incidents/silences.ts";
import type { IncidentView, Transition } from "./incidents/transition.ts";
import type { Chunk } from "./lines/chunk.ts";
import { KeyBook } from "./keys/key-book.ts";
import { probe } from "./probe.ts";
import { SilenceWords } from "./silence-words.ts";
import type { Unseen } from "./source-time.ts";
import { type Sight, SourceTimes } from "./source-times.ts";
import type { DetectorHistory } from "./spikes/history.ts";

export interface EngineRule extends GroupRule {
  readonly match: MatchSpec;
  /** `service`, `host`, `source`, `key`, `level`, or a label of the sources. */
  readonly groupBy: readonly string[];
}

export interface EngineSetup {
  readonly rules: readonly EngineRule[];
  /** Keyed hash of a text, hex, at least 20 digits; the key is the installation's and never leaves it. */
  readonly digest: (text: string) => string;
  readonly facts: CoreFacts;
  /** Since when these logs are being watched, by the state of earlier runs; null at the first start ever. */
  readonly watchedSinceMs: number | null;
  /**
   * What began and ended in a backlog is told once and quietly, when it is over; what still goes on when the backlog has been
   * read, then. A batch run, which reads nothing but a backlog, tells everything as it comes.
   */
  readonly summarises: boolean;
}

export class Engine {
  /** The planned rotations; none until they are defined. */
  readonly silences = new Silences();
  /** The revoked keys that are still used. */
  readonly keys: KeyBook;
  /** How far the sources have come. */
  readonly times: SourceTimes;
  readonly #setup: EngineSetup;
  readonly #reader: ChunkReader;
  readonly #groups: Groups;
  readonly #counting: EventCount;
  readonly #events: ChunkEvents;
  readonly #notices: KeyNotices;
  readonly #silenceWords: SilenceWords;

  constructor(setup: EngineSetup) {
    this.#setup = setup;
    this.keys = new KeyBook((rule) => setup.facts.keyEvicted(rule));
    this.#groups = new Groups({ ...setup, silences: this.silences, keys: this.keys });
    const { silences, keys } = this;
    this.#silenceWords = new SilenceWords({ ...setup, silences, groups: this.#groups });
    this.#notices = new KeyNotices({ ...setup, silences, all: () => this.#groups.keysUsed(keys) });
    this.times = new SourceTimes(setup);
    this.#counting = new EventCount({
      ...setup,
      silences,
      groups: this.#groups,
      notices: this.#notices,
      times: this.times,
    });
    this.#reader = new ChunkReader(setup.rules, setup.digest);
    this.#events = new ChunkEvents(this.#reader, this.#counting, setup.facts);
  }

  /** Memory that chunks are best read into: there they are judged without being copied. Shared by all who read. */
  get room(): Buffer {
    return this.#reader.room;
  }

  /**
   * Judges a chunk.
   * @param nowMs milliseconds since the epoch, on a clock that does not step.
   * @param live the source had nothing unread before this chunk: its lines were written just now.
   * @param wallAheadMs how far the wall clock, by which its lines may be stamped, has stepped ahead of `nowMs`.
   */
  feed(chunk: Chunk, nowMs: number, live: boolean, wallAheadMs = 0): Transition[] {
    const moment = { nowMs, live, wallAheadMs };
    const touched = new Set<Group>();
    const unseen = this.times.begin(chunk, moment);
    if (unseen !== null) this.#miss(unseen, nowMs, (group) => group.source === chunk.origin.source);
    const lines = this.#events.count(chunk, moment, touched);
    this.times.end(chunk, lines, moment);
    return this.#flush(touched, nowMs, live);
  }

  /**
   * Brings time forward where no event does it.
   * @param sightOf how a source can be read; time in a backlog is the time of its lines, not of the clock.
   */
  tick(nowMs: number, sightOf: (source: string) => Sight): Transition[] {
    this.times.tick(nowMs);
    const unfinished = new Set<Group>();
    this.#events.giveUp({ nowMs, live: true, wallAheadMs: 0 }, unfinished);
    const transitions = this.#flush(unfinished, nowMs, true);
    this.silences.tick(nowMs);
    const reachedBy = this.times.reached(nowMs, sightOf);
    for (const group of this.#groups.all()) {
      const { source } = group;
      if (source === "") continue;
      const { atMs, unseen } = reachedBy(source);
      if (unseen !== null) group.miss(unseen.fromMs, unseen.toMs, nowMs);
      group.advance(atMs, nowMs);
      if (unseen !== null) this.#groups.touch(group);
    }
    for (const group of this.#groups.inOrder(this.#groups.all())) {
      if (group.source === "") continue;
      const said = group.flush(nowMs, sightOf(group.source) !== "behind");
      if (said.length > 0) this.#groups.touch(group);
      transitions.push(...said);
    }
    transitions.push(...this.#notices.tick(nowMs, this.times.tickingSinceMs ?? nowMs));
    return transitions;
  }

  /** Some of a source's log is known to be lost: the time up to its next line was not seen. */
  lose(source: string): void {
    this.times.lose(source);
  }

  /** Nobody saw anything of any source, as while the machine slept. */
  unseen(fromMs: number, toMs: number): void {
    this.#miss({ fromMs, toMs }, toMs, () => true);
  }

  /**
   * Whether a line that counts would count: a made-up one for each rule goes from the reader to a detector that fires.
   * Nothing of it is counted, kept or told.
   * @returns the name of the first rule whose line did not come through; null when all did.
   */
  probe(nowMs: number): string | null {
    return probe(this.#reader, this.#setup.rules, this.#setup.digest, nowMs);
  }

  /**
   * The reminders of silences that are about to end, and the reports of those that are over. Asked after `tick`, so that what
   * still fires is told first and the report stands below it, and only when nothing is unread, since it says what was seen.
   */
  endSilences(nowMs: number): Transition[] {
    return this.#silenceWords.take(nowMs);
  }

  /**
   * Somebody takes care of an open incident: repeats and updates stop until it grows worse or an hour has passed.
   * @param by name of that person, for the message.
   * @returns what is to be said; null when no open incident has this id.
   */
  acknowledge(incident: string, by: string, nowMs: number): Transition[] | null {
    const group = this.#groups.touchFirst((one) => one.acknowledge(incident, by, nowMs));
    return group?.flush(nowMs, true) ?? null;
  }

  /**
   * The signs that people left under a receiver's message of an open incident: a new one acknowledges.
   * @returns what is to be said; nothing when none is new, or the incident is over.
   */
  react(incident: string, receiver: string, standing: readonly Reaction[], nowMs: number): Transition[] {
    const group = this.#groups.touchFirst((one) => one.react(incident, receiver, standing, nowMs));
    return group?.flush(nowMs, true) ?? [];
  }

  /**
   * Judges an event that was read elsewhere: `backtest` reads a log once for several engines, and files in the order of
   * their events' times.
   * @param sourceLabels labels of the source that it came from.
   * @param nowMs the moment in which it is judged, not before any that an earlier call named.
   */
  observe(event: RevokedEvent, sourceLabels: SourceLabels, nowMs: number): Transition[] {
    const moment = { nowMs, live: false, wallAheadMs: 0 };
    return this.#counting.add(event, sourceLabels, moment, false).flush(nowMs, true);
  }

  /**
   * Judges events of which only the number is known; 0 tells that time passed without one.
   * @param labels the group's, in the order of the rule's `groupBy`.
   */
  observeCounts(rule: string, labels: SourceLabels, counted: Counted, nowMs: number): Transition[] {
    return this.#counting.addCount(rule, labels, counted, nowMs).flush(nowMs, true);
  }

  /** What a group counted from `fromMs` to `toMs` is not known. @param labels as for `observeCounts`. */
  missCounts(rule: string, labels: SourceLabels, fromMs: number, toMs: number): Transition[] {
    const group = this.#groups.of(rule, Object.entries(labels), () => null);
    group.miss(fromMs, toMs, fromMs);
    return group.flush(fromMs, true);
  }

  /** Everything up to `timeMs` has been seen, in every source. */
  advance(timeMs: number): Transition[] {
    this.times.tick(timeMs);
    for (const group of this.#groups.all()) group.advance(timeMs, timeMs);
    return [...this.#groups.inOrder(this.#groups.all())].flatMap((group) => group.flush(timeMs, true));
  }

  /** The groups that changed since the last call, to be committed with the positions. */
  takeDirty(): SavedGroup[] {
    return this.#groups.takeDirty();
  }

  /** The groups that were forgotten since the last call, because their rule is gone or groups otherwise now. */
  takeGone(): readonly Pick<SavedGroup, "rule" | "group">[] {
    return this.#groups.takeGone();
  }

  /** Takes back what `takeDirty` gave. @returns the ends of incidents that nobody watches any more. */
  restore(saved: Iterable<SavedGroup>, nowMs: number): Transition[] {
    return this.#groups.restore(saved, nowMs);
  }

  /** Every group as it now stands, one by one: a list of ten thousand would outlive the young generation. */
  readings(): Iterable<GroupReading> {
    return this.#groups.readings();
  }

  /** What a group did in the last 25 hours; null when it was never opened. @param labels in the order of `groupBy`. */
  historyOf(rule: string, labels: Readonly<Record<string, string>>): DetectorHistory | null {
    return this.#groups.find(rule, labels)?.history() ?? null;
  }

  /** Incidents that are firing now, with the newest numbers. */
  openIncidents(): IncidentView[] {
    return this.#groups.openIncidents();
  }

  /** Every request id that is kept of an incident, at most 200; none for one that a later one of its group replaced. */
  requestIdsOf(incident: string): string[] {
    return this.#groups.requestIdsOf(incident);
  }

  #miss({ fromMs, toMs }: Unseen, nowMs: number, concerns: (group: Group) => boolean): void {
    for (const group of this.#groups.all()) {
      if (!concerns(group)) continue;
      group.miss(fromMs, toMs, nowMs);
      this.#groups.touch(group);
    }
  }

  #flush(touched: ReadonlySet<Group>, nowMs: number, live: boolean): Transition[] {
    return [...this.#groups.inOrder(touched)].flatMap((group) => {
      this.#groups.touch(group);
      return group.flush(nowMs, live);
    });
  }
}
