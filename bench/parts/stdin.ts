// The same bytes through a pipe. Who writes into it is no child that the shell waits for, so that its CPU is not counted.

import { statSync } from "node:fs";
import { join } from "node:path";
import { batch, inTurn, ratio, span } from "../batch.ts";
import { folder } from "../daemon.ts";
import { logFile } from "../data.ts";
import type { Cost } from "../measure.ts";
import type { Part } from "../part.ts";

const BYTES = 2 ** 29;
const SHARE = 0.001;
const ROUNDS = 3;

export const stdin: Part = {
  name: "stdin",
  title: "Through a pipe, 0.1 % events",
  async measure(note) {
    note("file and pipe in turn");
    using place = folder();
    const file = logFile(BYTES, SHARE);
    const { size: bytes } = statSync(file);
    const pipe = join(place.path, "pipe");
    const [direct = [], piped = []] = await inTurn(ROUNDS, [
      batch(file),
      `[ -p ${pipe} ] || mkfifo ${pipe}; (cat ${file} > ${pipe} &); ${batch("-")} < ${pipe}`,
    ]);
    const speeds = (costs: readonly Cost[]): string =>
      span(
        costs.map(({ cpuSeconds }) => bytes / 1e6 / cpuSeconds),
        0,
      );
    return [
      {
        "file MB per CPU s": speeds(direct),
        "pipe MB per CPU s": speeds(piped),
        "of the file's speed": ratio(direct, piped),
      },
    ];
  },
};
