import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { Replay, type ReplaySetup } from "../../src/backtest/replay.ts";
import { type Variant, variantsOf } from "../../src/backtest/variant.ts";
import type { EngineRule } from "../../src/core/engine.ts";
import { DEFAULT_MATCH } from "../../src/core/events/rule.ts";
import type { SilenceSpec } from "../../src/core/incidents/silence.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { burst, eventLine, ordinaryLine } from "../support/log-lines.ts";
import { tempFolder } from "../support/temp-folder.ts";

const THEN = Date.UTC(2026, 4, 25, 12, 0, 0);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const RULE: EngineRule = {
  name: "api_key_revoked",
  match: DEFAULT_MATCH,
  groupBy: ["service"],
  detector: { kind: "adaptive", sensitivity: "medium", minCount: 10 },
  requestIdsMax: 10,
  routes: [],
  newKeyNotice: false,
  runbookUrl: null,
};
const ONE = variantsOf({ sensitivity: [], minCount: [], threshold: [] });
const PLAIN = variantsOf({ sensitivity: [], minCount: [], threshold: ["5/1m"] });

interface Ran {
  readonly replay: Replay;
  readonly said: readonly (Transition & { readonly variant: string })[];
}

/** Replays texts as files named 0, 1, … in a folder of their own; `-` in their place reads the last one as stdin. */
async function ran(
  texts: readonly (string | Buffer)[],
  over: Partial<ReplaySetup> = {},
  counts = false,
): Promise<Ran> {
  using folder = tempFolder();
  const files = texts.map((text, i) => {
    const path = folder.join(String(i));
    writeFileSync(path, text);
    return path;
  });
  const said: (Transition & { variant: string })[] = [];
  const replay = new Replay({
    files,
    stdin: Readable.from([]),
    rules: [RULE],
    variants: PLAIN,
    charted: false,
    learnMs: null,
    silences: [],
    nowMs: THEN + 30 * 24 * HOUR,
    onTransition: (transition, variant: Variant) => said.push({ ...transition, variant: variant.name }),
    onProgress: () => undefined,
    ...over,
  });
  const { signal } = new AbortController();
  await (counts ? replay.readCounts(signal) : replay.readLogs(signal));
  // The folder's name is in no transition, only in notices.
  return { replay, said };
}

function quiet(fromMs: number, toMs: number, stepMs = MINUTE): string {
  let text = "";
  for (let timeMs = fromMs; timeMs < toMs; timeMs += stepMs) text += ordinaryLine(timeMs);
  return text;
}

function words(said: Ran["said"]): string[] {
  return said.map(({ event, at }) => `${event} ${at.slice(11, 19)}`);
}

