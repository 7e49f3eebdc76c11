// Logs that begin anew in place, and logs that are replaced.

import { copyFileSync, renameSync, truncateSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { begin, betweenLooks, type TailCase, whileStopped } from "./tail-case.ts";

export const REWRITING: readonly TailCase[] = [
  {
    name: "a file that is truncated and begins anew",
    async play(s) {
      await begin(s);
      for (let i = 1; i < 5; i++) {
        truncateSync(s.path("app.log"));
        if (i % 2 === 0) await sleep(400);
        s.log("app.log", i);
        await s.counted();
      }
    },
  },
  betweenLooks("a file that is truncated and larger than before when it is looked at", (s) => {
    truncateSync(s.path("app.log"));
    s.log("app.log", 30);
  }),
  betweenLooks("a file that is truncated and exactly as large as before", (s) => {
    s.put("app.log", s.writer.lines(4));
  }),
  {
    name: "a file that is written anew in place, small, large and small again",
    async play(s) {
      await begin(s);
      for (const lines of [1, 50, 3, 100]) {
        s.put("app.log", s.writer.lines(lines));
        await s.counted();
      }
    },
  },
  whileStopped(
    "a file that is written anew while the daemon is stopped, smaller",
    (s) => {
      s.put("app.log", s.writer.lines(3));
    },
    { lines: 20 },
  ),
  whileStopped("a file that is written anew while the daemon is stopped, larger", (s) => {
    s.put("app.log", s.writer.lines(40));
  }),
  {
    name: "a file that an editor saves: a new inode with the same text and more",
    async play(s) {
      await begin(s, 20);
      for (let i = 0; i < 3; i++) {
        copyFileSync(s.path("app.log"), s.path("app.tmp"));
        s.log("app.tmp", 2);
        renameSync(s.path("app.tmp"), s.path("app.log"));
        await s.counted();
      }
    },
  },
  {
    name: "a file that is replaced by one with other text",
    async play(s) {
      await begin(s);
      for (let i = 0; i < 3; i++) {
        s.log("app.tmp", 6);
        renameSync(s.path("app.tmp"), s.path("app.log"));
        await s.counted();
      }
    },
  },
];
