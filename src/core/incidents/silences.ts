// All silences and what they do: which of them hold an incident back at a moment, what their time has seen, and which have
// come to their end. They silence deliveries only; whoever counts goes on counting.

import { applies, occurrenceAt, type SilenceSpec, type Subject } from "./silence.ts";
import { countInto, excessOf, packRun, runKey, type SilenceRun, unpackRun } from "./silence-run.ts";

/** What silences mean for an incident at a moment. */
export type Standing =
  | { readonly kind: "free" }
  | { readonly kind: "held"; readonly by: HeldBy }
  /** A silence that means it has seen more than it expects; `why` says how much. */
  | { readonly kind: "exceeded"; readonly by: HeldBy; readonly why: string };

/** The silence behind a standing. */
export interface HeldBy {
  readonly name: string;
  readonly untilMs: number;
}

/** A row of the database; null deletes it. */
export interface SavedRun {
  readonly id: string;
  readonly data: string | null;
}

const FREE: Standing = { kind: "free" };
/** Lines of the last moment are read, counted and judged within this; then the report is given. */
const REPORT_AFTER_MS = 2_000;
/** Who made a silence is reminded this long before it ends, while it holds something back, … */
const REMIND_MS = 15 * 60_000;
/** … if it lasts for long enough to be forgotten. */
const MIN_REMINDED_MS = 2 * REMIND_MS;
/** A run is kept this long after its end: lines that come late still find it, and it is not reported twice. */
const KEPT_MS = 86_400_000;

export class Silences {
  #specs: readonly SilenceSpec[] = [];
  readonly #runs = new Map<string, SilenceRun>();
  readonly #dirty = new Set<string>();

  /** Puts these silences in place of those before; what is on and no longer declared ends now. */
  define(specs: readonly SilenceSpec[], nowMs: number): void {
    this.#specs = specs;
    const byId = new Map(specs.map((spec) => [spec.id, spec]));
    for (const run of this.#runs.values()) {
      if (run.reported) continue;
      const spec = byId.get(run.id);
      const endMs = (spec === undefined ? null : occurrenceAt(spec.times, run.startMs))?.endMs;
      const next = Math.max(run.startMs, endMs ?? Math.min(run.endMs, nowMs));
      if (next === run.endMs) continue;
      run.endMs = next;
      this.#dirty.add(runKey(run));
    }
  }

  /** Takes back what `takeDirty` gave before a restart. */
  restore(saved: Iterable<{ readonly id: string; readonly data: string }>): void {
    for (const { id, data } of saved) this.#runs.set(id, unpackRun(data));
  }

  /** The runs that changed since the last call, to be committed with the positions. */
  takeDirty(): SavedRun[] {
    const rows = [...this.#dirty].map((id) => {
      const run = this.#runs.get(id);
      return { id, data: run === undefined ? null : packRun(run) };
    });
    this.#dirty.clear();
    return rows;
  }

  /** Whether any are declared: each event asks. */
  get declared(): boolean {
    return this.#specs.length > 0;
  }

  /** Whether one is on, or over and not reported. */
  get active(): boolean {
    for (const run of this.#runs.values()) if (!run.reported) return true;
    return false;
  }

  /** Counts an event of a silenced group, or several, at their own time. */
  count(subject: Subject, keyDigest: string | null, timeMs: number, many = 1): void {
    for (const run of this.#runsOf({ ...subject, severity: null }, timeMs)) {
      run.last = { rule: subject.rule, group: subject.group };
      countInto(run, keyDigest, many);
      this.#dirty.add(runKey(run));
    }
  }

  /** What the silences of a moment mean for an incident. One that is exceeded speaks louder than one that holds. */
  standing(subject: Subject, timeMs: number): Standing {
    let held: Standing = FREE;
    for (const run of this.#runsOf(subject, timeMs)) {
      const by = { name: run.name, untilMs: run.endMs };
      if (run.exceeded) return { kind: "exceeded", by, why: excessOf(run) };
      if (held.kind === "free" || held.by.untilMs < run.endMs) held = { kind: "held", by };
    }
    return held;
  }

  /** Until when what happens in a group is planned, null when it is not; nothing is learned from planned time. */
  plannedUntil(rule: string, group: Subject["group"], timeMs: number): number | null {
    const subject = { rule, group, severity: null, keys: null };
    let untilMs: number | null = null;
    for (const spec of this.#specs) {
      const occurrence = occurrenceAt(spec.times, timeMs);
      if (occurrence !== null && applies(spec, subject)) {
        untilMs = Math.max(untilMs ?? 0, occurrence.endMs);
      }
    }
    return untilMs;
  }

  /** Brings time forward: what begins now has a run from its first moment on, also when nothing happens in it. */
  tick(nowMs: number): void {
    for (const spec of this.#specs) this.#runOf(spec, nowMs);
    for (const [key, run] of this.#runs) {
      if (!run.reported || nowMs - run.endMs < KEPT_MS) continue;
      this.#runs.delete(key);
      this.#dirty.add(key);
    }
  }

  /** The runs of silences that happen once and are about to end, as long as nobody was reminded. */
  ending(nowMs: number): SilenceRun[] {
    const once = new Set(this.#specs.filter(({ times }) => times.kind === "once").map(({ id }) => id));
    return [...this.#runs.values()].filter(
      ({ id, startMs, endMs, reminded }) =>
        !reminded &&
        once.has(id) &&
        nowMs < endMs &&
        endMs - nowMs <= REMIND_MS &&
        endMs - startMs >= MIN_REMINDED_MS,
    );
  }

  /** It was told that it is about to end. */
  remind(run: SilenceRun): void {
    run.reminded = true;
    this.#dirty.add(runKey(run));
  }

  /** The runs that are over and were not reported; each is given once. */
  takeEnded(nowMs: number): SilenceRun[] {
    const ended = [...this.#runs.values()].filter(
      (run) => !run.reported && nowMs - run.endMs >= REPORT_AFTER_MS,
    );
    for (const run of ended) {
      run.reported = true;
      this.#dirty.add(runKey(run));
    }
    return ended;
  }

  /** What has been seen by the run of a silence that is on, null when it is off. */
  runAt(spec: SilenceSpec, timeMs: number): SilenceRun | null {
    const occurrence = occurrenceAt(spec.times, timeMs);
    return occurrence === null
      ? null
      : (this.#runs.get(runKey({ id: spec.id, startMs: occurrence.startMs })) ?? null);
  }

  *#runsOf(subject: Subject, timeMs: number): Iterable<SilenceRun> {
    for (const spec of this.#specs) {
      if (occurrenceAt(spec.times, timeMs) === null || !applies(spec, subject)) continue;
      const run = this.#runOf(spec, timeMs);
      if (run !== null) yield run;
    }
  }

  #runOf(spec: SilenceSpec, timeMs: number): SilenceRun | null {
    const occurrence = occurrenceAt(spec.times, timeMs);
    if (occurrence === null) return null;
    const { id, name, comment, expect } = spec;
    const key = runKey({ id, startMs: occurrence.startMs });
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const run: SilenceRun = {
      id,
      name,
      comment,
      expect,
      ...occurrence,
      events: 0,
      keys: new Set(),
      exceeded: false,
      reported: false,
      reminded: false,
      last: null,
    };
    this.#runs.set(key, run);
    this.#dirty.add(key);
    return run;
  }
}
