// Backtest: how fast it replays 1 GiB of ordinary JSON lines, against the daemon's catch-up over the same file in the
// same run; and what comparing settings adds, since all of them judge what was read once.

import { statSync } from "node:fs";
import { logFile } from "../data.ts";
import { type Cost, median, run } from "../measure.ts";
import type { Part, Row } from "../part.ts";
import { program } from "../program.ts";

const BYTES = 2 ** 30;
/** Share of lines that are events. */
const SHARE = 0.001;
const ROUNDS = 5;
const MB = 1e6;

const CATCH_UP = "run --no-follow --no-state --no-http --log-level fatal";
const CASES: readonly (readonly [name: string, words: string])[] = [
  ["one setting", "backtest"],
  ["as a page", "backtest -o html"],
  ["nine settings", "backtest --sensitivity low,medium,high --min-count 5,10,20"],
];

export const backtest: Part = {
  name: "backtest",
  title: "Backtest over 1 GiB with 0.1 % events, against the daemon's catch-up",
  async measure(note) {
    note("making the file");
    const file = logFile(BYTES, SHARE);
    const bytes = statSync(file).size;
    const costs = new Map<string, Cost[]>();
    for (let round = 0; round < ROUNDS; round++) {
      note(`round ${round + 1} of ${ROUNDS}`);
      // In turn, so that a machine that gets slower or faster meanwhile does so for all.
      for (const [name, words] of [["catch-up", CATCH_UP] as const, ...CASES]) {
        costs.set(name, [...(costs.get(name) ?? []), await run(`${program} ${words} ${file} > /dev/null`)]);
      }
    }
    const daemon = costs.get("catch-up") ?? [];
    return CASES.map(([name]): Row => {
      const ours = costs.get(name) ?? [];
      const cpu = median(ours.map(({ cpuSeconds }) => cpuSeconds));
      const wall = median(ours.map(({ wallSeconds }) => wallSeconds));
      const ratios = ours.map((cost, i) => (daemon[i]?.cpuSeconds ?? Number.NaN) / cost.cpuSeconds);
      return {
        backtest: name,
        "MB per CPU s": (bytes / MB / cpu).toFixed(0),
        "MB/s (wall)": (bytes / MB / wall).toFixed(0),
        "speed of catch-up (CPU)": `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
        "peak MiB": (median(ours.map(({ peakBytes }) => peakBytes)) / 2 ** 20).toFixed(0),
      };
    });
  },
};
