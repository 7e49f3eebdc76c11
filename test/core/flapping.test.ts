// An incident that ends and begins again and again, and one that nobody can see any more. Time is virtual.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { HOUR, kinds, MINUTE, SECOND, Stage } from "../support/stage.ts";

/** A burst and eight minutes of calm, in which five resolve the incident; a burst within 15 minutes reopens it. */
function bounce(stage: Stage): Transition[] {
  const said = stage.events(6);
  return [...said, ...stage.pass(8 * MINUTE)];
}

describe("an incident that flaps", () => {
  it("is the same one each time it is reopened, told at the third reopen that it flaps, and then left alone", () => {
    const stage = new Stage();
    const said = [bounce(stage), bounce(stage), bounce(stage)];
    assert.deepEqual(kinds(said.flat()), ["firing", "resolved", "firing", "resolved", "firing", "resolved"]);
    const [notice, ...rest] = bounce(stage);
    assert.deepEqual([notice?.event, notice?.incident.flapping, rest.length], ["firing", true, 0]);
    assert.equal(new Set(stage.said.map(({ incident }) => incident.id)).size, 1);
    assert.equal(stage.engine.openIncidents()[0]?.state, "resolving");
    for (let i = 0; i < 6; i += 1) assert.deepEqual(kinds(bounce(stage)), [], `burst ${i} after the notice`);
  });

  it("is resolved when it has been calm for twice as long at each return, at most an hour", () => {
    const stage = new Stage();
    for (let i = 0; i < 4; i += 1) bounce(stage);
    assert.deepEqual(kinds(stage.pass(10 * MINUTE)), ["resolved"], "10 minutes after it stopped");
    const longer = new Stage();
    for (let i = 0; i < 10; i += 1) bounce(longer);
    assert.deepEqual(kinds(longer.pass(50 * MINUTE)), []);
    assert.deepEqual(kinds(longer.pass(10 * MINUTE)), ["resolved"], "an hour after it stopped");
    const [resolved] = longer.said.slice(-1);
    assert.deepEqual([resolved?.incident.flapping, resolved?.incident.total], [false, 60]);
  });

  it("says that it grows worse, and speaks again when it burns for an hour without a stop", () => {
    const stage = new Stage();
    for (let i = 0; i < 4; i += 1) bounce(stage);
    assert.deepEqual(kinds(stage.events(20)), ["update"], "critical");
    const burning = (): unknown => stage.nowMs % (10 * SECOND) === 0 && stage.events(1);
    assert.deepEqual(kinds(stage.pass(HOUR - MINUTE, burning)), []);
    const after = stage.pass(2 * MINUTE, burning);
    assert.equal(after.length, 1);
    assert.equal(after[0]?.incident.flapping, false);
  });

  it("forgets nothing and says nothing in a restart at any moment", () => {
    const story = (restarting: boolean): string[] => {
      const stage = new Stage();
      for (let i = 0; i < 6; i += 1) {
        stage.events(6);
        stage.pass(8 * MINUTE, () => {
          if (restarting && stage.nowMs % (MINUTE / 2) === 0) stage.restart();
        });
      }
      stage.pass(HOUR);
      return stage.said.map(({ event, at, incident }) => `${event} ${at} ${incident.id}`);
    };
    assert.deepEqual(story(true), story(false));
  });
});

describe("an incident that nobody can see", () => {
  it("is not resolved, and shows since when, until it can be seen again", () => {
    const stage = new Stage();
    stage.events(6);
    stage.pass(2 * MINUTE);
    const since = stage.nowMs;
    const blind = (ms: number): Transition[] => {
      const said: Transition[] = [];
      for (const endMs = stage.nowMs + ms; stage.nowMs < endMs;) {
        stage.nowMs += SECOND;
        said.push(...stage.engine.tick(stage.nowMs, () => "blind"));
      }
      return said;
    };
    assert.deepEqual(
      kinds(blind(2 * HOUR)).filter((event) => event !== "repeat"),
      [],
    );
    const shown = Date.parse(stage.engine.openIncidents()[0]?.unseen_since ?? "");
    assert.ok(Math.abs(shown - since) <= 2 * MINUTE, new Date(shown).toISOString());
    assert.deepEqual(kinds(stage.pass(4 * MINUTE)), []);
    assert.equal(stage.engine.openIncidents()[0]?.unseen_since, null);
    assert.deepEqual(kinds(stage.pass(3 * MINUTE)), ["resolved"]);
  });
});
