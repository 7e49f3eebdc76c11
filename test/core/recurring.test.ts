// Rises that recur, seen from outside the core: they call nobody, and what of them concerns security is told all the same.
// Time is virtual.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EngineRule } from "../../src/core/engine.ts";
import { eventLine } from "../support/log-lines.ts";
import { HOUR, MINUTE, NOW, planned, SECOND, Stage, THRESHOLD } from "../support/stage.ts";

const DAY = 24 * HOUR;
const ADAPTIVE: EngineRule = {
  ...THRESHOLD,
  detector: { kind: "adaptive", sensitivity: "medium", minCount: 10 },
};
/** Medium remembers four weeks, in which five rises may call somebody. */
const FREE = 5;

/** Uses of one night: the key and the host of each. */
type Night = (night: number) => readonly { readonly key: string; readonly host: string }[];

/** Twelve keys that nobody has ever seen, from one host. */
const scanner: Night = (night) => tries((i) => ({ key: `ast_live_n${night}k${i}abcdefgh`, host: "edge-1" }));
/** One key from a dozen hosts. */
const leaked: Night = () => tries((i) => ({ key: "ast_live_leakedabcdefgh", host: `pod-${i}` }));
/** One job that retries. */
const job: Night = () => tries(() => ({ key: "ast_live_nightlyabcdefgh", host: "cron-1" }));

function tries<T>(of: (i: number) => T): T[] {
  return Array.from({ length: 12 }, (_, i) => of(i));
}

function use(stage: Stage, { key, host }: ReturnType<Night>[number], requestId: string): void {
  const line = eventLine({ timeMs: stage.nowMs, requestId, service: "checkout", key });
  stage.read(line.replace('"web-1"', JSON.stringify(host)));
}

/** Lets time pass, with a look a minute. */
function skip(stage: Stage, ms: number): void {
  for (const endMs = stage.nowMs + ms; stage.nowMs < endMs;) {
    stage.nowMs += MINUTE - SECOND;
    stage.pass(SECOND);
  }
}

/** What is said, a list a night, of which only the alarms and the notices count here. */
function live(stage: Stage, nights: number, of: Night): string[][] {
  return Array.from({ length: nights }, (_, night) => {
    const before = stage.said.length;
    for (const [i, one] of of(night).entries()) {
      use(stage, one, `req_${night}_${i}`);
      stage.pass(3 * SECOND);
    }
    skip(stage, DAY);
    return told(stage, before);
  });
}

function grown(...specs: Parameters<typeof planned>[0][]): Stage {
  const stage = new Stage(specs.map(planned), ADAPTIVE);
  use(stage, { key: "ast_live_firstabcdefgh", host: "edge-1" }, "req_first");
  skip(stage, 2 * HOUR);
  return stage;
}

function told(stage: Stage, from: number): string[] {
  return stage.said
    .slice(from)
    .flatMap(({ event }) => (event === "firing" || event === "recurring" ? event : []));
}

describe("a rise that recurs", () => {
  it("calls nobody after five times, and is told as information each night when keys are tried", () => {
    const stage = grown();
    const nights = live(stage, FREE + 3, scanner);
    assert.deepEqual(
      nights.slice(0, FREE),
      Array.from({ length: FREE }, () => ["firing"]),
    );
    assert.deepEqual(
      nights.slice(FREE),
      Array.from({ length: 3 }, () => ["recurring"]),
    );
    const notice = stage.said.at(-1);
    const { incident } = notice as NonNullable<typeof notice>;
    assert.deepEqual(
      [incident.severity, incident.state, incident.fired_at, incident.shape],
      ["info", "pending", null, "keys_tried"],
    );
    assert.match(incident.explanation, /new keys in 1m; usual .*; the 8th rise of this size in 28d$/);
    assert.match(incident.hint, /^12 keys that were not in use before, .*Tell security/);
    assert.deepEqual(
      [incident.request_ids.length, incident.distinct_keys, notice?.late_seconds],
      [10, 12, 0],
    );
    assert.ok(Date.parse(incident.started_at) > stage.nowMs - DAY - HOUR);
  });

  it("is told of each night in a backlog too, in which no clock ticks between the events", () => {
    const stage = grown();
    const startMs = stage.nowMs;
    const lines = Array.from({ length: FREE + 4 }, (_, night) =>
      scanner(night).map(({ key, host }, i) => {
        const timeMs = startMs + night * DAY + i * 3 * SECOND;
        return eventLine({ timeMs, requestId: `req_${night}_${i}`, key }).replace(
          '"web-1"',
          JSON.stringify(host),
        );
      }),
    );
    stage.nowMs += (FREE + 5) * DAY;
    const before = stage.said.length;
    // As it is read after a stop: what began and ended then is told once, when it is over.
    for (const night of lines) stage.read(night.join(""), false);
    stage.pass(SECOND);
    const late = stage.said.slice(before);
    assert.equal(late.filter(({ event }) => event === "recurring").length, 4);
    assert.ok(late.every(({ late_seconds: seconds }) => seconds > 12 * 3600));
  });

  it("is told of a key that is used from everywhere", () => {
    assert.deepEqual(live(grown(), FREE + 2, leaked).at(-1), ["recurring"]);
  });

  it("is left alone when it is a job that fails every night", () => {
    const stage = grown();
    assert.deepEqual(live(stage, FREE + 2, job).at(-1), []);
    const muted = stage.recording.of("suppressed").filter(([, reason]) => reason === "recurring");
    assert.equal(muted.length, 2);
  });

  it("is told of at most twice a day", () => {
    const stage = grown();
    live(stage, FREE, scanner);
    const before = stage.said.length;
    for (let hour = 0; hour < 24; hour += 2) {
      for (const [i, one] of scanner(100 + hour).entries()) {
        use(stage, one, `req_h${hour}_${i}`);
        stage.pass(3 * SECOND);
      }
      skip(stage, 2 * HOUR);
    }
    assert.deepEqual(told(stage, before), ["recurring", "recurring"]);
  });

  it("is told once, though the daemon is started anew while it lasts", () => {
    const stage = grown();
    live(stage, FREE, scanner);
    const before = stage.said.length;
    for (const [i, one] of scanner(100).entries()) {
      use(stage, one, `req_r_${i}`);
      stage.restart();
      stage.pass(3 * SECOND);
    }
    skip(stage, HOUR);
    assert.deepEqual(told(stage, before), ["recurring"]);
  });

  it("is not told while a silence covers it", () => {
    const stage = grown({ fromMs: NOW + (FREE + 0.5) * DAY, untilMs: NOW + 90 * DAY });
    const nights = live(stage, FREE + 2, scanner);
    assert.deepEqual(nights.at(-1)?.includes("recurring"), false);
  });
});
