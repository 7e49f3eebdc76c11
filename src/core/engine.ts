// The whole judgement as one object: chunks of log lines and time go in, transitions of incidents come out. It has no
// clock, no timers and no log; the same inputs always give the same outputs, and its state can be saved and restored.

import type { RevokedEvent } from "./events/event.ts";
import { ChunkReader, type LineVerdict } from "./events/chunk-reader.ts";
import type { MatchSpec } from "./events/rule.ts";
import type { CoreFacts } from "./facts.ts";
import { labelsOf, type SourceLabels } from "./group-labels.ts";
import type { Counted, Group } from "./incidents/group.ts";
import { type GroupReading, Groups, type SavedGroup } from "./groups.ts";
import type { GroupRule } from "./incidents/group-setup.ts";
import { incidentId } from "./incidents/ids.ts";
import { KeyNotices } from "./incidents/key-notices.ts";
import type { SilenceRun } from "./incidents/silence-run.ts";
import { silenceEnded } from "./incidents/silence-report.ts";
import { Silences } from "./incidents/silences.ts";
import type { IncidentView, Transition } from "./incidents/transition.ts";
import type { Chunk, ChunkOrigin } from "./lines/chunk.ts";
import { KeyBook } from "./keys/key-book.ts";
import { lastLine, timeOfFirstLine, timeOfLastLine } from "./lines/line-time.ts";
import { probe } from "./probe.ts";
import { SourceTime } from "./source-time.ts";

/** A new group is credited with at most this much quiet before its first event: past it the detector gains nothing. */
const MAX_WATCHED_MS = 3_600_000;
/** How far a line's time may be ahead of the wall clock; beyond it, it is taken as now. */
const MAX_AHEAD_MS = 60_000;

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
}

export class Engine {
  /** The planned rotations; none until they are defined. */
  readonly silences = new Silences();
  /** The revoked keys that are still used. */
  readonly keys: KeyBook;
  readonly #setup: EngineSetup;
  readonly #reader: ChunkReader;
  readonly #rules: ReadonlyMap<string, EngineRule>;
  readonly #groups: Groups;
  readonly #notices: KeyNotices;
  readonly #times = new Map<string, SourceTime>();
  /** Wall time of the first tick: logs that have said nothing have been watched all the same. */
  #tickingSinceMs: number | null = null;

  constructor(setup: EngineSetup) {
    this.#setup = setup;
    this.#rules = new Map(setup.rules.map((rule) => [rule.name, rule]));
    this.keys = new KeyBook((rule) => setup.facts.keyEvicted(rule));
    this.#groups = new Groups({ ...setup, silences: this.silences, keys: this.keys });
    const { silences, keys } = this;
    this.#notices = new KeyNotices({ ...setup, silences, all: () => this.#groups.keysUsed(keys) });
    this.#reader = new ChunkReader(setup.rules, setup.digest);
  }

  /** Memory that chunks are best read into: there they are judged without being copied. Shared by all who read. */
  get room(): Buffer {
    return this.#reader.room;
  }

