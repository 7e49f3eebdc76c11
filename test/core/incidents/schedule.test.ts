import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCron } from "../../../src/core/incidents/cron.ts";
import { parseSchedule, type Schedule } from "../../../src/core/incidents/schedule.ts";

const HOUR = 3_600_000;

function schedule(cron: string, timezone: string, durationMs = HOUR): Schedule {
  const parsed = parseSchedule(cron, timezone, durationMs);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

/** The next starts after a moment, RFC 3339. */
function starts(of: Schedule, from: string, count: number): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count;) {
    const next = of.after(at);
    if (next === null) break;
    at = next.startMs;
    found.push(new Date(at).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

interface Case {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly from: string;
  readonly starts: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "keeps its wall-clock time over the spring day of Berlin",
    cron: "0 12 * * *",
    zone: "Europe/Berlin",
    from: "2026-03-28T00:00:00Z",
    starts: ["2026-03-28T11:00Z", "2026-03-29T10:00Z", "2026-03-30T10:00Z"],
  },
  {
    name: "moves a start forward that does not exist on the spring day of Berlin",
    cron: "30 2 * * *",
    zone: "Europe/Berlin",
    from: "2026-03-28T00:00:00Z",
    starts: ["2026-03-28T01:30Z", "2026-03-29T01:30Z", "2026-03-30T00:30Z"],
  },
  {
    name: "takes the first of two on the autumn day of Berlin",
    cron: "30 2 * * *",
    zone: "Europe/Berlin",
    from: "2026-10-24T12:00:00Z",
    starts: ["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  },
  {
    name: "moves a start forward that does not exist on the spring day of New York",
    cron: "0 2 * * SUN",
    zone: "America/New_York",
    from: "2026-03-02T00:00:00Z",
    starts: ["2026-03-08T07:00Z", "2026-03-15T06:00Z"],
  },
  {
    name: "takes the first of two on the autumn day of New York",
    cron: "15 1 * * 7",
    zone: "America/New_York",
    from: "2026-10-31T12:00:00Z",
    starts: ["2026-11-01T05:15Z", "2026-11-08T06:15Z"],
  },
  {
    name: "knows a change of half an hour (Lord Howe)",
    cron: "15 2 * * *",
    zone: "Australia/Lord_Howe",
    from: "2026-10-03T00:00:00Z",
    starts: ["2026-10-03T15:45Z", "2026-10-04T15:15Z"],
  },
  {
    name: "takes the day of the month or the weekday when both are given, as cron does",
    cron: "0 0 13 * FRI",
    zone: "UTC",
    from: "2026-05-07T12:00:00Z",
    starts: ["2026-05-08T00:00Z", "2026-05-13T00:00Z", "2026-05-15T00:00Z"],
  },
  {
    name: "finds the next 29th of February",
    cron: "0 0 29 FEB *",
    zone: "UTC",
    from: "2026-01-01T00:00:00Z",
    starts: ["2028-02-29T00:00Z", "2032-02-29T00:00Z"],
  },
  {
    name: "reads lists, ranges and steps",
    cron: "*/30 8-9,22 * * mon-fri",
    zone: "UTC",
    from: "2026-05-25T08:15:00Z",
    starts: ["2026-05-25T08:30Z", "2026-05-25T09:00Z", "2026-05-25T09:30Z", "2026-05-25T22:00Z"],
  },
];

describe("schedule", () => {
  for (const { name, cron, zone, from, starts: expected } of CASES) {
    it(name, () => assert.deepEqual(starts(schedule(cron, zone), from, expected.length), expected));
  }

  it("is on from its start up to its end and not at it", () => {
    const weekly = schedule("0 2 * * TUE", "Europe/Berlin", 2 * HOUR);
    const start = Date.parse("2026-05-26T00:00:00Z");
    assert.equal(weekly.at(start - 1), null);
    assert.deepEqual(weekly.at(start), { startMs: start, endMs: start + 2 * HOUR });
    assert.deepEqual(weekly.at(start + 2 * HOUR - 1)?.startMs, start);
    assert.equal(weekly.at(start + 2 * HOUR), null);
  });

  it("ends in the middle of a minute when its length says so", () => {
    const short = schedule("0 2 * * *", "UTC", 90_500);
    const start = Date.parse("2026-05-26T02:00:00Z");
    assert.notEqual(short.at(start + 90_499), null);
    assert.equal(short.at(start + 90_500), null);
  });

  it("lasts its full length over both changes of the clocks", () => {
    const nightly = schedule("0 1 * * *", "Europe/Berlin", 4 * HOUR);
    for (const day of ["2026-03-29T00:00:00Z", "2026-10-24T23:00:00Z"]) {
      const start = Date.parse(day);
      assert.deepEqual(nightly.at(start + 4 * HOUR - 1), { startMs: start, endMs: start + 4 * HOUR }, day);
    }
  });

  it("agrees with asking every ten minutes, in both directions, over two changes of clocks", () => {
    for (const zone of ["Europe/Berlin", "America/New_York"]) {
      const of = schedule("30 1,2 * * *", zone, HOUR / 2);
      for (const from of [
        "2026-03-07T00:00:00Z",
        "2026-03-28T00:00:00Z",
        "2026-10-24T00:00:00Z",
        "2026-10-31T00:00:00Z",
      ]) {
        const begin = Date.parse(from);
        const seen = new Set<number>();
        for (let at = begin; at < begin + 72 * HOUR; at += 600_000) {
          const now = of.at(at);
          if (now !== null) seen.add(now.startMs);
        }
        const asked: number[] = [];
        for (let at = begin - 1; ;) {
          const next = of.after(at);
          if (next === null || next.startMs >= begin + 72 * HOUR) break;
          at = next.startMs;
          asked.push(at);
        }
        assert.deepEqual(
          [...seen].filter((at) => at >= begin),
          asked,
          `${zone} ${from}`,
        );
      }
    }
  });

  const refused = [
    "",
    "0 2 * *",
    "60 * * * *",
    "* 24 * * *",
    "0 0 0 * *",
    "0 0 * 13 *",
    "0 0 * * 8",
    "5-1 * * * *",
    "*/0 * * * *",
    "@daily",
    "0 0 31 2,4 *",
    "a * * * *",
  ];
  for (const cron of refused) {
    it(`refuses the schedule ${JSON.stringify(cron)} with a sentence`, () => {
      const parsed = parseCron(cron);
      assert.ok("problem" in parsed);
      assert.match(parsed.problem, /^expected /);
    });
  }

  it("refuses a time zone that there is not", () => {
    const parsed = parseSchedule("0 2 * * *", "Europe/Berln", HOUR);
    assert.ok("problem" in parsed && /time zone/.test(parsed.problem));
  });
});
