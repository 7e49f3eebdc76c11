// The times of an incident's life that a rule may choose, seen from outside the core. Time is virtual.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EngineRule } from "../../src/core/engine.ts";
import { DEFAULT_TIMES, type Times } from "../../src/core/incidents/times.ts";
import { kinds, MINUTE, NOW, SECOND, Stage, THRESHOLD } from "../support/stage.ts";

const stageOf = (times: Partial<Times>, rule: Partial<EngineRule> = {}): Stage =>
  new Stage([], { ...THRESHOLD, times: { ...DEFAULT_TIMES, ...times }, ...rule });
const burning = (stage: Stage) => (): unknown => stage.nowMs % (10 * SECOND) === 0 && stage.events(1);
const ack = (stage: Stage): unknown =>
  stage.engine.acknowledge(stage.engine.openIncidents()[0]?.id ?? "", "alice", stage.nowMs);

describe("a rise that has to last (for)", () => {
  it("is an incident once it has lasted, and is told with all that came since its beginning", () => {
    const stage = stageOf({ forMs: 3 * MINUTE });
    assert.deepEqual(kinds(stage.events(6)), []);
    assert.equal([...stage.engine.readings()][0]?.state, "pending");
    assert.deepEqual(stage.engine.openIncidents(), [], "nothing to acknowledge yet");
    const said = stage.pass(5 * MINUTE, burning(stage));
    assert.deepEqual(kinds(said), ["firing"]);
    const { at, late_seconds: late, incident } = said[0] ?? assert.fail();
    assert.equal(at, new Date(NOW + 3 * MINUTE).toISOString());
    assert.equal(late, 0);
    assert.equal(incident.started_at, new Date(NOW).toISOString());
    assert.equal(incident.total, 6 + 18, "the first six and one each ten seconds");
    assert.equal(incident.request_ids_total, 24);
  });

  it("is nothing when it falls below its threshold before", () => {
    const stage = stageOf({ forMs: 3 * MINUTE });
    stage.events(6);
    assert.deepEqual(kinds(stage.pass(30 * MINUTE)), []);
    assert.equal([...stage.engine.readings()][0]?.state, "quiet");
  });

  it("begins to wait anew when it rises again", () => {
    const stage = stageOf({ forMs: 3 * MINUTE });
    stage.events(6);
    stage.pass(2 * MINUTE);
    stage.events(6);
    const againMs = stage.nowMs;
    const [firing] = stage.pass(5 * MINUTE, burning(stage));
    assert.equal(firing?.at, new Date(againMs + 3 * MINUTE).toISOString());
  });

  it("goes on waiting over a restart at any moment, and says nothing by it", () => {
    for (const restartAt of [1, 30, 179, 180, 181, 200]) {
      const stage = stageOf({ forMs: 3 * MINUTE });
      stage.events(6);
      let second = 0;
      const said = stage.pass(5 * MINUTE, () => {
        second += 1;
        if (second === restartAt) stage.restart();
        burning(stage)();
      });
      assert.deepEqual(
        said.map(({ event, at }) => [event, at]),
        [["firing", new Date(NOW + 3 * MINUTE).toISOString()]],
        `restarted after ${restartAt} s`,
      );
    }
  });

  it("is judged at the log's own time in a backlog", () => {
    const stage = stageOf({ forMs: 3 * MINUTE });
    stage.nowMs -= 4 * MINUTE;
    const began = stage.nowMs;
    stage.events(6);
    for (let i = 0; i < 30; i++) {
      stage.nowMs += 10 * SECOND;
      stage.events(1);
    }
    assert.deepEqual(
      stage.said.map(({ event, at }) => [event, at]),
      [["firing", new Date(began + 3 * MINUTE).toISOString()]],
    );
  });

  it("does not wait again when it reopens", () => {
    const stage = stageOf({ forMs: 2 * MINUTE });
    stage.events(6);
    stage.pass(3 * MINUTE, burning(stage));
    assert.deepEqual(kinds(stage.pass(9 * MINUTE)), ["resolved"]);
    const [again] = stage.events(6);
    assert.equal(again?.event, "firing");
    assert.equal(again.incident.id, stage.said[0]?.incident.id);
  });
});

