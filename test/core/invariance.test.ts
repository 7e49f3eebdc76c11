// What must not matter to the whole engine: the order of lines within the lateness, the week in which it happens, and the
// pace of time.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Engine, type EngineRule } from "../../src/core/engine.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { CoreFacts } from "../../src/core/facts.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { eventLine } from "../support/log-lines.ts";
import { recordingFacts } from "../support/recording-facts.ts";

const START = Date.UTC(2026, 4, 25);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;
const LATENESS = 60 * SECOND;
/** Too few for the channel of new keys: which of two channels is told may hang on the order. */
const KEYS = 3;
const ORIGIN = { source: "api", format: "auto", labels: {} } as const;
const ADAPTIVE: EngineRule = {
  name: "api_key_revoked",
  match: DEFAULT_MATCH,
  groupBy: ["service"],
  routes: [],
  detector: { kind: "adaptive", sensitivity: "medium", minCount: 10 },
  requestIdsMax: 10,
  newKeyNotice: false,
  runbookUrl: null,
};

/** A line and when it is read, not before its own time. */
interface Arrival {
  readonly timeMs: number;
  readonly atMs: number;
}

/** Everything that is said of these lines until `endMs`; time is told every `tickMs`. */
function judged(
  rule: EngineRule,
  arrivals: readonly Arrival[],
  endMs: number,
  tickMs = 10 * SECOND,
): Transition[] {
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  const { facts } = recordingFacts<CoreFacts>();
  const engine = new Engine({ rules: [rule], digest, facts, watchedSinceMs: null, summarises: true });
  const said: Transition[] = [];
  let tickedMs = Math.floor((arrivals[0]?.atMs ?? 0) / tickMs) * tickMs;
  const tickTo = (toMs: number): void => {
    for (; tickedMs + tickMs <= toMs; said.push(...engine.tick(tickedMs, () => "live"))) tickedMs += tickMs;
  };
  for (const { timeMs, atMs } of arrivals) {
    tickTo(atMs);
    const bytes = Buffer.from(
      eventLine({ timeMs, requestId: `r${timeMs}`, key: `k${timeMs % KEYS}_0123456789abcdef` }),
    );
    said.push(...engine.feed({ origin: ORIGIN, stream: "api.log", bytes, replay: false }, atMs, true));
  }
  tickTo(endMs);
  return said;
}

/** Everything that is said of a log that is read in one stretch, as after a stop, and until `endMs`. */
function readAtOnce(rule: EngineRule, times: readonly number[], endMs: number): Transition[] {
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  const { facts } = recordingFacts<CoreFacts>();
  const engine = new Engine({ rules: [rule], digest, facts, watchedSinceMs: null, summarises: false });
  const lines = times.map((timeMs) =>
    eventLine({ timeMs, requestId: `r${timeMs}`, key: `k${timeMs % KEYS}_0123456789abcdef` }),
  );
  const bytes = Buffer.from(lines.join(""));
  const said = engine.feed({ origin: ORIGIN, stream: "api.log", bytes, replay: false }, endMs, false);
  return [...said, ...engine.tick(endMs, () => "live")];
}

/** A day of about `everyMs` between events, then `events` more within `spikeMs`, then six hours more of the same. */
function day(chance: readonly number[], everyMs: number, events: number, spikeMs: number): number[] {
  const times: number[] = [];
  const spikeAtMs = START + 24 * HOUR + 7 * MINUTE;
  for (let atMs = START, i = 0; atMs < START + 30 * HOUR; i++) {
    times.push(Math.round(atMs));
    atMs += everyMs * (0.5 + (chance[i % chance.length] ?? 0));
  }
  for (let i = 0; i < events; i++) times.push(spikeAtMs + Math.round((i * spikeMs) / events));
  return times.sort((a, b) => a - b);
}

const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 50, maxLength: 50 });

function prompt(times: readonly number[]): Arrival[] {
  return times.map((timeMs) => ({ timeMs, atMs: timeMs }));
}

function firings(said: readonly Transition[]): Transition[] {
  return said.filter(({ event }) => event === "firing");
}

