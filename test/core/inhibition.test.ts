// A wide incident that stands for narrower ones, seen from outside the core. Time is virtual.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EngineRule } from "../../src/core/engine.ts";
import { isHeld } from "../../src/core/incidents/silence-report.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { MINUTE, SECOND, Stage, THRESHOLD } from "../support/stage.ts";

/** All services together: from ten events a minute on it stands for those of single services. */
const WIDE: EngineRule = {
  ...THRESHOLD,
  name: "all_services",
  groupBy: [],
  detector: { kind: "threshold", count: 10, windowMs: MINUTE },
  inhibits: ["api_key_revoked"],
};
const stageOf = (): Stage => new Stage([], THRESHOLD, WIDE);
const burning =
  (stage: Stage, ...services: readonly string[]) =>
  (): void => {
    if (stage.nowMs % (5 * SECOND) === 0) for (const service of services) stage.events(1, service);
  };
const heard = (said: readonly Transition[]): string[] =>
  said
    .filter((transition) => !isHeld(transition))
    .map(({ event, incident }) => `${event} ${incident.group["service"] ?? "all"}`);

describe("inhibition", () => {
  it("tells one wide incident in place of those of each service, which are listed in it", () => {
    const stage = stageOf();
    const lines = stage.batch({ checkout: 8, billing: 6 });
    assert.deepEqual(heard(lines), ["firing all"]);
    const held = lines.filter(isHeld);
    assert.deepEqual(
      held.map(({ event, incident }) => [event, incident.inhibited_by?.rule]),
      [
        ["firing", "all_services"],
        ["firing", "all_services"],
      ],
    );
    const wide = stage.engine.openIncidents().find(({ rule }) => rule === "all_services");
    assert.deepEqual(
      wide?.inhibits.map(({ group, total }) => [group["service"], total]),
      [
        ["checkout", 8],
        ["billing", 6],
      ],
    );
    assert.deepEqual(stage.recording.of("suppressed"), [
      ["api_key_revoked", "inhibited"],
      ["api_key_revoked", "inhibited"],
    ]);
  });

  it("says nothing of what ends before the wide one does", () => {
    const stage = stageOf();
    stage.batch({ checkout: 8, billing: 6 });
    assert.deepEqual(heard(stage.pass(30 * MINUTE)), ["resolved all"]);
    assert.equal(stage.said.filter(({ event }) => event === "resolved").length, 3, "all three are over");
  });

  it("tells what outlasts the wide one as the incident that it is", () => {
    const stage = stageOf();
    stage.batch({ checkout: 8, billing: 6 });
    // Below what keeps the wide one going (5 a minute), and enough for one service (3).
    const slow = (): void => {
      if (stage.nowMs % (15 * SECOND) === 0) stage.events(1, "checkout");
    };
    const said = stage.pass(12 * MINUTE, slow);
    assert.deepEqual(heard(said).slice(0, 2), ["update all", "resolved all"]);
    assert.deepEqual(heard(said).slice(2, 3), ["firing checkout"]);
    const firing = said.find((one) => one.event === "firing" && !isHeld(one));
    assert.equal(firing?.incident.inhibited_by, null);
  });

  it("leaves what was told before as it stands, and tells its end", () => {
    const stage = stageOf();
    assert.deepEqual(heard(stage.events(6, "checkout")), ["firing checkout"]);
    assert.deepEqual(heard(stage.events(6, "billing")), ["firing all"]);
    const said = heard(stage.pass(40 * MINUTE, burning(stage, "checkout", "billing")));
    assert.equal(
      said.some((word) => word.endsWith("checkout")),
      false,
      "neither growth nor repeats",
    );
    const after = heard(stage.pass(30 * MINUTE));
    assert.ok(after.includes("resolved checkout") && after.includes("resolved all"), after.join());
  });

  it("holds over a restart", () => {
    const stage = stageOf();
    stage.batch({ checkout: 8, billing: 6 });
    stage.restart();
    const said = heard(stage.pass(10 * MINUTE, burning(stage, "checkout", "billing")));
    assert.deepEqual(new Set(said), new Set(["update all"]));
    assert.equal(stage.engine.openIncidents().filter((one) => one.inhibited_by !== null).length, 2);
  });
});
