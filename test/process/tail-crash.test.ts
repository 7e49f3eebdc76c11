// Killed at random moments under a writer that rotates its log, and under 20,000 lines a second, the daemon counts every
// line once. `TAIL_KILLS=100` and `TAIL_ROTATIONS=100` run the long forms.

import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ordinaryLine } from "../support/log-lines.ts";
import { Stage } from "./tail-stage.ts";

const KILLS = Number(process.env["TAIL_KILLS"] ?? 6);
const ROTATIONS = Number(process.env["TAIL_ROTATIONS"] ?? 6);
/** Rotated files that are kept; more than there are rotations while the daemon is away. */
const KEPT = 400;
const LINES_A_SECOND = 20_000;
const SLICE_MS = 10;

function shift(s: Stage): void {
  for (let n = KEPT; n >= 0; n--) {
    const from = s.path(n === 0 ? "app.log" : `app.log.${n}`);
    if (existsSync(from)) renameSync(from, s.path(`app.log.${n + 1}`));
  }
}

for (const watch of ["auto", "off"] as const) {
  describe(`tail with watch: ${watch}`, () => {
    it(`counts each line once over ${KILLS} kills at random moments under a rotating writer`, async () => {
      await using s = new Stage({ watch });
      s.put("app.log");
      await s.start();
      const stop = new AbortController();
      const writing = (async (): Promise<void> => {
        for (let turn = 1; !stop.signal.aborted; turn++) {
          s.log("app.log", 1 + (turn % 7));
          if (turn % 23 === 0) shift(s);
          await sleep(5);
        }
      })();
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(Math.random() * 700);
        await s.stop("SIGKILL");
        await sleep(Math.random() * 100);
        s.launch();
        if (kill % 2 === 0) await s.ready();
      }
      stop.abort();
      await writing;
      await s.ready();
      await s.counted();
    });

    it(`counts each line once over ${ROTATIONS} rotations at ${LINES_A_SECOND} lines a second`, async () => {
      await using s = new Stage({ watch });
      s.put("app.log");
      await s.start();
      const filler = ordinaryLine(Date.now()).repeat((LINES_A_SECOND * SLICE_MS) / 1000 - 1);
      const began = performance.now();
      let firstBehind = 0;
      for (let slice = 1; slice <= ROTATIONS * 25; slice++) {
        if (slice % 25 === 0) {
          // Of a file that is truncated twice between two looks nothing tells how often it was: a look lies between.
          await s.seen(firstBehind);
          firstBehind = s.writer.written + 2;
        }
        appendFileSync(s.path("app.log"), filler + s.writer.lines(1));
        if (slice % 50 === 0) shift(s);
        else if (slice % 25 === 0) {
          // Nobody writes between the copy and the truncation here: what is written then, no reader could have.
          shift(s);
          renameSync(s.path("app.log.1"), s.path("app.log"));
          copyFileSync(s.path("app.log"), s.path("app.log.1"));
          truncateSync(s.path("app.log"));
        }
        await sleep(Math.max(0, began + slice * SLICE_MS - performance.now()));
      }
      await s.counted();
      assert.equal((await s.status()).sources[0]?.lost_bytes_total, 0);
    });
  });
}
