// Keys that begin to fail, seen from outside the core: one quiet notice, whatever the pace. Time is virtual.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { Engine, type EngineRule } from "../../src/core/engine.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { CoreFacts } from "../../src/core/facts.ts";
import { parseMatcher } from "../../src/core/incidents/matchers.ts";
import type { SilenceSpec } from "../../src/core/incidents/silence.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { eventLine } from "../support/log-lines.ts";
import { recordingFacts } from "../support/recording-facts.ts";

const NOW = Date.UTC(2026, 4, 25, 2, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ORIGIN = { source: "api", format: "auto", labels: {} } as const;
const RULE: EngineRule = {
  name: "api_key_revoked",
  match: DEFAULT_MATCH,
  groupBy: ["service"],
  detector: { kind: "threshold", count: 5, windowMs: MINUTE },
  requestIdsMax: 10,
  routes: [],
  runbookUrl: "https://runbooks.example/revoked",
  newKeyNotice: true,
};

const keyNamed = (name: string): string => `ast_live_0123456789abcdef${name}`;

function silence(match: string, fromMs: number, untilMs: number): SilenceSpec {
  const matcher = parseMatcher(match);
  assert.ok(!("problem" in matcher));
  return {
    id: "config:rotation",
    name: "rotation",
    match: [matcher],
    times: { kind: "once", startsMs: fromMs, endsMs: untilMs },
    expect: { maxEvents: null, maxKeys: null },
    comment: "CHG-17",
    createdBy: "payments",
  };
}

class Stage {
  readonly said: Transition[] = [];
  readonly recording = recordingFacts<CoreFacts>();
  readonly #rule: EngineRule;
  #silences: readonly SilenceSpec[] = [];
  engine: Engine;
  nowMs = NOW;

  constructor(rule: Partial<EngineRule> = {}) {
    this.#rule = { ...RULE, ...rule };
    this.engine = this.#engine();
    this.pass(MINUTE);
  }

  use(name: string, { service = "billing", timeMs = this.nowMs, replay = false, count = 1 } = {}): void {
    for (let i = 0; i < count; i++) {
      const line = eventLine({ timeMs, requestId: `${name}_${timeMs}_${i}`, service, key: keyNamed(name) });
      const chunk = { origin: ORIGIN, stream: "api.log", bytes: Buffer.from(line), replay };
      this.said.push(...this.engine.feed(chunk, this.nowMs, timeMs === this.nowMs));
    }
  }

  pass(ms: number, stepMs = MINUTE): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += stepMs;
      this.said.push(...this.engine.tick(this.nowMs, () => "live"));
    }
  }

  define(...silences: readonly SilenceSpec[]): void {
    this.#silences = silences;
    this.engine.silences.define(silences, this.nowMs);
  }

  restart(): void {
    const groups = this.engine.takeDirty();
    const keys = this.engine.keys.takeDirty().flatMap(({ id, data }) => (data === null ? [] : { id, data }));
    this.engine = this.#engine();
    this.engine.restore(groups, this.nowMs);
    this.engine.keys.restore(keys);
    this.engine.silences.define(this.#silences, this.nowMs);
  }

  /** The notices so far: the keys of each. */
  notices(): string[][] {
    return this.said
      .filter(({ event }) => event === "new_key_notice")
      .map(({ incident }) => incident.top.keys.map(({ value }) => value.slice(-4)).toSorted());
  }

  events(): string[] {
    return this.said.map(({ event }) => event);
  }

  #engine(): Engine {
    const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
    return new Engine({
      rules: [this.#rule],
      digest,
      facts: this.recording.facts,
      watchedSinceMs: NOW - 90 * DAY,
      summarises: true,
    });
  }
}

