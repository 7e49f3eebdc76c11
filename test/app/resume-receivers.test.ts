import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resumeReceivers } from "../../src/app/resume-receivers.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import type { Receiver } from "../../src/receivers/receiver.ts";
import { delivered, transition } from "../outbox/rig.ts";

describe("receivers after a start", () => {
  it("are told on of the open incidents that they have heard of, held back by a silence or not", () => {
    const given = new Map<string, readonly Transition[]>();
    const receiver = (name: string): Receiver => ({
      name,
      kind: "scripted",
      deliver: async () => delivered(),
      verify: async () => delivered(),
      resume: (firing) => void given.set(name, firing),
      async close() {},
    });
    const open = [
      transition("firing", "A").incident,
      transition("firing", "B", 10, 0, { silence: "rotation" }).incident,
    ];
    const heard: Readonly<Record<string, readonly string[]>> = { am: ["A", "B"], other: ["A"], none: [] };
    resumeReceivers(
      new Map(Object.keys(heard).map((name) => [name, receiver(name)])),
      { openIncidents: () => open },
      { hasHeard: (incident, name) => heard[name]?.includes(incident) === true },
    );
    const ids = [...given].map(([name, firing]) => [name, firing.map(({ incident }) => incident.id)]);
    assert.deepEqual(Object.fromEntries(ids), heard);
    assert.deepEqual(
      given.get("am")?.map(({ event, at }) => [event, at]),
      open.map(({ fired_at: at }) => ["firing", at]),
    );
  });
});
