// Logs that are deleted, with and without a successor.

import { mkdirSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { begin, betweenLooks, type TailCase, whileStopped } from "./tail-case.ts";

export const DELETING: readonly TailCase[] = [
  {
    name: "a deleted file whose writer goes on",
    async play(s) {
      await begin(s);
      const held = s.writer.open(s.path("app.log"));
      unlinkSync(s.path("app.log"));
      for (let i = 0; i < 4; i++) {
        held.write(2);
        await sleep(150);
      }
      s.log("app.log");
      held.write(2);
      held.close();
    },
  },
  {
    name: "a file that is deleted and made anew at once, again and again",
    async play(s) {
      await begin(s);
      for (let i = 0; i < 10; i++) {
        s.log("app.log", 2);
        if (i % 3 === 0) await s.counted();
        else await sleep(450);
        unlinkSync(s.path("app.log"));
        s.log("app.log", 4);
        await s.counted();
      }
    },
  },
  betweenLooks("a file that is deleted with unread lines while the daemon holds it", (s) => {
    s.log("app.log", 30);
    unlinkSync(s.path("app.log"));
    s.log("app.log", 3);
  }),
  whileStopped("a file that is made anew with its old inode number while the daemon is stopped", (s) => {
    unlinkSync(s.path("app.log"));
    s.log("app.log", 30);
  }),
  {
    name: "a directory that is moved away and made anew",
    options: { paths: ["d/app.log"] },
    async play(s) {
      mkdirSync(s.path("d"));
      s.put("d/app.log");
      await s.start();
      s.log("d/app.log");
      await s.counted();
      s.log("d/app.log");
      renameSync(s.path("d"), s.path("d.old"));
      await sleep(300);
      s.log("d.old/app.log");
      mkdirSync(s.path("d"));
      s.log("d/app.log");
      await s.counted();
      rmSync(s.path("d"), { recursive: true });
      await sleep(300);
      mkdirSync(s.path("d"));
      s.log("d/app.log");
    },
  },
];