describe("the other times of a rule", () => {
  it("resolve_after: it is over after so much calm, and shown as resolving until then", () => {
    for (const resolveAfterMs of [0, MINUTE, 20 * MINUTE]) {
      const stage = stageOf({}, { detector: { ...THRESHOLD.detector, resolveAfterMs } });
      stage.events(6);
      // The window of a minute is empty after a minute.
      const said = stage.pass(25 * MINUTE, () => {
        if (resolveAfterMs > 2 * MINUTE && stage.nowMs === NOW + 10 * MINUTE) {
          assert.equal(stage.engine.openIncidents()[0]?.state, "resolving");
        }
      });
      assert.deepEqual(
        said.map(({ event, at }) => [event, Date.parse(at) - NOW]),
        [["resolved", MINUTE + resolveAfterMs]],
      );
    }
  });

  it("cooldown: what rises within it reopens the incident, what rises later is another", () => {
    for (const [waitMinutes, same] of [
      [1, true],
      [3, false],
    ] as const) {
      const stage = stageOf({}, { detector: { ...THRESHOLD.detector, cooldownMs: 2 * MINUTE } });
      const [first] = stage.events(6);
      stage.pass(8 * MINUTE);
      const overMs = Date.parse(stage.said.at(-1)?.at ?? "");
      stage.nowMs = overMs + waitMinutes * MINUTE;
      stage.pass(SECOND);
      const [second] = stage.events(6);
      assert.equal(second?.incident.id === first?.incident.id, same, `${waitMinutes} min`);
    }
  });

  it("repeat: what goes on is told again after it, then twice as late", () => {
    const stage = stageOf({ repeatMs: 5 * MINUTE });
    stage.events(1000);
    const said = stage.pass(36 * MINUTE, burning(stage));
    assert.deepEqual(
      said.map(({ event, at }) => [event, Math.round((Date.parse(at) - NOW) / MINUTE)]),
      [
        ["repeat", 5],
        ["repeat", 15],
        ["repeat", 35],
      ],
    );
  });

  it("ack_timeout: who took care is asked anew after it", () => {
    const stage = stageOf({ ackTimeoutMs: 10 * MINUTE });
    stage.events(6);
    ack(stage);
    const said = stage.pass(11 * MINUTE, burning(stage));
    assert.deepEqual(kinds(said), ["repeat"]);
    assert.equal(said[0]?.incident.acked_by, null);
  });
});

describe("a further service", () => {
  const GLOBAL: Partial<EngineRule> = { groupBy: [] };

  it("that is hit is told of at once, a minute after the last word at the earliest", () => {
    const stage = stageOf({}, GLOBAL);
    stage.events(40, "checkout");
    stage.events(3, "billing");
    const said = stage.pass(2 * MINUTE, burning(stage));
    assert.deepEqual(
      said.map(({ event, step, at }) => [event, step, Math.round((Date.parse(at) - NOW) / SECOND)]),
      [["update", "new_service", 60]],
    );
    assert.deepEqual(kinds(stage.pass(5 * MINUTE, burning(stage))), [], "once");
  });

  it("that was hit from the beginning is no news, over a restart either", () => {
    const stage = stageOf({}, GLOBAL);
    stage.events(4, "checkout");
    stage.events(20, "billing");
    stage.restart();
    assert.deepEqual(kinds(stage.pass(3 * MINUTE, burning(stage))), []);
  });
});

describe("a log that is read far behind", () => {
  it("is shown as not seen since where the reading is, and nothing is resolved by it", () => {
    const stage = new Stage();
    stage.events(6);
    for (let i = 0; i < 40; i++) {
      stage.nowMs += MINUTE;
      assert.deepEqual(
        stage.engine.tick(stage.nowMs, () => "behind"),
        [],
      );
    }
    const [open] = stage.engine.openIncidents();
    assert.equal(open?.state, "firing");
    assert.equal(open.unseen_since, new Date(NOW).toISOString());
    // The rest is read: nothing more was in it.
    stage.pass(SECOND);
    assert.equal(stage.said.at(-1)?.event, "resolved");
    assert.equal(stage.said.at(-1)?.incident.unseen_since, null);
  });
});
