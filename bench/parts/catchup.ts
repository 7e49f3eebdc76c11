// Catch-up: how fast a batch run reads 1 GiB of ordinary JSON lines, against `grep -c` on the same file in the same run.

import { rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logFile } from "../data.ts";
import { type Cost, median, run } from "../measure.ts";
import type { Part, Row } from "../part.ts";
import { program } from "../program.ts";

const BYTES = 2 ** 30;
/** Shares of lines that are events. */
const SHARES = [0, 0.001, 0.5] as const;
const ROUNDS = 5;
const MB = 1e6;

export const catchup: Part = {
  name: "catchup",
  title: "Catch-up over 1 GiB, batch run against grep",
  async measure(note) {
    const rows: Row[] = [];
    for (const share of SHARES) {
      note(`making the file with ${share * 100} % events`);
      const file = logFile(BYTES, share);
      const bytes = statSync(file).size;
      const lines = Number((await run(`wc -l < ${file}`)).stdout);
      const ours: Cost[] = [];
      const grep: Cost[] = [];
      // In turn, so that a machine that gets slower or faster meanwhile does so for both.
      for (let round = 0; round < ROUNDS; round++) {
        note(`${share * 100} % events, round ${round + 1} of ${ROUNDS}`);
        // Its count goes to a file: grep stops at the first match when its output is /dev/null.
        grep.push(await run(`LC_ALL=C grep -c -F api_key_revoked ${file} > ${join(tmpdir(), "grep-count")}`));
        ours.push(await run(`${program} run --no-follow --no-state --no-http --log-level fatal ${file}`));
      }
      rmSync(join(tmpdir(), "grep-count"), { force: true });
      const cpu = median(ours.map((cost) => cost.cpuSeconds));
      const wall = median(ours.map((cost) => cost.wallSeconds));
      const ratios = ours.map((cost, i) => (grep[i]?.cpuSeconds ?? Number.NaN) / cost.cpuSeconds);
      const wallRatios = ours.map((cost, i) => (grep[i]?.wallSeconds ?? Number.NaN) / cost.wallSeconds);
      rows.push({
        events: `${share * 100} %`,
        "MB per CPU s": (bytes / MB / cpu).toFixed(0),
        "lines/s (wall)": (lines / wall).toFixed(0),
        "speed of grep -c (CPU)": span(ratios),
        "speed of grep -c (wall)": span(wallRatios),
        "grep CPU s": median(grep.map((cost) => cost.cpuSeconds)).toFixed(2),
        "our CPU s": cpu.toFixed(2),
        "peak MiB": (median(ours.map((cost) => cost.peakBytes)) / 2 ** 20).toFixed(0),
      });
    }
    return rows;
  },
};

/** Median and range of ratios, such as `0.92 (0.88–0.97)`. */
function span(ratios: readonly number[]): string {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