describe("the notice that a key begins to fail", () => {
  it("comes once for a cron that fails once an hour, which never makes a rise", () => {
    const stage = new Stage();
    for (let hour = 0; hour < 48; hour++) {
      stage.use("CRON");
      stage.pass(HOUR);
    }
    assert.deepEqual(stage.events(), ["new_key_notice"]);
    const [notice] = stage.said;
    assert.equal(notice?.late_seconds, 0);
    assert.equal(
      notice?.at,
      new Date(NOW + 16 * MINUTE).toISOString(),
      "a quarter of an hour after it began",
    );
    const { incident } = notice;
    assert.deepEqual(
      [incident.severity, incident.state, incident.channel, incident.fired_at],
      ["info", "pending", "new_keys", null],
    );
    assert.equal(incident.explanation, "1 key began to fail that was not seen failing in the 30 days before");
    assert.deepEqual(incident.group, { service: "billing" });
    assert.deepEqual(incident.top.keys, [{ value: "ast_live_…CRON", count: 1 }]);
    assert.deepEqual(incident.request_ids, [`CRON_${NOW + MINUTE}_0`]);
    assert.equal(incident.runbook_url, RULE.runbookUrl);
    assert.deepEqual(stage.engine.openIncidents(), [], "nothing fires");
  });

  it("gathers what begins within a quarter of an hour, over all groups of the rule", () => {
    const stage = new Stage();
    stage.use("AAAA");
    stage.pass(5 * MINUTE);
    stage.use("BBBB", { service: "ledger" });
    stage.use("AAAA");
    stage.pass(9 * MINUTE);
    stage.use("CCCC");
    assert.deepEqual(stage.notices(), []);
    stage.pass(MINUTE);
    assert.deepEqual(stage.notices(), [["AAAA", "BBBB", "CCCC"]]);
    const incident = stage.said[0]?.incident;
    assert.equal(incident?.total, 4);
    assert.deepEqual(incident.group, {}, "the services differ");
    assert.deepEqual(incident.top.services, [
      { value: "billing", count: 3 },
      { value: "ledger", count: 1 },
    ]);
    stage.use("DDDD");
    stage.pass(15 * MINUTE);
    assert.deepEqual(stage.notices(), [["AAAA", "BBBB", "CCCC"], ["DDDD"]]);
  });

  it("comes again for a key that was quiet for a month", () => {
    const stage = new Stage();
    stage.use("CRON");
    stage.pass(29 * DAY, HOUR);
    stage.use("CRON");
    stage.pass(31 * DAY, HOUR);
    assert.equal(stage.notices().length, 1);
    stage.use("CRON");
    stage.pass(HOUR);
    assert.equal(stage.notices().length, 2);
  });

  it("does not come where the rule does not ask for it", () => {
    const stage = new Stage({ newKeyNotice: false });
    stage.use("CRON");
    stage.pass(DAY);
    assert.deepEqual(stage.said, []);
  });

  it("does not come for history that was there before the log was first seen", () => {
    const stage = new Stage();
    stage.use("PAST", { timeMs: NOW - DAY, replay: true });
    stage.use("PAST");
    stage.pass(HOUR);
    assert.deepEqual(stage.said, []);
  });

  it("is one for a backlog of hours, and says how late it is", () => {
    const stage = new Stage();
    for (let hour = 5; hour > 0; hour--) stage.use(`K${hour}XX`, { timeMs: stage.nowMs - hour * HOUR });
    stage.pass(HOUR);
    assert.equal(stage.notices().length, 1);
    assert.equal(stage.notices()[0]?.length, 5);
    assert.equal(stage.said[0]?.late_seconds, 3600);
  });

  it("leaves to an incident what begins in it, and tells the slow one that began before", () => {
    const stage = new Stage();
    stage.use("SLOW");
    stage.pass(2 * MINUTE);
    stage.use("LOUD", { count: 20 });
    stage.pass(20 * MINUTE);
    assert.deepEqual(stage.notices(), [["SLOW"]]);
    assert.ok(stage.events().includes("firing"));
  });

  it("comes through a restart, once", () => {
    const stage = new Stage();
    stage.use("CRON");
    stage.pass(10 * MINUTE);
    stage.restart();
    stage.pass(4 * MINUTE);
    assert.deepEqual(stage.notices(), []);
    stage.pass(MINUTE);
    stage.restart();
    stage.pass(HOUR);
    assert.deepEqual(stage.notices(), [["CRON"]]);
  });
});

describe("a silence", () => {
  it("keeps the notice quiet, and a use after its end brings it", () => {
    const stage = new Stage();
    stage.define(silence("service=billing", NOW, NOW + 2 * HOUR));
    stage.use("HELD");
    stage.use("FREE", { service: "ledger" });
    stage.pass(HOUR);
    assert.deepEqual(stage.notices(), [["FREE"]]);
    assert.deepEqual(stage.recording.of("suppressed"), [["api_key_revoked", "silenced"]]);
    stage.use("HELD");
    stage.restart();
    stage.pass(2 * HOUR);
    assert.deepEqual(stage.notices(), [["FREE"]], "it stopped with the rotation");
    stage.use("HELD");
    stage.pass(HOUR);
    assert.deepEqual(stage.notices(), [["FREE"], ["HELD"]]);
  });

  it("that is declared while keys are gathered holds them too", () => {
    const stage = new Stage();
    stage.use("HELD");
    stage.pass(5 * MINUTE);
    stage.define(silence("key=ast_live_…HELD", stage.nowMs, stage.nowMs + HOUR));
    stage.use("FREE");
    stage.pass(HOUR);
    assert.deepEqual(stage.notices(), [["FREE"]]);
  });
});
