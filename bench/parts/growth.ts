// Whether cost grows with what was seen before: CPU per line over the size of the file, per event over their number.

import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventLine } from "../../test/support/log-lines.ts";
import { batch, inTurn } from "../batch.ts";
import { logFile } from "../data.ts";
import { folder } from "../daemon.ts";
import { median, run } from "../measure.ts";
import type { Part, Row } from "../part.ts";

const ROUNDS = 2;
const SERIES = [
  ["a line, 0.1 % events", 0.001, [2 ** 27, 2 ** 28, 2 ** 29, 2 ** 30]],
  ["an event, all lines", 1, [2 ** 25, 2 ** 26, 2 ** 27, 2 ** 28]],
] as const;

const EVENTS = 400_000;
/** Ten times from one to the next; the last is ten times what a rule keeps apart. */
const GROUPS = [10, 100, 1000, 10_000] as const;

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
    note("groups");
    rows.push(await groups());
    return rows;
  },
};

/** An event among many services. */
async function groups(): Promise<Row> {
  using place = folder();
  const files = GROUPS.map((services) => serviceLog(join(place.path, `${services}.log`), services));
  const costs = await inTurn(ROUNDS, [batch("/dev/null"), ...files.map((file) => batch(file))]);
  const [start = 0, ...seconds] = costs.map((one) => median(one.map(({ cpuSeconds }) => cpuSeconds)));
  const row: Record<string, string> = { "µs of CPU for": `an event of ${EVENTS}, by services` };
  for (const [i, services] of GROUPS.entries()) {
    const cost = (1e6 * ((seconds[i] ?? Number.NaN) - start)) / EVENTS;
    row[`${2 ** i} times`] = `${cost.toFixed(2)} (${services} services)`;
  }
  return row;
}

function serviceLog(path: string, services: number): string {
  const began = Date.now() - 600_000;
  const lines = Array.from({ length: EVENTS }, (_, n) =>
    eventLine({
      timeMs: began + Math.floor((n * 600_000) / EVENTS),
      requestId: `req_${n}`,
      service: `service-${(n * 7919) % services}`,
    }),
  );
  writeFileSync(path, lines.join(""));
  return path;
}
