// What a source's silence means, and what steps of the clock, restarts and lost logs change of it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { Engine, type EngineRule } from "../../src/core/engine.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { CoreFacts } from "../../src/core/facts.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import type { Sight } from "../../src/core/source-times.ts";
import { burst, eventLine, ordinaryLine } from "../support/log-lines.ts";
import { recordingFacts } from "../support/recording-facts.ts";

const NOW = Date.UTC(2026, 4, 25, 12, 0, 0);
const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ORIGIN = { source: "api", format: "auto", labels: {} } as const;
const ADAPTIVE: EngineRule = {
  name: "api_key_revoked",
  match: DEFAULT_MATCH,
  groupBy: ["service"],
  detector: { kind: "adaptive", sensitivity: "medium", minCount: 10 },
  requestIdsMax: 10,
  routes: [],
  newKeyNotice: false,
  runbookUrl: null,
};
const PLAIN: EngineRule = { ...ADAPTIVE, detector: { kind: "threshold", count: 5, windowMs: 5 * MINUTE } };

/** A daemon on one log: lines are written and read second by second, on a clock that does not step. */
class Daemon {
  readonly recording = recordingFacts<CoreFacts>();
  readonly rule: EngineRule;
  readonly said: Transition[] = [];
  engine: Engine;
  nowMs = NOW;
  /** The wall clock's step, by which the daemon's machine stamps what it writes. */
  wallAheadMs = 0;
  sight: Sight = "live";

  constructor(rule: EngineRule) {
    this.rule = rule;
    this.engine = this.#engine();
  }

  read(text: string, live = true): this {
    const chunk = { origin: ORIGIN, stream: "api.log", bytes: Buffer.from(text), replay: false };
    this.said.push(...this.engine.feed(chunk, this.nowMs, live, this.wallAheadMs));
    return this;
  }

  /** Time passes until `toMs`; lines of each second are written by `line` and read at once. */
  until(toMs: number, line: (timeMs: number) => string = () => ""): this {
    while (this.nowMs < toMs) {
      this.nowMs += SECOND;
      const text = line(this.nowMs);
      if (text !== "") this.read(text);
      this.said.push(...this.engine.tick(this.nowMs, () => this.sight));
    }
    return this;
  }

  /** The process ends and begins anew at `nowMs`. */
  restart(nowMs: number): this {
    const { engine } = this;
    this.engine = this.#engine();
    this.engine.restore(engine.takeDirty(), this.nowMs);
    this.engine.times.restore(engine.times.takeDirty());
    this.nowMs = nowMs;
    return this;
  }

  get words(): string[] {
    return this.said.map(({ event }) => event);
  }

  get expected(): number {
    return [...this.engine.readings()][0]?.expected ?? 0;
  }

  get unseen(): readonly unknown[][] {
    return this.recording.of("sourceUnseen");
  }

  #engine(): Engine {
    const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
    const { facts } = this.recording;
    return new Engine({ rules: [this.rule], digest, facts, watchedSinceMs: null, summarises: true });
  }
}

let id = 0;
/** One event every `everyMs`, and an ordinary line each half minute. @param stampMs what the writer's clock says. */
function traffic(everyMs: number, stampMs = (timeMs: number) => timeMs): (timeMs: number) => string {
  return (timeMs) => {
    const event = timeMs % everyMs === 0 ? eventLine({ timeMs: stampMs(timeMs), requestId: `r${id++}` }) : "";
    return event + (timeMs % (30 * SECOND) === 0 ? ordinaryLine(stampMs(timeMs)) : "");
  };
}

/** An incident's course without the moments of the wall clock. */
function course(said: readonly Transition[]): unknown[] {
  return said.map(({ event, late_seconds, incident }) => [
    event,
    late_seconds,
    incident.total,
    incident.count,
  ]);
}

