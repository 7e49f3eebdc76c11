// Routes seen from outside the core: who hears of an incident that goes on, and when. Time is virtual.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { receiversFor, type Route } from "../../src/core/incidents/routes.ts";
import { kinds, MINUTE, NOW, planned, SECOND, Stage, THRESHOLD } from "../support/stage.ts";

const route = (to: string, fields: Partial<Route> = {}): Route => ({
  to,
  afterMs: 0,
  unlessAcked: false,
  severity: null,
  mention: null,
  ...fields,
});
const ROUTES = [
  route("slack"),
  route("phone", { severity: "critical" }),
  route("lead", { afterMs: 15 * MINUTE, unlessAcked: true }),
  route("boss", { afterMs: 20 * MINUTE, severity: "critical" }),
];
const stageOf = (routes: readonly Route[] = ROUTES, silences = [] as ReturnType<typeof planned>[]): Stage =>
  new Stage(silences, { ...THRESHOLD, routes });
/** One event every ten seconds keeps the incident firing. */
const burning = (stage: Stage) => (): unknown => stage.nowMs % (10 * SECOND) === 0 && stage.events(1);
const ack = (stage: Stage): unknown =>
  stage.engine.acknowledge(stage.engine.openIncidents()[0]?.id ?? "", "alice", stage.nowMs);

describe("escalation", () => {
  it("tells a further receiver once when an incident goes on unacknowledged", () => {
    const stage = stageOf();
    stage.events(6);
    assert.deepEqual(kinds(stage.pass(15 * MINUTE - SECOND, burning(stage))).includes("escalated"), false);
    const [step] = stage.pass(SECOND, burning(stage));
    assert.equal(step?.event, "escalated");
    assert.deepEqual(step.incident.escalated_to, ["lead"]);
    assert.deepEqual(receiversFor(step.incident, ROUTES), ["slack", "lead"]);
    const after = stage.pass(30 * MINUTE, burning(stage));
    assert.equal(kinds(after).includes("escalated"), false, "never again");
    assert.deepEqual(receiversFor(after.at(-1)?.incident ?? step.incident, ROUTES), ["slack", "lead"]);
  });

  it("leaves out a step while somebody takes care, and takes it when nobody does any more", () => {
    const stage = stageOf();
    stage.events(6);
    ack(stage);
    assert.deepEqual(kinds(stage.pass(59 * MINUTE, burning(stage))), []);
    assert.deepEqual(kinds(stage.pass(3 * MINUTE, burning(stage))), ["repeat", "escalated"]);
  });

  it("takes a step that asks for no acknowledgement although somebody takes care, who still does", () => {
    const stage = stageOf([route("slack"), route("lead", { afterMs: 5 * MINUTE })]);
    stage.events(6);
    ack(stage);
    const [step] = stage.pass(6 * MINUTE, burning(stage));
    assert.deepEqual(
      [step?.event, step?.incident.acked_by, step?.incident.state],
      ["escalated", "alice", "acked"],
    );
  });

  it("waits with a step until the incident is grave enough", () => {
    const stage = stageOf([route("slack"), route("boss", { afterMs: 5 * MINUTE, severity: "critical" })]);
    stage.events(6);
    assert.equal(kinds(stage.pass(10 * MINUTE, burning(stage))).includes("escalated"), false);
    assert.deepEqual(kinds(stage.events(40)), ["escalated"]);
  });

  it("neither repeats nor loses a step in a restart at any moment", () => {
    for (const restartAt of [1, 8 * 60, 15 * 60 - 1, 15 * 60, 15 * 60 + 1, 19 * 60, 25 * 60]) {
      const stage = stageOf([...ROUTES, route("boss2", { afterMs: 20 * MINUTE })]);
      stage.events(6);
      let second = 0;
      const said = stage.pass(30 * MINUTE, () => {
        second += 1;
        if (second === restartAt) stage.restart();
        burning(stage)();
      });
      const steps = said.filter(({ event }) => event === "escalated");
      assert.deepEqual(
        steps.map(({ at, incident }) => [
          Math.round((Date.parse(at) - NOW) / MINUTE),
          incident.escalated_to.at(-1),
        ]),
        [
          [15, "lead"],
          [20, "boss2"],
        ],
        `restarted after ${restartAt} s`,
      );
    }
  });

  it("takes no step while a silence holds the incident back, and counts from the first word that was heard", () => {
    const stage = stageOf(ROUTES, [planned({ untilMs: NOW + 30 * MINUTE })]);
    stage.events(6);
    stage.pass(31 * MINUTE, burning(stage));
    assert.equal(stage.delivered.includes("escalated"), false);
    const said = stage.pass(15 * MINUTE, burning(stage));
    assert.equal(kinds(said).includes("escalated"), true);
  });
});

describe("a route", () => {
  it("with a severity hears from the word on with which the incident becomes as grave", () => {
    const stage = stageOf();
    const [firing] = stage.events(6);
    assert.ok(firing !== undefined);
    assert.deepEqual(receiversFor(firing.incident, ROUTES), ["slack"]);
    stage.nowMs += 2 * MINUTE;
    const [update] = stage.events(40);
    assert.equal(update?.event, "update");
    assert.deepEqual(receiversFor(update.incident, ROUTES), ["slack", "phone"]);
  });
});