  /**
   * Judges a chunk.
   * @param nowMs wall clock, milliseconds since the epoch.
   * @param live the source had nothing unread before this chunk: its lines were written just now.
   */
  feed(chunk: Chunk, nowMs: number, live: boolean): Transition[] {
    const { facts } = this.#setup;
    const { source } = chunk.origin;
    const touched = new Set<Group>();
    const time = this.#time(source);
    if (time.firstMs === null) time.firstSeen(timeOfFirstLine(chunk.bytes));
    const lines = this.#reader.read(chunk, nowMs, (verdict) =>
      this.#take(verdict, chunk.origin, nowMs, chunk.replay, touched),
    );
    const lastLineMs = live ? timeOfLastLine(chunk.bytes) : null;
    facts.linesRead(source, lines, chunk.bytes.length, lastLineMs);
    if (lastLineMs !== null) time.lineSeen(Math.min(lastLineMs, nowMs), nowMs, live);
    const newest = live ? null : lastLine(chunk.bytes);
    if (newest !== null) time.keep(newest, nowMs);
    return this.#flush(touched, nowMs);
  }

  /**
   * Brings time forward where no event does it.
   * @param caughtUp whether a source has nothing unread; time in a backlog is the time of its lines, not of the wall.
   */
  tick(nowMs: number, caughtUp: (source: string) => boolean): Transition[] {
    this.#tickingSinceMs ??= nowMs;
    for (const [source, time] of this.#times) this.#readKept(source, time);
    const transitions = this.#giveUpParts(nowMs);
    this.silences.tick(nowMs);
    for (const group of this.#groups.all()) {
      if (group.source === "") continue;
      group.advance(this.#time(group.source).at(nowMs, caughtUp(group.source)), nowMs);
      const said = group.flush(nowMs);
      if (said.length > 0) this.#groups.touch(group);
      transitions.push(...said);
    }
    transitions.push(...this.#notices.tick(nowMs, this.#tickingSinceMs));
    return transitions;
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
   * The reports of silences that are over. Asked after `tick`, so that what still fires is told first and the report stands
   * below it, and only when nothing is unread, since it says what was seen.
   */
  endSilences(nowMs: number): Transition[] {
    return this.silences.takeEnded(nowMs).flatMap((run) => this.#reportOf(run));
  }

  /**
   * Somebody takes care of an open incident: repeats and updates stop until it grows worse or an hour has passed.
   * @param by name of that person, for the message.
   * @returns what is to be said; null when no open incident has this id.
   */
  acknowledge(incident: string, by: string, nowMs: number): Transition[] | null {
    for (const group of this.#groups.all()) {
      if (!group.acknowledge(incident, by, nowMs)) continue;
      this.#groups.touch(group);
      return group.flush(nowMs);
    }
    return null;
  }

  /**
   * Judges an event that was read elsewhere: `backtest` reads a log once for several engines, and files in the order of
   * their events' times.
   * @param sourceLabels labels of the source that it came from.
   * @param nowMs the moment in which it is judged, not before any that an earlier call named.
   */
  observe(event: RevokedEvent, sourceLabels: SourceLabels, nowMs: number): Transition[] {
    return this.#count(event, sourceLabels, nowMs, false).flush(nowMs);
  }

  /**
   * Judges events of which only the number is known; 0 tells that time passed without one.
   * @param labels the group's, in the order of the rule's `groupBy`.
   */
  observeCounts(rule: string, labels: SourceLabels, counted: Counted, nowMs: number): Transition[] {
    const group = this.#groups.of(rule, Object.entries(labels), () => null);
    group.observeCount(counted, nowMs);
    return group.flush(nowMs);
  }

  /** What a group counted from `fromMs` to `toMs` is not known. @param labels as for `observeCounts`. */
  missCounts(rule: string, labels: SourceLabels, fromMs: number, toMs: number): Transition[] {
    const group = this.#groups.of(rule, Object.entries(labels), () => null);
    group.miss(fromMs, toMs, fromMs);
    return group.flush(fromMs);
  }

  /** Everything up to `timeMs` has been seen, in every source. */
  advance(timeMs: number): Transition[] {
    this.#tickingSinceMs ??= timeMs;
    return [...this.#groups.all()].flatMap((group) => {
      group.advance(timeMs, timeMs);
      return group.flush(timeMs);
    });
  }

  /** The groups that changed since the last call, to be committed with the positions. */
  takeDirty(): SavedGroup[] {
    return this.#groups.takeDirty();
  }

  /** Takes back what `takeDirty` gave. Groups of rules that are gone are left out. */
  restore(saved: Iterable<SavedGroup>): void {
    this.#groups.restore(saved);
  }

  readings(): GroupReading[] {
    return this.#groups.readings();
  }

  /** Incidents that are firing now, with the newest numbers. */
  openIncidents(): IncidentView[] {
    return [...this.#groups.all()].flatMap((group) => group.openIncident ?? []);
  }

  /** Every request id that is kept of an incident, at most 200; none for one that a later one of its group replaced. */
  requestIdsOf(incident: string): string[] {
    for (const group of this.#groups.all()) {
      const ids = group.requestIdsOf(incident);
      if (ids !== null) return ids;
    }
    return [];
  }

  /** Unfinished lines that were waited for long enough are judged as they are. */
  #giveUpParts(nowMs: number): Transition[] {
    const touched = new Set<Group>();
    this.#reader.giveUp(nowMs, (verdict, origin) => this.#take(verdict, origin, nowMs, false, touched));
    return this.#flush(touched, nowMs);
  }

  #take(
    verdict: LineVerdict,
    origin: ChunkOrigin,
    nowMs: number,
    replay: boolean,
    touched: Set<Group>,
  ): void {
    if (verdict.kind === "none") this.#setup.facts.lineRejected(origin.source, verdict.reason);
    else touched.add(this.#count(verdict.event, origin.labels, nowMs, replay));
  }

  #flush(touched: ReadonlySet<Group>, nowMs: number): Transition[] {
    return [...touched].flatMap((group) => {
      this.#groups.touch(group);
      return group.flush(nowMs);
    });
  }

  #count(read: RevokedEvent, sourceLabels: SourceLabels, nowMs: number, replay: boolean): Group {
    const { facts } = this.#setup;
    const aheadMs = read.timeMs - nowMs;
    const event = aheadMs > MAX_AHEAD_MS ? { ...read, timeMs: nowMs } : read;
    if (event !== read) facts.futureEvent(read.source, aheadMs);
    const { groupBy = [] } = this.#rules.get(event.rule) ?? {};
    const group = this.#groups.of(event.rule, labelsOf(event, groupBy, sourceLabels), () =>
      this.#watchedSince(event),
    );
    const { rule, key } = event;
    if (this.silences.declared) {
      const subject = { rule, group: group.labels, severity: null, keys: [key?.shown ?? ""] };
      this.silences.count(subject, key?.digest ?? null, event.timeMs);
    }
    const used = group.observe(event, nowMs, replay);
    if (used !== null) this.#notices.used({ rule, group, key: used }, event.timeMs, nowMs, replay);
    facts.eventCounted(event, nowMs);
    return group;
  }

  /** Reads the time of a backlog's newest line, when there is one that nobody has read yet. */
  #readKept(source: string, time: SourceTime): void {
    const kept = time.takeKept();
    const lineMs = kept === null ? null : timeOfLastLine(kept.line);
    if (kept === null || lineMs === null) return;
    time.lineSeen(Math.min(lineMs, kept.nowMs), kept.nowMs, false);
    this.#setup.facts.linesRead(source, 0, 0, lineMs);
  }

  /** Since when a group that begins with this event would have been seen, at most an hour back; null when not before it. */
  #watchedSince({ timeMs, source }: RevokedEvent): number | null {
    const since = [this.#setup.watchedSinceMs, this.#tickingSinceMs, this.#time(source).firstMs];
    const before = since.filter((ms) => ms !== null).filter((ms) => ms < timeMs);
    return before.length === 0 ? null : Math.max(timeMs - MAX_WATCHED_MS, Math.min(...before));
  }

  /** The report of a silence that is over; none when it was about no rule of ours. */
  #reportOf(run: SilenceRun): Transition[] {
    const { digest, facts } = this.#setup;
    const rule = run.last?.rule ?? this.#setup.rules[0]?.name;
    if (rule === undefined) return [];
    const group = run.last && this.#groups.find(rule, run.last.group);
    const id = incidentId(run.endMs, digest(JSON.stringify([run.id, run.startMs])));
    const report = silenceEnded(run, group?.incidentSince(run.startMs) ?? null, rule, id);
    facts.transition(report);
    return [report];
  }

  #time(source: string): SourceTime {
    let time = this.#times.get(source);
    if (time === undefined) this.#times.set(source, (time = new SourceTime()));
    return time;
  }
}
