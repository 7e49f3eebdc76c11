// Replays files through the engines of one run: they are read once, merged in the order of time, and judged by every
// setting. Nothing is sent, saved or asked of the clock.

import { setImmediate } from "node:timers/promises";
import type { EngineRule } from "../core/engine.ts";
import { EventReader } from "../core/events/event-reader.ts";
import type { RevokedEvent } from "../core/events/event.ts";
import { labelsOf } from "../core/group-labels.ts";
import type { SilenceSpec } from "../core/incidents/silence.ts";
import type { Transition } from "../core/incidents/transition.ts";
import type { ChunkOrigin } from "../core/lines/chunk.ts";
import { LineReader } from "../core/lines/line-reader.ts";
import { keyedDigest } from "../host/digest.ts";
import { span } from "../receivers/numbers.ts";
import { Coverage } from "./coverage.ts";
import { CountFaults, type CountLine, readCounts } from "./counts.ts";
import type { FileLogSetup } from "./file-log.ts";
import { STDIN } from "./input.ts";
import { Judge } from "./judge.ts";
import { readEvents } from "./log-events.ts";
import { mergeByTime, TURN_MS } from "./merge.ts";
import { type Opening, openLogs } from "./open-logs.ts";
import { MAX_ROWS, type Recorded, Recording } from "./recording.ts";
import { Tally } from "./tally.ts";
import { Timeline } from "./timeline.ts";
import type { Variant } from "./variant.ts";

/**
 * The same for everyone: of a digest nothing is shown but the ids of incidents, and the same log shall give the same ids
 * each time.
 */
const DIGEST_KEY = Buffer.from("revokewatch backtest");
/** Named as the daemon names the sources of FILE arguments: the service of a line that names none. */
const FILE_ORIGIN: ChunkOrigin = { source: "file", format: "auto", labels: {} };
const STDIN_ORIGIN: ChunkOrigin = { source: "stdin", format: "auto", labels: {} };
const COUNTS_SOURCE = "counts";
const TIMELESS = "no line tells a time: all events were judged as if they had come at this moment";

const UNSEEN =
  "hold no line of any kind, in a log that else always has some: taken for time that nobody saw, not for quiet";
const LEARNED =
  "were only learned from, as the daemon learns from the log that is there at its first start; --learn 0s judges them too";
/**
 * A recording mostly begins in the midst of a busy series, where the first row would be a rise from nothing. A tenth of it
 * is learned from, and at most three days: by then the half hours of the day are known.
 */
const LEARNED_SHARE = 0.1;
const MOST_LEARNED_MS = 3 * 86_400_000;

export interface ReplaySetup extends Pick<Opening, "files" | "stdin" | "nowMs"> {
  /** The first one judges recorded counts. */
  readonly rules: readonly EngineRule[];
  readonly variants: readonly Variant[];
  /** The configuration's; those made by hand or dropped in as files are of now, not of the log's time. */
  readonly silences: readonly SilenceSpec[];
  /** Also gathers what a chart shows, under the first variant. */
  readonly charted: boolean;
  /** So long from its beginning on a log is only learned from, milliseconds; null: nothing of logs, some of counts. */
  readonly learnMs: number | null;
  readonly onTransition: (transition: Transition, variant: Variant) => void;
  /** Called whenever something was read. @param bytes on disk. @param reachedMs time in the log, -Infinity: unknown. */
  readonly onProgress: (bytes: number, reachedMs: number) => void;
}

export class Replay {
  readonly tally = new Tally();
  /** Lines of recorded counts that are none. */
  readonly faults = new CountFaults();
  judges: readonly Judge[] = [];
  /** What a chart shows; null when none is wanted. */
  timeline: Timeline | null = null;
  readonly #setup: ReplaySetup;
  /** Of logs; of recorded counts the rows themselves tell what is missing. */
  readonly #coverage = new Coverage();
  #begun = false;
  #learnMs: number;
  readonly #digest = keyedDigest(DIGEST_KEY);

  constructor(setup: ReplaySetup) {
    this.#setup = setup;
    this.#learnMs = setup.learnMs ?? 0;
    this.#judgeBy(1);
  }

