// The revoked keys that are still used, seen from outside the core: lines and time go in, transitions and rows come out.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { Engine, type EngineRule } from "../../src/core/engine.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { CoreFacts } from "../../src/core/facts.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { eventLine } from "../support/log-lines.ts";
import { recordingFacts } from "../support/recording-facts.ts";

const NOW = Date.UTC(2026, 4, 25, 12, 0, 0);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const ORIGIN = { source: "api", format: "auto", labels: {} } as const;
const OLD_KEY = "ast_live_0123456789abcdefOLDK";
const CRON_KEY = "ast_live_0123456789abcdefCRON";
const RULE: EngineRule = {
  name: "api_key_revoked",
  match: DEFAULT_MATCH,
  groupBy: ["service"],
  detector: { kind: "threshold", count: 5, windowMs: MINUTE },
  requestIdsMax: 10,
  routes: [],
  newKeyNotice: false,
  runbookUrl: null,
};

class Stage {
  readonly #rule: EngineRule;
  readonly recording = recordingFacts<CoreFacts>();
  readonly said: Transition[] = [];
  engine: Engine;
  nowMs = NOW;

  constructor(rule: EngineRule = RULE) {
    this.#rule = rule;
    this.engine = this.#engine();
  }

  use(key: string, count = 1): void {
    for (let i = 0; i < count; i++) {
      const line = eventLine({ timeMs: this.nowMs, requestId: `${this.nowMs}_${i}`, key });
      const chunk = { origin: ORIGIN, stream: "api.log", bytes: Buffer.from(line), replay: false };
      this.said.push(...this.engine.feed(chunk, this.nowMs, true));
    }
  }

  pass(ms: number, stepMs = SECOND): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += stepMs;
      this.said.push(...this.engine.tick(this.nowMs, () => "live"));
    }
  }

  /** What a kill and a start do: everything that was committed comes back, nothing else. */
  restart(): void {
    const groups = this.engine.takeDirty();
    const keys = this.engine.keys.takeDirty().flatMap(({ id, data }) => (data === null ? [] : { id, data }));
    this.engine = this.#engine();
    this.engine.restore(groups, this.nowMs);
    this.engine.keys.restore(keys);
  }

  shown(): [key: string, count: number][] {
    return [...this.engine.keys.list()].map(({ key }) => [key.shown, key.count]);
  }

  #engine(): Engine {
    const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
    return new Engine({
      rules: [this.#rule],
      digest,
      facts: this.recording.facts,
      watchedSinceMs: null,
      summarises: true,
    });
  }
}

describe("revoked keys that are still used", () => {
  it("are counted and told apart, incident or not, and come through a restart", () => {
    const stage = new Stage();
    stage.use(OLD_KEY, 2);
    stage.use(CRON_KEY);
    assert.deepEqual(stage.shown(), [
      ["ast_live_…OLDK", 2],
      ["ast_live_…CRON", 1],
    ]);
    stage.restart();
    stage.use(CRON_KEY);
    assert.deepEqual(stage.shown(), [
      ["ast_live_…OLDK", 2],
      ["ast_live_…CRON", 2],
    ]);
    assert.deepEqual(stage.said, []);
  });

  it("hold nothing of the key but its mask and its hash", () => {
    const stage = new Stage();
    stage.use(OLD_KEY);
    const [row] = stage.engine.keys.takeDirty();
    assert.ok(!JSON.stringify(row).includes(OLD_KEY.slice(9, 20)));
    assert.match(String(row?.data), /"hash":"[0-9a-f]{16}","shown":"ast_live_…OLDK"/);
  });

  it("are forgotten a month after the last use", () => {
    const stage = new Stage();
    stage.use(OLD_KEY);
    stage.pass(20 * DAY, DAY / 24);
    stage.use(CRON_KEY);
    stage.pass(11 * DAY, DAY / 24);
    assert.deepEqual(stage.shown(), [["ast_live_…CRON", 1]]);
  });
});

describe("the end of an incident", () => {
  it("tells which of its keys were used to the last and where the newest use came from", () => {
    const stage = new Stage();
    stage.use(CRON_KEY);
    stage.pass(5 * MINUTE);
    stage.use(OLD_KEY, 20);
    stage.use("ast_live_0123456789abcdefSTOP", 5);
    const lastMs = stage.nowMs + 4 * MINUTE;
    stage.pass(4 * MINUTE);
    stage.use(OLD_KEY);
    stage.pass(20 * MINUTE);
    const [firing] = stage.said;
    const resolved = stage.said.at(-1);
    assert.equal(firing?.incident.rotation, null, "while it goes on nothing is dead yet");
    assert.equal(resolved?.event, "resolved");
    const { rotation } = resolved.incident;
    assert.equal(rotation?.keys_total, 2, "the cron's key was not used in it");
    const [newest] = rotation.keys;
    assert.equal(newest?.value, "ast_live_…OLDK");
    assert.equal(newest.count, 21);
    assert.equal(newest.last_seen_at, new Date(lastMs).toISOString());
    assert.deepEqual([newest.last_service, newest.last_host], ["checkout", "web-1"]);
  });

  it("says of keys that went quiet before the calm that none is still seen", () => {
    // Held by a long window: the count is unusual for an hour after the last use.
    const stage = new Stage({ ...RULE, detector: { kind: "threshold", count: 5, windowMs: 60 * MINUTE } });
    stage.use(OLD_KEY, 20);
    stage.pass(90 * MINUTE);
    const resolved = stage.said.at(-1);
    assert.equal(resolved?.event, "resolved");
    assert.equal(resolved.incident.rotation?.still_seen, 0);
    assert.equal(resolved.incident.rotation.keys_total, 1);
  });
});
