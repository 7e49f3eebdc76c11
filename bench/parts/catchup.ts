// Catch-up: how fast a batch run reads 1 GiB of ordinary JSON lines, against `grep -c` on the same file in the same run.

import { rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batch, inTurn, ratio, speed } from "../batch.ts";
import { logFile } from "../data.ts";
import { median } from "../measure.ts";
import type { Part, Row } from "../part.ts";

/** Shares of lines that are events, and bytes of the file: each event is parsed, so that a quarter of it says as much. */
const FILES = [
  [0, 2 ** 30],
  [0.001, 2 ** 30],
  [0.5, 2 ** 28],
  [1, 2 ** 28],
] as const;
const ROUNDS = 3;

export const catchup: Part = {
  name: "catchup",
  title: "Catch-up, batch run against `LC_ALL=C grep -c -F`",
  async measure(note) {
    const rows: Row[] = [];
    const counted = join(tmpdir(), "revokewatch-grep-count");
    for (const [share, size] of FILES) {
      note(`${share * 100} % events`);
      const file = logFile(size, share);
      const { size: bytes } = statSync(file);
      // Its count goes to a file: grep stops at the first match when its output is /dev/null.
      const [ours = [], grep = []] = await inTurn(ROUNDS, [
        batch(file),
        `LC_ALL=C grep -c -F api_key_revoked ${file} > ${counted}`,
      ]);
      rows.push({
        events: `${share * 100} %`,
        MiB: String(Math.round(bytes / 2 ** 20)),
        "MB per CPU s": speed(bytes, ours).toFixed(0),
        "of grep's speed (CPU)": ratio(grep, ours),
        "of grep's speed (wall)": ratio(grep, ours, ({ wallSeconds }) => wallSeconds),
        "peak MiB": (median(ours.map(({ peakBytes }) => peakBytes)) / 2 ** 20).toFixed(0),
      });
    }
    rmSync(counted, { force: true });
    return rows;
  },
};
