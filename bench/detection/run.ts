// node bench/detection/run.ts [--replicates N] [--seed S] [--write]
// Measures false alarms, finds and cost, prints them as Markdown with pass or fail for every goal, and exits with 1 when
// one is missed. --write puts the tables into README.md beside this file.

import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { judge, SPIKE_GOALS } from "./acceptance.ts";
import { measureCost } from "./cost.ts";
import { measureFalseAlarms } from "./false-alarms.ts";
import { measureFinds } from "./finds.ts";
import { measureNewKeys } from "./new-keys.ts";
import { ElastAlertSpike, EwmaZ, FixedCount } from "./peers.ts";
import { reportOf } from "./report.ts";
import { OurSubject } from "./subject.ts";
import type { Subject } from "./subject.ts";

const { values } = parseArgs({
  options: {
    replicates: { type: "string", default: "20" },
    seed: { type: "string", default: "700" },
    write: { type: "boolean", default: false },
  },
});
const replicates = Number(values.replicates);
const seed = Number(values.seed);
const ours = (sensitivity: "low" | "medium" | "high"): Subject =>
  new OurSubject({ sensitivity, minCount: 10 });

const SUBJECTS: Readonly<Record<string, () => Subject>> = {
  "10 in 5 min": () => new FixedCount(),
  "ElastAlert2 spike, 10 min": () => new ElastAlertSpike(600),
  "ElastAlert2 spike, 2 h": () => new ElastAlertSpike(7200),
  "EWMA z-score": () => new EwmaZ(),
  medium: () => ours("medium"),
  low: () => ours("low"),
  high: () => ours("high"),
};

/** The median delay of 40 spikes strayed by half, that of 80 and more by a tenth; and a spike is cheap to try. */
const SPIKES_PER_REPLICATE = 8;

const began = performance.now();
const cost = measureCost();
const falseAlarms = measureFalseAlarms(SUBJECTS, replicates, seed);
const finds = SPIKE_GOALS.map((goal) =>
  Object.assign(
    {},
    goal,
    measureFinds(() => ours("medium"), goal, SPIKES_PER_REPLICATE * replicates, seed + 1000),
  ),
);
const newKeys = measureNewKeys(replicates, seed + 2000);
const verdicts = judge({ falseAlarms, finds, newKeys, cost, replicates });
const minutes = (performance.now() - began) / 60_000;
const report = reportOf({ falseAlarms, newKeys, cost, verdicts, replicates, seed, minutes });
process.stdout.write(report);

if (values.write) {
  const readme = new URL("./README.md", import.meta.url);
  const head = readFileSync(readme, "utf8").split("<!-- results -->")[0] as string;
  writeFileSync(readme, `${head}<!-- results -->\n\n${report}`);
}
process.exitCode = verdicts.every(({ pass }) => pass) ? 0 : 1;
