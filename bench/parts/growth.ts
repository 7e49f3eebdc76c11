// Whether cost grows with what was seen before: CPU per line over the size of the file, per event over their number.

import { statSync } from "node:fs";
import { batch, inTurn } from "../batch.ts";
import { logFile } from "../data.ts";
import { median, run } from "../measure.ts";
import type { Part, Row } from "../part.ts";

const ROUNDS = 2;
const SERIES = [
  ["a line, 0.1 % events", 0.001, [2 ** 27, 2 ** 28, 2 ** 29, 2 ** 30]],
  ["an event, all lines", 1, [2 ** 25, 2 ** 26, 2 ** 27, 2 ** 28]],
] as const;

export const growth: Part = {
  name: "growth",
  title: "Cost of one more, start-up taken off",
  async measure(note) {
    const rows: Row[] = [];
    for (const [what, share, sizes] of SERIES) {
      note(what);
      const files = sizes.map((size) => logFile(size, share));
      const costs = await inTurn(ROUNDS, [batch("/dev/null"), ...files.map((file) => batch(file))]);
      const [start = 0, ...seconds] = costs.map((one) => median(one.map(({ cpuSeconds }) => cpuSeconds)));
      const row: Record<string, string> = { "µs of CPU for": what };
      for (const [i, file] of files.entries()) {
        const lines = Number((await run(`wc -l < ${file}`)).stdout);
        const cost = (1e6 * ((seconds[i] ?? Number.NaN) - start)) / lines;
        row[`${2 ** i} times`] = `${cost.toFixed(2)} (${Math.round(statSync(file).size / 2 ** 20)} MiB)`;
      }
      rows.push(row);
    }
    return rows;
  },
};
