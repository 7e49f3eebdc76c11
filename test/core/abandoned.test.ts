// Incidents whose rule is taken out of the configuration, or changed so that nobody can go on with them. Time is virtual.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EngineRule } from "../../src/core/engine.ts";
import { kinds, MINUTE, SECOND, Stage, THRESHOLD } from "../support/stage.ts";

const OTHER: EngineRule = { ...THRESHOLD, name: "other" };
const burning = (stage: Stage) => (): unknown => stage.nowMs % (10 * SECOND) === 0 && stage.events(1);

/** What a reload says at once, with the incident of the first rule open. */
function reloaded(...rules: readonly EngineRule[]): Stage {
  const stage = new Stage([], THRESHOLD);
  stage.events(6);
  stage.pass(MINUTE);
  stage.restart(...rules);
  return stage;
}

describe("an incident whose rule", () => {
  it("is removed ends with that, once, and is not there when the rule comes back", () => {
    const stage = reloaded(OTHER);
    assert.deepEqual(kinds(stage.said), ["firing", "resolved"]);
    const { incident } = stage.said[1] ?? assert.fail();
    assert.deepEqual([incident.rule, incident.ended_as], ["api_key_revoked", "rule_removed"]);
    assert.equal(incident.id, stage.said[0]?.incident.id);
    assert.deepEqual(stage.engine.takeGone(), [{ rule: "api_key_revoked", group: '{"service":"checkout"}' }]);
  });

  it("was never told of ends unheard", () => {
    const stage = new Stage([], THRESHOLD);
    stage.events(4);
    stage.restart(OTHER);
    assert.deepEqual(stage.said, []);
  });

  it("groups by something else now ends with that", () => {
    const stage = reloaded({ ...THRESHOLD, groupBy: ["host"] });
    assert.deepEqual(
      stage.said.map(({ event, incident }) => [event, incident.ended_as]),
      [
        ["firing", null],
        ["resolved", "rule_changed"],
      ],
    );
  });

  it("is judged by another kind of detector ends with that, and the rule begins anew", () => {
    const detector = { kind: "adaptive", sensitivity: "medium", minCount: 3 } as const;
    const stage = reloaded({ ...THRESHOLD, detector });
    assert.deepEqual(kinds(stage.said), ["firing", "resolved"]);
    assert.equal(stage.said[1]?.incident.ended_as, "rule_changed");
    stage.restart(THRESHOLD);
    const [firing] = stage.events(5);
    assert.equal(firing?.event, "firing");
    assert.notEqual(firing.incident.id, stage.said[0]?.incident.id);
  });

  for (const windowMs of [10 * SECOND, 10 * MINUTE]) {
    it(`gets a window of ${windowMs / SECOND} s instead of 60 goes on with what was counted`, () => {
      const stage = reloaded({ ...THRESHOLD, detector: { kind: "threshold", count: 4, windowMs } });
      stage.pass(2 * MINUTE, burning(stage));
      assert.deepEqual(kinds(stage.said).slice(0, 2), ["firing", "update"]);
      stage.pass(windowMs + 10 * MINUTE);
      assert.equal(stage.said.at(-1)?.incident.ended_as, "back_to_normal");
      assert.equal(new Set(stage.said.map(({ incident }) => incident.id)).size, 1);
    });
  }

  it("only gets another threshold, other receivers or times goes on", () => {
    const stage = reloaded({
      ...THRESHOLD,
      detector: { kind: "threshold", count: 4, windowMs: MINUTE, resolveAfterMs: 2 * MINUTE },
      runbookUrl: "https://runbooks.example",
    });
    assert.deepEqual(kinds(stage.said), ["firing"]);
    stage.pass(10 * MINUTE, burning(stage));
    const ids = new Set(stage.said.map(({ incident }) => incident.id));
    assert.equal(ids.size, 1);
  });
});