describe("a step of the clock", () => {
  const spike = (stampMs: (timeMs: number) => number) => (timeMs: number) => {
    const quiet = traffic(10 * MINUTE, stampMs)(timeMs);
    const within = timeMs > NOW + 4 * HOUR && timeMs <= NOW + 4 * HOUR + 20 * MINUTE;
    return within && timeMs % (10 * SECOND) === 0
      ? quiet + eventLine({ timeMs: stampMs(timeMs), requestId: `s${id++}` })
      : quiet;
  };
  const BEGIN = NOW + 4 * HOUR;

  for (const rule of [ADAPTIVE, PLAIN]) {
    const unstepped = new Daemon(rule).until(
      NOW + 5 * HOUR,
      spike((timeMs) => timeMs),
    );
    for (const stepMs of [HOUR, -HOUR, 90 * SECOND, -90 * SECOND]) {
      // In the quiet, in the midst of the spike, and after its last event.
      for (const atMs of [
        BEGIN - 30 * MINUTE,
        BEGIN + 2 * MINUTE,
        BEGIN + 10 * MINUTE,
        BEGIN + 21 * MINUTE,
      ]) {
        const name = `of ${stepMs / SECOND} s at ${(atMs - BEGIN) / MINUTE} min changes nothing of a ${rule.detector.kind} rule`;
        it(`${name}, stamped by the stepped clock or another`, () => {
          for (const own of [true, false]) {
            const daemon = new Daemon(rule);
            let steppedMs = 0;
            const line = spike((timeMs) => timeMs + (own ? steppedMs : 0));
            daemon.until(atMs, line);
            steppedMs = stepMs;
            daemon.wallAheadMs = stepMs;
            daemon.until(NOW + 5 * HOUR, line);
            assert.ok(unstepped.said.length >= 2);
            assert.deepEqual(course(daemon.said), course(unstepped.said));
            assert.deepEqual(daemon.recording.of("futureEvent"), []);
            assert.deepEqual(daemon.recording.of("lateEvent"), []);
            assert.equal(daemon.expected, unstepped.expected);
          }
        });
      }
    }
  }
});

describe("time that nobody saw", () => {
  it("is no quiet time: a talkative source that falls silent is believed to be lost", () => {
    const heard = new Daemon(ADAPTIVE).until(NOW + 12 * HOUR, traffic(5 * MINUTE));
    const before = heard.expected;
    heard.until(NOW + 18 * HOUR);
    assert.ok(Math.abs(heard.expected / before - 1) < 0.1, `${heard.expected} after ${before}`);
    const [first] = heard.unseen;
    assert.deepEqual(first?.slice(0, 2), ["api", NOW + 12 * HOUR]);
    // Its lines are back: quiet is quiet again.
    heard.until(NOW + 24 * HOUR, (timeMs) => (timeMs % MINUTE === 0 ? ordinaryLine(timeMs) : ""));
    assert.ok(heard.expected < before * 0.7, `${heard.expected}`);
  });

  it("is quiet time of a source that speaks only now and then", () => {
    const heard = new Daemon(ADAPTIVE).until(NOW + 12 * HOUR, (timeMs) =>
      timeMs % (20 * MINUTE) === 0 ? eventLine({ timeMs, requestId: `q${id++}` }) : "",
    );
    const before = heard.expected;
    heard.until(NOW + 24 * HOUR);
    assert.deepEqual(heard.unseen, []);
    assert.ok(heard.expected < before * 0.7, `${heard.expected} after ${before}`);
  });

  it("ends no incident", () => {
    for (const rule of [ADAPTIVE, PLAIN]) {
      const daemon = new Daemon(rule).until(NOW + 3 * HOUR, traffic(10 * MINUTE));
      daemon.read(burst(30, daemon.nowMs, 100));
      daemon.sight = "blind";
      daemon.until(NOW + 5 * HOUR);
      assert.ok(!daemon.words.includes("resolved"), daemon.words.join());
      daemon.sight = "live";
      daemon.until(NOW + 5.5 * HOUR, traffic(10 * MINUTE));
      assert.equal(daemon.words.at(-1), "resolved");
    }
  });

  it("is what lies between two runs when the log of it is lost, or is missing in a talkative one", () => {
    for (const lost of [true, false]) {
      const daemon = new Daemon(ADAPTIVE).until(NOW + 12 * HOUR, traffic(lost ? 20 * MINUTE : 5 * MINUTE));
      const before = daemon.expected;
      daemon.restart(NOW + 24 * HOUR);
      if (lost) daemon.engine.lose("api");
      daemon.read(ordinaryLine(daemon.nowMs)).until(NOW + 24 * HOUR + MINUTE);
      assert.equal(daemon.unseen.length, 1);
      assert.ok(Math.abs(daemon.expected / before - 1) < 0.1, `${daemon.expected} after ${before}`);
    }
  });

  it("is not time whose log can still be read", () => {
    const daemon = new Daemon(ADAPTIVE).until(NOW + 12 * HOUR, traffic(5 * MINUTE));
    daemon.restart(NOW + 13 * HOUR);
    let backlog = "";
    for (let atMs = NOW + 12 * HOUR; atMs < NOW + 13 * HOUR; atMs += MINUTE) backlog += ordinaryLine(atMs);
    daemon.read(backlog, false).until(NOW + 13 * HOUR + MINUTE);
    assert.deepEqual(daemon.unseen, []);
  });
});