  /** Reads log lines. @param signal ends it early; what was found until then stands. */
  async readLogs(signal: AbortSignal): Promise<void> {
    const { rules } = this.#setup;
    const events = new EventReader(rules, this.#digest);
    const lines = new LineReader(events.needles);
    const groupBys = new Map(rules.map(({ name, groupBy }) => [name, groupBy]));
    const source = (name: string): Source<RevokedEvent> => {
      const origin = name === STDIN ? STDIN_ORIGIN : FILE_ORIGIN;
      return {
        read: readEvents(lines, events, { origin, stream: name, tally: this.tally }),
        ended: () => lines.forget(origin.source, name),
      };
    };
    const onProgress = this.#setup.onProgress;
    await this.#merge({ source, coverage: this.#coverage }, signal, onProgress, (read, timeMs) => {
      const atMs = this.#moveTo(timeMs);
      if (read.timeFrom !== "arrival" && read.timeMs > atMs) this.tally.future += 1;
      const event = { ...read, timeMs: Math.min(read.timeMs, atMs) };
      const labels = labelsOf(event, groupBys.get(event.rule) ?? [], FILE_ORIGIN.labels);
      this.timeline?.add(event.rule, labels, event.timeMs, 1);
      for (const judge of this.judges) judge.event(event, FILE_ORIGIN.labels);
    });
    this.#end(signal);
  }

  /** Reads recorded counts, all of them before the first is judged; none is judged when a line is none. */
  async readCounts(signal: AbortSignal): Promise<void> {
    const recording = new Recording();
    let full = false;
    const source = (name: string): Source<CountLine> => ({
      read: readCounts(name, this.faults),
      ended: () => undefined,
    });
    let bytes = 0;
    const reading = (read: number, reachedMs: number): void => {
      bytes = read;
      this.#setup.onProgress(0, reachedMs);
    };
    await this.#merge({ source, coverage: null }, signal, reading, (row) => {
      this.tally.seen(row.timeMs);
      full ||= !recording.add(row);
    });
    if (full) this.faults.tooMany(MAX_ROWS);
    if (this.faults.total > 0) return;
    const { hours } = recording;
    this.#learnMs = this.#setup.learnMs ?? learnOf(this.tally.lastMs - this.tally.firstMs, hours);
    if (hours > 1) this.#judgeBy(hours);
    let turnEndMs = performance.now() + TURN_MS;
    for (const recorded of recording.replay()) {
      if (signal.aborted) break;
      this.#judgeRecorded(recorded);
      if (performance.now() < turnEndMs) continue;
      this.#setup.onProgress(bytes * recording.begun, recorded.timeMs);
      await setImmediate();
      turnEndMs = performance.now() + TURN_MS;
    }
    if (recording.endMs > -Infinity) this.tally.seen(recording.endMs);
    this.#end(signal);
  }

  /** @param timeScale how much slower than the daemon's the clock of the detectors is. */
  #judgeBy(timeScale: number): void {
    const { rules, variants, silences, charted, onTransition } = this.#setup;
    this.judges = variants.map(
      (variant) => new Judge({ rules, variant, silences, timeScale, digest: this.#digest, onTransition }),
    );
    const [first] = this.judges;
    this.timeline = charted && first !== undefined ? new Timeline(first, timeScale) : null;
  }

  #judgeRecorded(recorded: Recorded): void {
    const rule = this.#setup.rules[0]?.name ?? "";
    const { group, timeMs } = recorded;
    const labels = group === null ? {} : { group };
    this.#moveTo(timeMs);
    if (recorded.kind === "missing") {
      for (const judge of this.judges) judge.missing(rule, labels, timeMs, recorded.untilMs);
      return;
    }
    const { count } = recorded;
    this.tally.events += count;
    this.timeline?.add(rule, Object.entries(labels), timeMs, count);
    for (const judge of this.judges) judge.count(rule, labels, { source: COUNTS_SOURCE, timeMs, count });
  }

  async #merge<Item>(
    {
      source,
      coverage,
    }: { readonly source: (name: string) => Source<Item>; readonly coverage: Coverage | null },
    signal: AbortSignal,
    onProgress: ReplaySetup["onProgress"],
    take: (item: Item, timeMs: number) => void,
  ): Promise<void> {
    const { dated, undated } = await openLogs({ ...this.#setup, tally: this.tally, coverage }, source);
    const all = [...dated, ...undated];
    const close = (): void => all.forEach((log) => log.close());
    const report = (): void => {
      const bytes = all.reduce((sum, { consumed }) => sum + consumed, 0);
      onProgress(bytes, this.tally.lastMs);
    };
    // Closing wakes a read that waits for a silent pipe.
    signal.addEventListener("abort", close, { once: true });
    try {
      for (const logs of [dated, undated]) {
        await mergeByTime(logs, take, report, signal);
      }
    } finally {
      signal.removeEventListener("abort", close);
      close();
      report();
    }
  }

  #end(signal: AbortSignal): void {
    if (this.tally.lastMs > -Infinity && !signal.aborted) this.#moveTo(this.tally.lastMs);
    if (this.tally.lastMs === -Infinity && this.tally.events > 0) this.tally.notice(TIMELESS);
    const { missingMs } = this.#coverage;
    if (missingMs > 0) this.tally.notice(`${span(missingMs)} ${UNSEEN}`);
    if (this.#learnMs > 0) this.tally.notice(`the first ${span(this.#learnMs)} ${LEARNED}`);
    for (const one of this.judges) one.end();
  }

  /** Brings every judge to a time; what tells none comes when the others have ended, and if there are none, now. */
  #moveTo(timeMs: number): number {
    const { lastMs } = this.tally;
    const otherwise = lastMs > -Infinity ? lastMs : this.#setup.nowMs;
    const atMs = timeMs > -Infinity ? timeMs : otherwise;
    if (!this.#begun)
      for (const judge of this.judges) {
        judge.begin(Math.min(this.tally.firstMs, atMs), this.#learnMs);
      }
    this.#begun = true;
    for (const { fromMs, toMs } of this.#coverage.reach(atMs)) {
      for (const judge of this.judges) judge.unseen(fromMs, toMs);
    }
    this.timeline?.moveTo(atMs);
    for (const judge of this.judges) judge.moveTo(atMs);
    return atMs;
  }
}

function learnOf(lengthMs: number, timeScale: number): number {
  return Math.max(0, Math.min(MOST_LEARNED_MS * timeScale, LEARNED_SHARE * lengthMs));
}

type Source<Item> = Pick<FileLogSetup<Item>, "read" | "ended">;
