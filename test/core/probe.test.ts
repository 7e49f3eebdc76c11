import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { Engine, type EngineRule } from "../../src/core/engine.ts";
import { type Condition, DEFAULT_MATCH, type MatchSpec } from "../../src/core/events/rule.ts";
import { eventLine } from "../support/log-lines.ts";
import { recordingFacts } from "../support/recording-facts.ts";
import type { CoreFacts } from "../../src/core/facts.ts";

const NOW = Date.UTC(2026, 4, 25, 12, 0, 0);

function engineOf(...matches: readonly Partial<MatchSpec>[]) {
  const rules = matches.map((match, i): EngineRule => ({
    name: `rule-${i}`,
    match: { ...DEFAULT_MATCH, ...match },
    groupBy: ["service"],
    detector: { kind: "threshold", count: 2, windowMs: 60_000 },
    requestIdsMax: 10,
    routes: [],
    newKeyNotice: true,
    runbookUrl: null,
  }));
  const recording = recordingFacts<CoreFacts>();
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  return {
    engine: new Engine({ rules, digest, facts: recording.facts, watchedSinceMs: null, summarises: true }),
    recording,
  };
}

const status: Condition = {
  path: "response.status",
  equals: "401",
  in: null,
  gte: null,
  lte: null,
  regex: null,
};

describe("the probe", () => {
  const passing: readonly (readonly [name: string, matches: readonly Partial<MatchSpec>[]])[] = [
    ["the built-in rule", [{}]],
    ["a rule of codes alone", [{ phrases: [] }]],
    ["a rule of phrases alone", [{ codes: [] }]],
    [
      "a rule of an own code in an own field",
      [{ codes: ['ke"y\\off'], codeFields: ["My.Code"], phrases: [] }],
    ],
    ["a rule with a condition that no made-up line meets", [{ where: [status] }]],
    ["several rules", [{}, { codes: ["other"], phrases: [] }, { where: [status] }]],
  ];
  for (const [name, matches] of passing) {
    it(`comes through for ${name}`, () => {
      assert.equal(engineOf(...matches).engine.probe(NOW), null);
    });
  }

  it("names the rule that no line can come through", () => {
    const { engine } = engineOf({}, { codes: ["a code"], codeFields: [], phrases: [] });
    assert.equal(engine.probe(NOW), "rule-1");
  });

  it("leaves no trace: no fact, no group, no key, nothing to save, nothing to say", () => {
    const { engine, recording } = engineOf({});
    for (let i = 0; i < 100; i += 1) engine.probe(NOW + i * 1000);
    assert.deepEqual(recording.stated, []);
    assert.deepEqual([...engine.readings()], []);
    assert.deepEqual(engine.takeDirty(), []);
    assert.deepEqual(engine.openIncidents(), []);
    assert.equal([...engine.keys.list()].length, 0);
  });

  it("changes nothing in how the log's own lines are read", () => {
    const read = (probing: boolean): unknown => {
      const { engine, recording } = engineOf({});
      const bytes = Buffer.from(
        eventLine({ timeMs: NOW, requestId: "a" }) + eventLine({ timeMs: NOW, requestId: "b" }),
      );
      const origin = { source: "api", format: "auto", labels: {} } as const;
      for (let i = 0; i < 5; i += 1) {
        if (probing) engine.probe(NOW);
        engine.feed({ origin, stream: "api.log", bytes: Buffer.from(bytes), replay: false }, NOW, true);
      }
      return [[...engine.readings()], recording.stated];
    };
    assert.deepEqual(read(true), read(false));
  });
});