describe("a backlog", () => {
  const quiet = (fromMs: number, toMs: number): string => {
    let text = "";
    for (let atMs = fromMs; atMs < toMs; atMs += MINUTE) text += ordinaryLine(atMs);
    return text;
  };

  it("is judged at its own time, and what is over is told once, quietly", () => {
    for (const rule of [ADAPTIVE, PLAIN]) {
      const daemon = new Daemon(rule).until(NOW + 3 * HOUR, traffic(10 * MINUTE));
      daemon.restart(NOW + 6 * HOUR);
      const began = NOW + 4 * HOUR;
      daemon.read(quiet(NOW + 3 * HOUR, began) + burst(340, began, SECOND), false);
      daemon.read(
        quiet(began + 6 * MINUTE, NOW + 6 * HOUR) +
          eventLine({ timeMs: NOW + 6 * HOUR - MINUTE, requestId: "last" }),
        false,
      );
      daemon.until(NOW + 6 * HOUR + MINUTE);
      const [only, ...more] = daemon.said;
      assert.deepEqual(more, []);
      assert.ok(only !== undefined);
      assert.equal(only.event, "resolved");
      assert.equal(only.incident.severity, "info");
      assert.equal(only.incident.total, 340);
      assert.equal(Math.round(Date.parse(only.incident.started_at) / MINUTE), Math.round(began / MINUTE));
      assert.ok(only.late_seconds > 5400 && only.late_seconds < 7200, `${only.late_seconds}`);
    }
  });

  it("calls for what still goes on when it has been read, with its true beginning", () => {
    const daemon = new Daemon(PLAIN).until(NOW + 3 * HOUR, traffic(10 * MINUTE));
    daemon.restart(NOW + 4 * HOUR);
    daemon.sight = "behind";
    const began = NOW + 4 * HOUR - 20 * MINUTE;
    daemon
      .read(quiet(NOW + 3 * HOUR, began) + burst(900, began, SECOND), false)
      .until(NOW + 4 * HOUR + 5 * SECOND);
    assert.deepEqual(daemon.words, []);
    daemon.read(burst(300, began + 900 * SECOND, SECOND, "rest"), false);
    daemon.sight = "live";
    daemon.until(NOW + 4 * HOUR + 10 * SECOND);
    assert.deepEqual(daemon.words, ["firing"]);
    const [firing] = daemon.said;
    assert.equal(firing?.incident.started_at, new Date(began).toISOString());
    assert.equal(firing?.incident.severity, "critical");
  });
});
