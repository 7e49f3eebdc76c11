// The same bytes through a pipe. What `cat` costs is measured apart and taken off.

import { statSync } from "node:fs";
import { batch, inTurn, span } from "../batch.ts";
import { logFile } from "../data.ts";
import type { Part } from "../part.ts";

const BYTES = 2 ** 29;
const SHARE = 0.001;
const ROUNDS = 3;

export const stdin: Part = {
  name: "stdin",
  title: "Through a pipe, 0.1 % events",
  async measure(note) {
    note("file and pipe in turn");
    const file = logFile(BYTES, SHARE);
    const { size: bytes } = statSync(file);
    const [direct = [], piped = [], cat = []] = await inTurn(ROUNDS, [
      batch(file),
      `cat ${file} | ${batch("-")}`,
      `cat ${file} | (cat > /dev/null)`,
    ]);
    const own = piped.map(({ cpuSeconds }, i) => cpuSeconds - (cat[i]?.cpuSeconds ?? 0) / 2);
    return [
      {
        "file MB per CPU s": span(
          direct.map(({ cpuSeconds }) => bytes / 1e6 / cpuSeconds),
          0,
        ),
        "pipe MB per CPU s": span(
          own.map((seconds) => bytes / 1e6 / seconds),
          0,
        ),
        "of the file's speed": span(direct.map(({ cpuSeconds }, i) => cpuSeconds / (own[i] ?? Number.NaN))),
      },
    ];
  },
};