describe("replay", () => {
  it("judges as if it had been running then: nothing is late, and the end comes at its own time", async () => {
    const { said, replay } = await ran([
      burst(20, THEN, SECOND) + quiet(THEN + MINUTE, THEN + HOUR) + burst(20, THEN + 2 * HOUR, SECOND, "b"),
    ]);
    assert.deepEqual(words(said), [
      "firing 12:00:04",
      "update 12:01:10",
      // The window of a minute holds less than half of five from 12:01:17 on, and five minutes later that is the end.
      "resolved 12:06:17",
      "firing 14:00:04",
    ]);
    assert.ok(said.every(({ late_seconds }) => late_seconds === 0));
    assert.deepEqual(
      replay.judges[0]?.found.list().map(({ resolvedMs }) => resolvedMs === null),
      [false, true],
    );
  });

  it("lists an incident that outlasts the log with its last numbers", async () => {
    const { replay } = await ran([burst(20, THEN, SECOND)]);
    const [incident] = replay.judges[0]?.found.list() ?? [];
    assert.equal(incident?.resolvedMs, null);
    assert.equal(incident?.view.total, 20);
    assert.equal(replay.judges[0]?.found.sums().open, 1);
  });

  it("repeats an incident that goes on while ordinary lines alone move the time", async () => {
    const long = Array.from({ length: 300 }, (_, i) =>
      eventLine({ timeMs: THEN + i * 20 * SECOND, requestId: `r${i}` }),
    ).join("");
    const variants = variantsOf({ sensitivity: [], minCount: [], threshold: ["3/1m"] });
    const { said } = await ran([long], { variants });
    const repeats = said.filter(({ event }) => event === "repeat");
    assert.ok(repeats.length >= 1, "said again");
  });

  it("comes to the same transitions however one log is dealt out over files and disordered within a minute", async () => {
    const lines = [
      ...Array.from({ length: 120 }, (_, i) => ({
        timeMs: THEN + i * 13_337,
        text: eventLine({ timeMs: THEN + i * 13_337, requestId: `a${i}`, service: i % 3 === 0 ? "x" : "y" }),
      })),
      ...Array.from({ length: 60 }, (_, i) => ({
        timeMs: THEN + 20 * MINUTE + i * 701 + 1,
        text: eventLine({ timeMs: THEN + 20 * MINUTE + i * 701 + 1, requestId: `b${i}`, service: "y" }),
      })),
      ...Array.from({ length: 90 }, (_, i) => ({
        timeMs: THEN + i * MINUTE + 2,
        text: ordinaryLine(THEN + i * MINUTE + 2),
      })),
    ].toSorted((a, b) => a.timeMs - b.timeMs);
    const variants = [...ONE, ...PLAIN];
    const whole = await ran([lines.map(({ text }) => text).join("")], { variants });
    assert.ok(whole.said.length >= 4, "there is something to compare");
    const deal = fc.array(fc.nat(3), { minLength: lines.length, maxLength: lines.length });
    const lateness = fc.array(fc.nat(MINUTE), { minLength: lines.length, maxLength: lines.length });
    await fc.assert(
      fc.asyncProperty(deal, fc.nat(3), lateness, async (dealt, packed, lateMs) => {
        const written = lines
          .map((line, i) => ({ ...line, file: dealt[i], atMs: line.timeMs + (lateMs[i] ?? 0) }))
          .toSorted((a, b) => a.atMs - b.atMs);
        const files = [0, 1, 2, 3].map((file) => {
          const text = written
            .filter((line) => line.file === file)
            .map((line) => line.text)
            .join("");
          return file === packed ? gzipSync(text) : text;
        });
        assert.deepEqual((await ran(files, { variants })).said, whole.said);
      }),
      { numRuns: 40 },
    );
  });

  it("does not mind in which order a rotated log's files are named", async () => {
    const parts = [0, 1, 2].map((part) => burst(8, THEN + part * HOUR, SECOND, `p${part}`));
    const straight = await ran(parts);
    const { said } = await ran([parts[2] ?? "", parts[0] ?? "", parts[1] ?? ""]);
    assert.deepEqual(said, straight.said);
    assert.equal(said.filter(({ event }) => event === "firing").length, 3);
  });

  it("reads a file without times after the others, and says so", async () => {
    const undated = '{"error":"api_key_revoked","service":"old"}\n'.repeat(3);
    const { said, replay } = await ran([undated, burst(6, THEN, SECOND)]);
    assert.deepEqual(words(said), ["firing 12:00:04"]);
    assert.equal(replay.tally.events, 9);
    assert.match(replay.tally.notices.join("\n"), /0: its first lines tell no time, so it was read after/);
    assert.match(replay.tally.notices.join("\n"), /3 events without a time/);
  });

  it("counts an event without a time at the time of what stands before it", async () => {
    const undated = '{"error":"api_key_revoked","service":"checkout","level":"error"}\n';
    const { said } = await ran([burst(4, THEN, SECOND) + undated]);
    assert.deepEqual(words(said), ["firing 12:00:03"]);
  });

  it("does not let a stamp from the future move the time", async () => {
    const future = eventLine({ timeMs: THEN + 400 * 24 * HOUR, requestId: "future" });
    const { said, replay } = await ran([burst(4, THEN, SECOND) + future + quiet(THEN + MINUTE, THEN + HOUR)]);
    assert.deepEqual(words(said), ["firing 12:00:03", "resolved 12:06:02"]);
    assert.equal(replay.tally.lastMs, THEN + HOUR - MINUTE);
    assert.match(replay.tally.notices.join("\n"), /1 event from the future/);
  });

  it("does not believe a stamp that the lines after it contradict", async () => {
    const ahead = eventLine({ timeMs: THEN + 5 * HOUR, requestId: "ahead" });
    const { said, replay } = await ran([burst(4, THEN, SECOND) + ahead + quiet(THEN + MINUTE, THEN + HOUR)]);
    assert.deepEqual(words(said), ["firing 12:00:03", "resolved 12:06:02"]);
    assert.match(replay.tally.notices.join("\n"), /1 event from the future/);
  });

  it("believes a log that is in the future as a whole, and one stamp at its beginning never", async () => {
    const nowMs = THEN - 24 * HOUR;
    const { said } = await ran([burst(5, THEN, SECOND) + quiet(THEN + MINUTE, THEN + HOUR)], { nowMs });
    assert.deepEqual(words(said), ["firing 12:00:04", "resolved 12:06:02"]);
    const late = ordinaryLine(THEN + 400 * 24 * HOUR);
    const other = await ran([late + burst(5, THEN, SECOND) + quiet(THEN + MINUTE, THEN + HOUR)]);
    assert.deepEqual(words(other.said), ["firing 12:00:04", "resolved 12:06:02"]);
  });

  it("believes a gap: events hours apart are no disorder", async () => {
    const sparse = [0, 9, 18].map((hour) => burst(2, THEN + hour * HOUR, SECOND, `h${hour}`)).join("");
    const { replay } = await ran([sparse], {
      variants: variantsOf({ sensitivity: [], minCount: [], threshold: ["2/1m"] }),
    });
    assert.equal(replay.judges[0]?.found.sums().incidents, 3);
    assert.deepEqual(replay.tally.notices, []);
  });

  it("says that a compressed file was cut off and judges what came before", async () => {
    const whole = gzipSync(burst(2000, THEN, 100), { level: 1 });
    const { replay } = await ran([whole.subarray(0, whole.length / 2)]);
    assert.match(replay.tally.notices.join("\n"), /0: it ends too early: the gzip file was cut off/);
    assert.equal(replay.judges[0]?.found.sums().incidents, 1);
  });

  it("judges every setting as if it were alone", async () => {
    const log = burst(12, THEN, 5 * SECOND) + quiet(THEN + 2 * MINUTE, THEN + 2 * HOUR);
    const variants = variantsOf({ sensitivity: [], minCount: [], threshold: ["5/1m", "12/5m", "100/1h"] });
    const together = await ran([log], { variants });
    for (const variant of variants) {
      const alone = await ran([log], { variants: [variant] });
      assert.deepEqual(
        together.said.filter((one) => one.variant === variant.name),
        alone.said,
      );
    }
    assert.deepEqual(
      together.replay.judges.map(({ found }) => found.sums().incidents),
      [1, 1, 0],
    );
  });

  it("comes to the same whether a chart is drawn or not, and whatever is silent for how long", async () => {
    const DAY = 24 * HOUR;
    const month = Array.from({ length: 45 }, (_, day) =>
      eventLine({ timeMs: THEN + day * DAY, requestId: `d${day}`, service: "daily" }),
    );
    const log = [
      burst(3, THEN - HOUR, MINUTE, "first"),
      ...month,
      burst(20, THEN + 44 * DAY + HOUR, SECOND, "after a month"),
      burst(20, THEN + 100 * DAY, SECOND, "after a silence"),
      quiet(THEN + 100 * DAY + MINUTE, THEN + 100 * DAY + HOUR),
    ].join("");
    const nowMs = THEN + 200 * DAY;
    const plain = await ran([log], { variants: ONE, nowMs });
    const charted = await ran([log], { variants: ONE, nowMs, charted: true });
    assert.deepEqual(charted.said, plain.said);
    // New again after the silence, when only fifty in a minute would fire; not after the month.
    assert.deepEqual(
      plain.said.filter(({ event }) => event === "firing").map(({ at }) => at.slice(0, 10)),
      [new Date(THEN + 44 * DAY).toISOString().slice(0, 10)],
    );
  });

  it("does not take days of which no line is there for quiet, and says how long they are", async () => {
    const lost = [3 * 24 * 60, 5 * 24 * 60] as const;
    const minutes = Array.from({ length: 6 * 24 * 60 }, (_, minute) => minute).filter(
      (minute) => minute < lost[0] || minute >= lost[1],
    );
    const log = minutes.map((minute) => {
      const timeMs = THEN + minute * MINUTE;
      const key = `ast_live_${minute % 7}abcdefghijklmnop`;
      const event = minute % 2 === 0 ? eventLine({ timeMs, requestId: `r${minute}`, key }) : "";
      return `${ordinaryLine(timeMs)}${event}`;
    });
    const text = log.join("");
    const cut = text.indexOf("\n", text.length >> 1) + 1;
    const { said, replay } = await ran([text.slice(cut), text.slice(0, cut)], { variants: ONE });
    assert.deepEqual(said, []);
    assert.match(replay.tally.notices.join(), /^2d hold no line of any kind/);
    // The same, where other lines tell that it was quiet.
    const quiet = Array.from({ length: 2 * 24 * 60 }, (_, i) => ordinaryLine(THEN + (lost[0] + i) * MINUTE));
    const heard = await ran([text, quiet.join("")], { variants: ONE });
    assert.deepEqual(heard.replay.tally.notices, []);
    assert.ok(heard.said.length > 0);
  });

  it("judges recorded counts as it judges the events themselves", async () => {
    const minutes = Array.from({ length: 600 }, (_, i) => ({
      timeMs: THEN + i * MINUTE,
      count: i >= 500 && i < 510 ? 12 : i % 30 === 0 ? 1 : 0,
    }));
    const series = minutes
      .map(({ timeMs, count }) => JSON.stringify({ time: new Date(timeMs).toISOString(), count }))
      .join("\n");
    const log = minutes
      .map(({ timeMs, count }) =>
        count === 0
          ? ordinaryLine(timeMs)
          : Array.from({ length: count }, (_, n) => {
              // Evenly over the minute, each in the middle of its share.
              const ownMs = timeMs + Math.ceil(((n + 0.5) * MINUTE) / count) - 1;
              return eventLine({ timeMs: ownMs, requestId: `${timeMs}-${n}` });
            }).join(""),
      )
      .join("");
    const byCounts = await ran([series], { variants: ONE }, true);
    const byEvents = await ran([log], { variants: ONE });
    const essence = ({ said }: Ran) =>
      said
        .filter(({ event }) => event === "firing" || event === "resolved")
        // Counts come in steps of ten seconds.
        .map(({ event, at, incident }) => ({ event, at: at.slice(0, 18), onset: incident.started_at }));
    assert.deepEqual(essence(byCounts), essence(byEvents));
    assert.equal(byCounts.said.at(-1)?.incident.total, byEvents.said.at(-1)?.incident.total);
    assert.equal(byCounts.said.at(-1)?.incident.peak_per_minute, 12);
  });

  /** A silence from one moment to another. */
  function planned(fromMs: number, toMs: number, maxEvents: number | null = null): SilenceSpec {
    return {
      id: "config:rotation",
      name: "rotation",
      match: [],
      times: { kind: "once", startsMs: fromMs, endsMs: toMs },
      expect: { maxEvents, maxKeys: null },
      comment: "CHG-17",
      createdBy: "payments",
    };
  }

  it("holds back what a silence of the configuration covers, learns nothing of it, and reports its end", async () => {
    const day = 24 * HOUR;
    const log = [
      quiet(THEN, THEN + 2 * day, 10 * MINUTE),
      burst(300, THEN + 2 * day + HOUR, 2 * SECOND, "planned"),
      quiet(THEN + 2 * day + 2 * HOUR, THEN + 3 * day, 10 * MINUTE),
      burst(30, THEN + 3 * day, SECOND, "real"),
      quiet(THEN + 3 * day + HOUR, THEN + 3 * day + 2 * HOUR, MINUTE),
    ].join("");
    const silences = [planned(THEN + 2 * day, THEN + 2 * day + 90 * MINUTE)];
    const { said, replay } = await ran([log], { variants: ONE, silences });
    const steps = said.filter(({ event }) => event !== "update" && event !== "silence_ending");
    assert.deepEqual(
      steps.map(({ event, incident }) => [event, incident.silence]),
      [
        ["firing", "rotation"],
        ["resolved", "rotation"],
        ["silence_ended", "rotation"],
        ["firing", null],
        ["resolved", null],
      ],
    );
    assert.match(steps[2]?.incident.explanation ?? "", /CHG-17: 300 events/);
    const found = replay.judges[0]?.found;
    const { incidents, silenced, alertedMinutes, first } = found?.sums() ?? {};
    assert.deepEqual([incidents, silenced], [1, 1]);
    assert.ok((alertedMinutes ?? 0) < 20);
    assert.equal(first?.started_at, new Date(THEN + 3 * day).toISOString());
    assert.deepEqual(
      found?.list().map(({ view }) => view.count),
      [300, 30],
    );
    // Without the silence the day after would be judged by what the rotation taught, and nothing is held.
    const loud = await ran([log], { variants: ONE });
    assert.ok(loud.said.every(({ incident }) => incident.silence === null));
  });

  it("breaks through a silence with what it does not expect, of counts too", async () => {
    const silences = [planned(THEN + 30 * HOUR, THEN + 34 * HOUR, 500)];
    const series = busy(500, new Map(Array.from({ length: 12 }, (_, i) => [372 + i, 900])));
    const { said, replay } = await ran([series], { variants: ONE, silences }, true);
    assert.deepEqual(
      said.slice(0, 1).map(({ event }) => event),
      ["silence_exceeded"],
    );
    assert.equal(replay.judges[0]?.found.sums().silenced, 0);
    assert.equal(replay.judges[0]?.found.sums().incidents, 1);
  });

  /** A series of five minutes: 1000 an hour, and some rows that are something else. */
  function busy(rows: number, other: ReadonlyMap<number, number | null>): string {
    const lines: string[] = [];
    for (let i = 0; i < rows; i++) {
      const said = other.get(i);
      if (said === null) continue;
      const count = said ?? 80 + ((i * 37) % 9);
      lines.push(JSON.stringify({ time: new Date(THEN + i * 5 * MINUTE).toISOString(), count }));
    }
    return lines.join("\n");
  }

  it("finds a rise in coarse counts, and nothing in their rows' edges, gaps, zeros or beginning", async () => {
    const gap = Array.from({ length: 100 }, (_, i) => [900 + i, null] as const);
    const zeros = Array.from({ length: 20 }, (_, i) => [1200 + i, 0] as const);
    const other = new Map<number, number | null>([...gap, ...zeros, [1500, 900]]);
    const { said, replay } = await ran([busy(2000, other)], { variants: ONE }, true);
    const fired = said.filter(({ event }) => event === "firing").map(({ at }) => at);
    assert.deepEqual(fired.length, 1);
    const afterMs = Date.parse(fired[0] ?? "") - (THEN + 1500 * 5 * MINUTE);
    assert.ok(afterMs >= 0 && afterMs < 5 * MINUTE, `${afterMs}`);
    assert.match(replay.tally.notices.join(), /^the first 16h\d+m\d*s? were only learned from/);
  });

  for (const [rows, hours] of [
    ["a quarter of a day", 6],
    ["a day", 24],
    ["a week", 168],
  ] as const) {
    it(`finds a rise in counts of ${rows}, and judges a row as it judges an hour`, async () => {
      const line = (i: number): string => {
        const count = i === 150 ? 110 : 14 + ((i * 7) % 13);
        return JSON.stringify({ time: new Date(THEN + i * hours * HOUR).toISOString(), count });
      };
      const series = Array.from({ length: 250 }, (_, i) => line(i)).join("\n");
      const { said } = await ran([series], { variants: ONE }, true);
      const [fired, ...more] = said.filter(({ event }) => event === "firing");
      assert.deepEqual(more, []);
      const beganMs = Date.parse(fired?.incident.started_at ?? "");
      assert.ok(
        Math.abs(beganMs - (THEN + 150 * hours * HOUR)) < (hours * HOUR) / 60,
        `${fired?.incident.started_at}`,
      );
      const resolved = said.find(({ event }) => event === "resolved");
      assert.equal(resolved?.incident.ended_as, "back_to_normal");
      assert.equal(resolved.incident.window_seconds, hours * 3600);
      assert.match(resolved.incident.explanation, /^110 in (6h|1d|7d); usual \d+ \(at most \d+\)$/);
    });
  }

  it("judges the beginning too when it is told to, and leaves out more when it is told to", async () => {
    const series = busy(1000, new Map([[500, 20_000]])).replaceAll('"count":8', '"count":80');
    const firing = async (learnMs: number) =>
      (await ran([series], { variants: ONE, learnMs }, true)).said.filter(({ event }) => event === "firing");
    assert.deepEqual(
      (await firing(0)).map(({ at }) => Date.parse(at) < THEN + HOUR),
      [true, false],
    );
    assert.equal((await firing(HOUR)).length, 1);
    assert.equal((await firing(48 * HOUR)).length, 0);
  });

  it("judges thousands of millions of events as fast as few", async () => {
    const rows = busy(300, new Map(Array.from({ length: 300 }, (_, i) => [i, 100_000_000])));
    const { replay, said } = await ran([rows], { variants: ONE }, true);
    assert.equal(replay.tally.events, 30_000_000_000);
    assert.deepEqual(said, []);
  });

  it("keeps the groups of recorded counts apart", async () => {
    const line = (group: string, i: number): string =>
      JSON.stringify({
        time: new Date(THEN + i * MINUTE).toISOString(),
        count: group === "a" ? 6 : 1,
        group,
      });
    const series = ["a", "b"].map((group) => Array.from({ length: 3 }, (_, i) => line(group, i)).join("\n"));
    const { said } = await ran(series, {}, true);
    assert.deepEqual(said[0]?.incident.group, { group: "a" });
    assert.ok(said.every(({ incident }) => incident.group["group"] === "a"));
  });
});
