import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Engine, type EngineRule } from "../../src/core/engine.ts";
import { MAX_GROUPS, OVERFLOW } from "../../src/core/groups.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { CoreFacts } from "../../src/core/facts.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import type { Chunk } from "../../src/core/lines/chunk.ts";
import type { Sight } from "../../src/core/source-times.ts";
import { burst, eventLine, ordinaryLine } from "../support/log-lines.ts";

const NOW = Date.UTC(2026, 4, 25, 12, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ORIGIN = { source: "api", format: "auto", labels: {} } as const;

const THRESHOLD: EngineRule = {
  name: "api_key_revoked",
  match: DEFAULT_MATCH,
  groupBy: ["service"],
  detector: { kind: "threshold", count: 5, windowMs: MINUTE },
  requestIdsMax: 10,
  routes: [],
  newKeyNotice: false,
  runbookUrl: "https://runbooks.example/revoked",
};
const ADAPTIVE: EngineRule = {
  ...THRESHOLD,
  detector: { kind: "adaptive", sensitivity: "medium", minCount: 10 },
};

/** An engine, and the facts that it stated, by name. */
function engineOf(rules: readonly EngineRule[]): { engine: Engine; stated: Map<string, unknown[][]> } {
  const stated = new Map<string, unknown[][]>();
  const facts = new Proxy({} as CoreFacts, {
    get:
      (_, name: string) =>
      (...args: unknown[]) =>
        void stated.set(name, [...(stated.get(name) ?? []), args]),
  });
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  return { engine: new Engine({ rules, digest, facts, watchedSinceMs: null, summarises: true }), stated };
}

function chunk(text: string, over: Partial<Chunk> = {}): Chunk {
  return { origin: ORIGIN, stream: "api.log", bytes: Buffer.from(text), replay: false, ...over };
}

const caughtUp = (): Sight => "live";

describe("engine", () => {
  it("fires once, with the ids from the first event of the window on", () => {
    const { engine } = engineOf([THRESHOLD]);
    const [firing, ...more] = engine.feed(chunk(burst(12, NOW, 100)), NOW + 2000, true);
    assert.deepEqual(more, []);
    assert.equal(firing?.event, "firing");
    assert.equal(firing?.late_seconds, 0);
    const { incident } = firing;
    assert.equal(incident.started_at, new Date(NOW).toISOString());
    assert.equal(incident.fired_at, new Date(NOW + 400).toISOString());
    assert.equal(incident.count, 12);
    assert.equal(incident.explanation, "12 in 1m; threshold 5");
    assert.deepEqual(incident.request_ids.slice(0, 3), ["req_0", "req_1", "req_2"]);
    assert.equal(incident.request_ids_total, 12);
    assert.equal(incident.request_ids_truncated, true);
    assert.deepEqual(incident.top.keys, [{ value: "ast_live_…WXYZ", count: 12 }]);
    assert.equal(incident.runbook_url, "https://runbooks.example/revoked");
    assert.match(incident.hint, /a revoked key never comes back/);
  });

  it("resolves when the wall clock says that nothing more came", () => {
    const { engine } = engineOf([THRESHOLD]);
    engine.feed(chunk(burst(12, NOW, 100)), NOW + 2000, true);
    const said: Transition[] = [];
    for (let at = NOW; at < NOW + 10 * MINUTE; at += 1000) said.push(...engine.tick(at, caughtUp));
    assert.deepEqual(
      said.map(({ event }) => event),
      ["resolved"],
    );
    assert.equal(said[0]?.incident.total, 12);
    assert.equal(said[0]?.incident.state, "resolved");
    assert.deepEqual(engine.openIncidents(), []);
  });

  it("does not let the wall clock pass what is still unread", () => {
    const { engine } = engineOf([THRESHOLD]);
    engine.feed(chunk(burst(4, NOW - HOUR, 100)), NOW, false);
    assert.deepEqual(
      engine.tick(NOW, () => "behind"),
      [],
    );
    assert.deepEqual(engine.feed(chunk(burst(4, NOW - HOUR + 1000, 100, "b")), NOW, false), []);
    // All is read, and it is long over.
    const said = engine.tick(NOW, caughtUp);
    assert.deepEqual(
      said.map(({ event, incident }) => [event, incident.total]),
      [["resolved", 8]],
    );
    assert.ok((said[0]?.late_seconds ?? 0) >= 2900, "it says that it is late");
  });

  it("keeps windows apart by service and tells the right one", () => {
    const { engine } = engineOf([THRESHOLD]);
    const mixed = Array.from({ length: 8 }, (_, i) =>
      eventLine({ timeMs: NOW + i, requestId: `r${i}`, service: i % 2 === 0 ? "a" : "b" }),
    ).join("");
    assert.deepEqual(engine.feed(chunk(mixed), NOW + 100, true), []);
    const [firing] = engine.feed(
      chunk(eventLine({ timeMs: NOW + 9, requestId: "r9", service: "b" })),
      NOW + 100,
      true,
    );
    assert.deepEqual(firing?.incident.group, { service: "b" });
    assert.equal(firing?.incident.count, 5);
  });

  it("raises nothing from history, and learns from it", () => {
    const { engine, stated } = engineOf([THRESHOLD]);
    const history = burst(50, NOW - 2 * HOUR, 100) + ordinaryLine(NOW - HOUR);
    assert.deepEqual(engine.feed(chunk(history, { replay: true }), NOW, false), []);
    assert.deepEqual(engine.tick(NOW, caughtUp), []);
    assert.deepEqual(engine.tick(NOW + MINUTE, caughtUp), []);
    assert.deepEqual(stated.get("suppressed"), [["api_key_revoked", "replay"]]);
    assert.equal([...engine.readings()][0]?.eventsTotal, 50);
  });

  it("announces what began in history and is still going on", () => {
    const { engine } = engineOf([THRESHOLD]);
    const spike = burst(600, NOW - 10 * MINUTE, 1000);
    const said = engine.feed(chunk(spike, { replay: true }), NOW, false);
    assert.deepEqual(
      said.map(({ event }) => event),
      ["firing"],
    );
    assert.equal(said[0]?.incident.started_at, new Date(NOW - 10 * MINUTE).toISOString());
  });

  it("takes a time from the future as now, aloud", () => {
    const { engine, stated } = engineOf([THRESHOLD]);
    const said = engine.feed(chunk(burst(6, NOW + 30 * 24 * HOUR, 1)), NOW, true);
    assert.equal(said[0]?.at, new Date(NOW).toISOString());
    assert.equal(stated.get("futureEvent")?.length, 6);
    assert.equal(engine.feed(chunk(burst(5, NOW + MINUTE, 1, "b")), NOW + MINUTE, true).length <= 1, true);
  });

  it("states an event that is over an hour behind its group, and raises nothing by it", () => {
    const { engine, stated } = engineOf([THRESHOLD]);
    engine.feed(chunk(burst(1, NOW, 1)), NOW, true);
    assert.deepEqual(engine.feed(chunk(burst(20, NOW - 2 * HOUR, 1, "late")), NOW, true), []);
    assert.equal(stated.get("lateEvent")?.length, 20);
    assert.equal([...engine.readings()][0]?.eventsTotal, 21);
  });

  it("is not deafened by a log whose clock is hours behind", () => {
    const { engine } = engineOf([THRESHOLD]);
    engine.feed(chunk(ordinaryLine(NOW - 2 * HOUR)), NOW, true);
    for (let at = NOW; at < NOW + 5 * MINUTE; at += 1000) engine.tick(at, caughtUp);
    const said = engine.feed(chunk(burst(6, NOW + 5 * MINUTE - 2 * HOUR, 1)), NOW + 5 * MINUTE, true);
    assert.deepEqual(
      said.map(({ event }) => event),
      ["firing"],
    );
    assert.equal(said[0]?.late_seconds, 7199);
  });

  it("gives what finds no room to the group other", () => {
    const { engine, stated } = engineOf([THRESHOLD]);
    const lines = Array.from({ length: MAX_GROUPS + 20 }, (_, i) =>
      eventLine({ timeMs: NOW + i, requestId: `r${i}`, service: `service-${i}` }),
    ).join("");
    engine.feed(chunk(lines), NOW + 5000, true);
    const overflow = [...engine.readings()].find(({ labels }) => labels["service"] === OVERFLOW);
    assert.equal(overflow?.eventsTotal, 20);
    assert.equal([...engine.readings()].length, MAX_GROUPS + 1);
    assert.equal(stated.get("groupOverflow")?.length, 20);
  });

  it("tells why a line with a needle is no event", () => {
    const { engine, stated } = engineOf([THRESHOLD]);
    engine.feed(
      chunk('ERROR api_key_revoked\n{"msg":"catalogue: api_key_revoked","level":"info"}\n'),
      NOW,
      true,
    );
    assert.deepEqual(stated.get("lineRejected"), [
      ["api", "not_json"],
      ["api", "level"],
    ]);
    assert.deepEqual(stated.get("linesRead")?.[0]?.slice(0, 2), ["api", 2]);
  });

  it("finds a spike over what is usual, and says what is usual", () => {
    const { engine } = engineOf([ADAPTIVE]);
    const days = 3;
    const background = Array.from({ length: days * 48 }, (_, i) =>
      eventLine({ timeMs: NOW - days * 24 * HOUR + i * 30 * MINUTE, requestId: `b${i}` }),
    ).join("");
    assert.deepEqual(engine.feed(chunk(background, { replay: true }), NOW, false), []);
    const [firing] = engine.feed(chunk(burst(40, NOW, 1000)), NOW + MINUTE, true);
    assert.equal(firing?.event, "firing");
    assert.match(firing?.incident.explanation ?? "", /^\d+ in (1m|5m|20m|1h); usual [\d.]+ \(at most \d+\)$/);
    assert.ok((firing?.incident.ratio ?? 0) > 10);
    assert.ok((firing?.incident.probability ?? 1) < 1e-6);
  });

  it("hears the first burst of a service that has been quiet for as long as the log is watched", () => {
    const { engine } = engineOf([ADAPTIVE]);
    engine.feed(chunk(ordinaryLine(NOW - HOUR)), NOW - HOUR, true);
    for (let at = NOW - HOUR; at < NOW; at += MINUTE) engine.tick(at, caughtUp);
    const [firing] = engine.feed(chunk(burst(15, NOW, 1000)), NOW + 20_000, true);
    assert.equal(firing?.event, "firing");
    const fresh = engineOf([ADAPTIVE]).engine;
    assert.deepEqual(
      fresh.feed(chunk(burst(15, NOW, 1000)), NOW + 20_000, true),
      [],
      "a fresh start is not so sure",
    );
  });

  it("goes on after a restart at any moment as if it had never stopped", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59 }), fc.constantFrom(THRESHOLD, ADAPTIVE), (cut, rule) => {
        const steps = Array.from({ length: 60 }, (_, i) =>
          burst(i >= 20 && i < 24 ? 30 : i % 7 === 0 ? 1 : 0, NOW + i * MINUTE, 1500, `s${i}`),
        );
        const whole = engineOf([rule]).engine;
        let parted = engineOf([rule]).engine;
        const said: [Transition[], Transition[]] = [[], []];
        for (const [i, text] of steps.entries()) {
          const nowMs = NOW + (i + 1) * MINUTE;
          for (const [side, engine] of [whole, parted].entries()) {
            if (text !== "") said[side]?.push(...engine.feed(chunk(text), nowMs, true));
            said[side]?.push(...engine.tick(nowMs, caughtUp));
          }
          if (i === cut) {
            const saved = parted.takeDirty();
            const keys = parted.keys.takeDirty();
            const times = parted.times.takeDirty();
            parted = engineOf([rule]).engine;
            parted.restore(saved, NOW);
            parted.times.restore(times);
            parted.keys.restore(keys.flatMap(({ id, data }) => (data === null ? [] : [{ id, data }])));
          }
        }
        assert.ok(said[0].length > 0);
        assert.deepEqual(said[1], said[0]);
      }),
      { numRuns: 40 },
    );
  });
});
