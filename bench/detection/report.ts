// The tables of a run, as Markdown.

import type { Verdict } from "./acceptance.ts";
import { BACKGROUNDS } from "./backgrounds.ts";
import type { Cost } from "./cost.ts";
import type { FalseAlarms, FalseAlarmTable } from "./false-alarms.ts";
import type { NewKeysResult } from "./new-keys.ts";

export interface Report {
  readonly falseAlarms: FalseAlarmTable;
  readonly newKeys: NewKeysResult;
  readonly cost: Cost;
  readonly verdicts: readonly Verdict[];
  readonly replicates: number;
  readonly seed: number;
  readonly minutes: number;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${row(head)}${row(head.map(() => "---"))}${rows.map(row).join("")}\n`;
}

function alarmCell({ perMonth, found }: FalseAlarms): string {
  return `${perMonth.toFixed(2)}${found === null ? "" : ` (${Math.round(found * 100)} % found)`}`;
}

export function reportOf(report: Report): string {
  const { falseAlarms, newKeys, cost, verdicts, replicates, seed, minutes } = report;
  const detectors = Object.keys(falseAlarms);
  const alarms = Object.entries(BACKGROUNDS).map(([name, { about }]) =>
    [name, about].concat(
      detectors.map((detector) => alarmCell(falseAlarms[detector]?.[name] as FalseAlarms)),
    ),
  );
  const goals = verdicts.map(({ figure, must, measured, pass }) => [
    figure,
    must,
    measured,
    pass ? "pass" : "FAIL",
  ]);
  return [
    `${replicates} replicates of 30 days (a quarter for p1000; each spike eight times as often), seeds from ${seed}, node ${process.versions.node}, `,
    `${minutes.toFixed(1)} min of one core.\n\n`,
    "### False alarms per 30 days\n\n",
    "Nominal for `low` 1, `medium` 4.3, `high` 30. Cold start; the first four of the two jobs are free.\n\n",
    table(["background", "what it is", ...detectors], alarms),
    "### Goals\n\n",
    table(["figure", "must", "measured", ""], goals),
    "### New keys beside all events\n\n",
    table(
      ["channel", "false alarms per 30 days", "5 keys within a minute found"],
      (["events", "keys"] as const).map((channel) => [
        channel,
        newKeys.perMonth[channel].toFixed(2),
        newKeys.found[channel].toFixed(2),
      ]),
    ),
    "### Cost\n\n",
    table(
      ["figure", "measured"],
      [
        ["one event in a burst", `${cost.nanosecondsPerEvent.toFixed(0)} ns`],
        [
          "one learning bucket (5 min, 5 events), thresholds included",
          `${cost.microsecondsPerBucket.toFixed(1)} µs`,
        ],
        ["snapshot of a group that has seen one event", `${cost.freshSnapshotBytes} bytes`],
        [
          "snapshot after 30 busy days",
          `${cost.oldSnapshotBytes} bytes, ${cost.snapshotMicroseconds.toFixed(0)} µs`,
        ],
      ],
    ),
  ].join("");
}
