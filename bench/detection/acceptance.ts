// What the default detector must reach, as a table, and whether a run reached it.

import type { Cost } from "./cost.ts";
import type { FalseAlarms, FalseAlarmTable } from "./false-alarms.ts";
import type { Finds, SpikeCase } from "./finds.ts";
import type { NewKeysResult } from "./new-keys.ts";

/** A spike that must be found: least share, longest median delay in seconds. */
export interface SpikeGoal extends SpikeCase {
  readonly leastShare: number;
  readonly mostDelaySeconds: number;
}

function goal(
  background: string,
  spread: SpikeCase["spread"],
  events: number,
  leastShare: number,
  mostDelaySeconds: number,
  known: SpikeCase["known"] = "mature",
): SpikeGoal {
  return { background, spread, events, leastShare, mostDelaySeconds, known };
}

export const SPIKE_GOALS: readonly SpikeGoal[] = [
  goal("p2", "min1", 20, 0.99, 30),
  goal("p2", "min1", 50, 0.99, 12),
  goal("p2", "min5", 20, 0.99, 135),
  goal("p2", "min5", 50, 0.99, 60),
  goal("p2", "hour1", 50, 0.97, 750),
  goal("zero", "min1", 10, 0.99, 60),
  goal("cron5", "min5", 20, 0.99, 135),
  goal("clumpy", "min1", 20, 0.95, 45),
  goal("clumpy", "min5", 50, 0.97, 90),
  goal("nb60", "min5", 50, 0.95, 75),
  goal("p60", "min1", 20, 0.97, 32),
  goal("p60", "min5", 50, 0.97, 60),
  goal("p60", "hour1", 120, 0.95, 650),
  goal("p1000", "min1", 100, 0.95, 25),
  goal("diurnal20", "min5", 20, 0.95, 180),
  goal("office60", "min5", 50, 0.9, 85),
  goal("p2", "min1", 20, 0.95, 50, "cold30m"),
  goal("p2", "min5", 50, 0.95, 100, "cold30m"),
];

export interface Measured {
  readonly falseAlarms: FalseAlarmTable;
  readonly finds: readonly (SpikeGoal & Finds)[];
  readonly newKeys: NewKeysResult;
  readonly cost: Cost;
  readonly replicates: number;
}

export interface Verdict {
  readonly figure: string;
  readonly must: string;
  readonly measured: string;
  readonly pass: boolean;
}

/** Medium allows 4.3 a month by its budget; with few replicates the measured mean strays by one more. */
const MEDIUM_MOST = 4.3;
const MEDIUM_MOST_FEW = 5.3;
const FEW_REPLICATES = 40;
const QUIET = ["zero", "p0_1", "p2", "cron5", "hourly15", "shift62", "shift14"];
const LOW_WIDER = new Set(["office60", "walk20"]);

function atMost(figure: string, most: number, measured: number, digits = 2): Verdict {
  return { figure, must: `≤ ${most}`, measured: measured.toFixed(digits), pass: measured <= most };
}

type Rates = readonly [background: string, perMonth: number][];

function worst(rates: Rates): number {
  return Math.max(...rates.map(([, perMonth]) => perMonth));
}

function meanRate(rates: Rates): number {
  return mean(rates.map(([, perMonth]) => perMonth));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function judge({ falseAlarms, finds, newKeys, cost, replicates }: Measured): Verdict[] {
  const rates = (name: string): Rates =>
    Object.entries(falseAlarms[name] ?? {}).map(([background, { perMonth }]) => [background, perMonth]);
  const medium = rates("medium");
  const low = rates("low");
  const found = (background: string): FalseAlarms => falseAlarms["medium"]?.[background] as FalseAlarms;
  const mediumMost = replicates < FEW_REPLICATES ? MEDIUM_MOST_FEW : MEDIUM_MOST;
  return [
    atMost("medium: false alarms a month, worst background", mediumMost, worst(medium)),
    atMost("medium: mean over all backgrounds", 1.3, meanRate(medium)),
    atMost(
      `medium: worst of ${QUIET.join(", ")}`,
      0.4,
      worst(medium.filter(([name]) => QUIET.includes(name))),
    ),
    atMost("low: worst but office60 and walk20", 1.3, worst(low.filter(([name]) => !LOW_WIDER.has(name)))),
    atMost("low: office60 and walk20", 2.2, worst(low.filter(([name]) => LOW_WIDER.has(name)))),
    atMost("low: mean over all backgrounds", 0.5, meanRate(low)),
    atMost("high: worst background", 30, worst(rates("high"))),
    ...finds.map(judgeFind),
    ...["shift62", "shift14"].map((name) => ({
      figure: `${name}: new level found within 6 h`,
      must: "≥ 0.9",
      measured: (found(name).found ?? 0).toFixed(2),
      pass: (found(name).found ?? 0) >= 0.9,
    })),
    atMost("further alerts per spike found", 0.05, mean(finds.map(({ repeats }) => repeats)), 3),
    {
      figure: "new keys: 5 keys within a minute found",
      must: "≥ 0.95",
      measured: newKeys.found.keys.toFixed(2),
      pass: newKeys.found.keys >= 0.95,
    },
    atMost("new keys: false alarms a month", 1, newKeys.perMonth.keys),
    atMost("ns per event in a burst", 1000, cost.nanosecondsPerEvent, 0),
    atMost("µs per 5 min bucket", 100, cost.microsecondsPerBucket, 1),
    atMost("bytes of a snapshot after 30 busy days", 65_536, cost.oldSnapshotBytes, 0),
  ];
}

function judgeFind(row: SpikeGoal & Finds): Verdict {
  const { background, known, spread, events, leastShare, mostDelaySeconds, share, delaySeconds } = row;
  return {
    figure: `${background}${known === "cold30m" ? ", 30 to 60 min old" : ""}: ${events} in ${spread}`,
    must: `≥ ${leastShare}, ≤ ${mostDelaySeconds} s`,
    measured: `${share.toFixed(2)}, ${delaySeconds ?? "-"} s`,
    pass: share >= leastShare && delaySeconds !== null && delaySeconds <= mostDelaySeconds,
  };
}
