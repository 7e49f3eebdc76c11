// The second channel seen from outside: it counts keys, and its incident tells of events.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { Engine, type EngineRule } from "../../src/core/engine.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { CoreFacts } from "../../src/core/facts.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { eventLine } from "../support/log-lines.ts";
import { recordingFacts } from "../support/recording-facts.ts";

const START = Date.UTC(2026, 4, 25);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ORIGIN = { source: "api", format: "auto", labels: {} } as const;
/** So high that the count of events never fires by itself. */
const MANY = 1000;
const RULE: EngineRule = {
  name: "api_key_revoked",
  match: DEFAULT_MATCH,
  groupBy: ["service"],
  detector: { kind: "adaptive", sensitivity: "medium", minCount: MANY },
  requestIdsMax: 10,
  routes: [],
  newKeyNotice: false,
  runbookUrl: null,
};

describe("an incident of new keys", () => {
  it("counts keys in its explanation and events in its total, from the first word on", () => {
    const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
    const { facts } = recordingFacts<CoreFacts>();
    const engine = new Engine({ rules: [RULE], digest, facts, watchedSinceMs: null, summarises: true });
    const said: Transition[] = [];
    const use = (key: string, timeMs: number): void => {
      const bytes = Buffer.from(eventLine({ timeMs, requestId: `r${timeMs}`, key }));
      said.push(...engine.feed({ origin: ORIGIN, stream: "api.log", bytes, replay: false }, timeMs, true));
    };
    for (let i = 0; i < 24; i++) use("ast_live_0123456789abcdefOLDK", START + i * HOUR);
    const spikeMs = START + 24 * HOUR;
    // Eight keys, each tried three times in a row.
    for (let i = 0; i < 24; i++) use(`ast_live_0123456789abcd_K${Math.floor(i / 3)}`, spikeMs + i * 500);

    const [firing, ...more] = said;
    assert.deepEqual(more, []);
    assert.equal(firing?.event, "firing");
    assert.equal(firing.incident.channel, "new_keys");
    assert.equal(firing.incident.explanation.split(";")[0], "6 new keys in 1m");
    // Five keys three times each, and the first use of the sixth, which made it fire.
    assert.equal(firing.incident.total, 16);
    assert.equal(engine.openIncidents()[0]?.total, 24);
    assert.equal(engine.openIncidents()[0]?.request_ids_total, 24);
  });
});