describe("verdicts", () => {
  it("are the same in any order of lines within the lateness", () => {
    fc.assert(
      fc.property(
        chances,
        fc.array(fc.integer({ min: 0, max: LATENESS }), { minLength: 9, maxLength: 9 }),
        (chance, lates) => {
          const times = day(chance, 25 * MINUTE, 60, 4 * MINUTE);
          const late = times
            .map((timeMs, i) => ({ timeMs, atMs: timeMs + (lates[i % lates.length] ?? 0) }))
            .sort((a, b) => a.atMs - b.atMs);
          const endMs = START + 31 * HOUR;
          const course = (arrivals: readonly Arrival[]): Transition[] =>
            judged(ADAPTIVE, arrivals, endMs).filter(
              ({ event }) => event === "firing" || event === "resolved",
            );
          const [inOrder, shuffled] = [course(prompt(times)), course(late)];
          assert.deepEqual(
            inOrder.map(({ event }) => event),
            ["firing", "resolved"],
          );
          const essence = ({ event, incident }: Transition): unknown[] => [
            event,
            incident.channel,
            event === "firing"
              ? null
              : [
                  incident.started_at,
                  incident.total,
                  incident.count,
                  incident.window_seconds,
                  incident.shape,
                  incident.severity,
                ],
          ];
          assert.deepEqual(shuffled.map(essence), inOrder.map(essence));
        },
      ),
      { numRuns: 15 },
    );
  });

  it("are the same to the last number in any order of the lines that are read at one go", () => {
    fc.assert(
      fc.property(
        chances,
        fc.array(fc.integer({ min: 0, max: LATENESS }), { minLength: 9, maxLength: 9 }),
        fc.constantFrom<EngineRule["detector"]>(ADAPTIVE.detector, {
          kind: "threshold",
          count: 20,
          windowMs: 5 * MINUTE,
        }),
        (chance, lates, detector) => {
          const times = [...new Set(day(chance, 25 * MINUTE, 60, 4 * MINUTE))];
          const written = times
            .map((timeMs, i) => ({ timeMs, atMs: timeMs + (lates[i % lates.length] ?? 0) }))
            .sort((a, b) => a.atMs - b.atMs)
            .map(({ timeMs }) => timeMs);
          const rule = { ...ADAPTIVE, detector };
          const [inOrder, disordered] = [times, written].map((lines) =>
            readAtOnce(rule, lines, START + 31 * HOUR),
          );
          assert.deepEqual(
            inOrder?.map(({ event }) => event),
            ["firing", "resolved"],
          );
          assert.deepEqual(disordered, inOrder);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("are the same in every week", () => {
    fc.assert(
      fc.property(chances, fc.integer({ min: -20, max: 20 }), (chance, weeks) => {
        const times = day(chance, 25 * MINUTE, 40, 2 * MINUTE);
        const said = judged(ADAPTIVE, prompt(times), START + 31 * HOUR);
        const moved = judged(
          ADAPTIVE,
          prompt(times.map((timeMs) => timeMs + weeks * WEEK)),
          START + 31 * HOUR + weeks * WEEK,
        );
        const essence = (list: readonly Transition[], byMs: number): unknown[] =>
          list.map(({ event, at, incident }) => [
            event,
            Date.parse(at) - byMs,
            Date.parse(incident.started_at) - byMs,
            incident.explanation,
            incident.probability,
            incident.total,
          ]);
        assert.ok(said.length >= 2);
        assert.deepEqual(essence(moved, weeks * WEEK), essence(said, 0));
      }),
      { numRuns: 10 },
    );
  });

  it("of a learned usual are the same when everything goes slower or faster", () => {
    fc.assert(
      fc.property(chances, fc.constantFrom(0.25, 0.5, 2, 4), (chance, pace) => {
        const times = day(chance, 25 * MINUTE, 200, 2 * MINUTE);
        const scaled = times.map((timeMs) => START + Math.round((timeMs - START) * pace));
        const [only, ...more] = firings(judged(ADAPTIVE, prompt(scaled), START + 31 * HOUR * pace));
        assert.deepEqual(more, []);
        const beganMs = START + (24 * HOUR + 7 * MINUTE) * pace;
        // To the step in which windows slide; an event of the usual rate just before may be taken for the first.
        const earlyMs = beganMs - Date.parse(only?.incident.started_at ?? "");
        assert.ok(earlyMs >= -10 * SECOND && earlyMs <= 10 * MINUTE, `${earlyMs}`);
        // Without the spike there is nothing at any pace.
        const quiet = day(chance, 25 * MINUTE, 0, 1).map(
          (timeMs) => START + Math.round((timeMs - START) * pace),
        );
        assert.deepEqual(judged(ADAPTIVE, prompt(quiet), START + 31 * HOUR * pace), []);
      }),
      { numRuns: 10 },
    );
  });

  it("of a plain threshold come at the very events when events and window are scaled", () => {
    const gaps = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(7200)), {
      minLength: 5,
      maxLength: 80,
    });
    fc.assert(
      fc.property(gaps, fc.constantFrom(0.5, 2, 3, 10), (steps, pace) => {
        let second = 0;
        const times = steps.map((step) => START + (second += step) * SECOND);
        const fired = (factor: number): number[] => {
          const rule: EngineRule = {
            ...ADAPTIVE,
            detector: { kind: "threshold", count: 5, windowMs: 100 * SECOND * factor },
          };
          const scaled = times.map((timeMs) => START + (timeMs - START) * factor);
          const endMs = (scaled.at(-1) ?? START) + HOUR;
          return firings(judged(rule, prompt(scaled), endMs, MINUTE)).map(
            ({ incident }) => (Date.parse(incident.fired_at ?? "") - START) / factor,
          );
        };
        // How long it stays is in the rule's own minutes: only the first of what follows close upon it is compared.
        const apart = (all: readonly number[]): number[] =>
          all.filter((atMs, i) => i === 0 || atMs - (all[i - 1] ?? 0) > HOUR);
        assert.deepEqual(apart(fired(pace)), apart(fired(1)));
      }),
      { numRuns: 40 },
    );
  });
});
