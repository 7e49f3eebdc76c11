import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Judge } from "../../src/backtest/judge.ts";
import { type GroupTimeline, Timeline } from "../../src/backtest/timeline.ts";
import { variantsOf } from "../../src/backtest/variant.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";

const THEN = Date.UTC(2026, 4, 25);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RULE = "api_key_revoked";

/** A judge and its timeline, fed with counts: [minutes after the beginning, events]. */
function fed(
  counts: readonly (readonly [minute: number, count: number])[],
  threshold: string[] = [],
): GroupTimeline[] {
  const [variant] = variantsOf({ sensitivity: [], minCount: [], threshold });
  assert.ok(variant !== undefined);
  const judge = new Judge({
    rules: [
      {
        name: RULE,
        match: DEFAULT_MATCH,
        groupBy: ["service"],
        detector: { kind: "adaptive", sensitivity: "medium", minCount: 10 },
        requestIdsMax: 10,
        routes: [],
        newKeyNotice: false,
        runbookUrl: null,
      },
    ],
    variant,
    silences: [],
    digest: () => "0".repeat(32),
    onTransition: () => undefined,
  });
  const timeline = new Timeline(judge);
  judge.begin(THEN, 0);
  for (const [minute, count] of counts) {
    const timeMs = THEN + minute * MINUTE;
    timeline.moveTo(timeMs);
    judge.moveTo(timeMs);
    timeline.add(RULE, [["service", "a"]], timeMs, count);
    judge.count(RULE, { service: "a" }, { source: "test", timeMs, count });
  }
  return timeline.groups();
}

describe("timeline", () => {
  it("counts events by stretches of five minutes", () => {
    const [group] = fed([
      [0, 1],
      [4, 2],
      [5, 7],
    ]);
    assert.equal(group?.events, 10);
    assert.deepEqual([...(group?.counts.values() ?? [])], [3, 7]);
    assert.deepEqual([group?.stretchMs, group?.threshold], [5 * MINUTE, null]);
  });

  it("samples what is usual every five minutes, and holds fast to it while an incident lasts", () => {
    const quiet = Array.from({ length: 240 }, (_, i) => [i, i % 20 === 0 ? 1 : 0] as const);
    const spike = Array.from({ length: 20 }, (_, i) => [240 + i, 30] as const);
    const samples = fed([...quiet, ...spike])[0]?.samples ?? [];
    assert.ok(samples.length >= 50, `${samples.length} samples`);
    const [before, after] = [samples.at(-2), samples.at(-1)];
    assert.deepEqual([after?.usual, after?.high], [before?.usual, before?.high]);
    assert.ok((after?.high ?? Infinity) < 30, "the spike is not usual");
  });

  it("knows no usual under a plain threshold, whose window is its stretch", () => {
    const [group] = fed(
      [
        [0, 3],
        [90, 4],
      ],
      ["20/1h"],
    );
    assert.deepEqual([group?.stretchMs, group?.threshold, group?.samples], [HOUR, 20, []]);
  });

  it("keeps few samples of a long log, in order and over all of it", () => {
    const days = Array.from({ length: 60 }, (_, day) => [day * 24 * 60, 1] as const);
    const samples = fed(days)[0]?.samples ?? [];
    assert.ok(samples.length > 200 && samples.length <= 800, `${samples.length} samples`);
    assert.ok(samples.every(({ timeMs }, i) => timeMs > (samples[i - 1]?.timeMs ?? 0)));
    assert.ok((samples.at(-1)?.timeMs ?? 0) > THEN + 58 * 24 * HOUR);
  });

  it("is not held up by a stamp of thirty years ago", () => {
    const years = fed([
      [-30 * 365 * 24 * 60, 1],
      [0, 1],
    ]);
    assert.equal(years[0]?.events, 2);
  });
});
