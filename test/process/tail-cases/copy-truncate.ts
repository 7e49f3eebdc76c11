// Logs that are copied and truncated.

import { setTimeout as sleep } from "node:timers/promises";
import { begin, betweenLooks, copyTruncate, pack, shift, type TailCase, whileStopped } from "./tail-case.ts";

export const COPY_TRUNCATE: readonly TailCase[] = [
  {
    name: "copytruncate",
    async play(s) {
      await begin(s);
      for (let i = 0; i < 4; i++) {
        s.log("app.log");
        await s.counted();
        shift(s, "app.log.1");
        copyTruncate(s);
        await sleep(i * 150);
        s.log("app.log");
      }
    },
  },
  betweenLooks("copytruncate with an unread tail", (s) => {
    s.log("app.log", 20);
    copyTruncate(s);
    s.log("app.log", 2);
  }),
  betweenLooks("copytruncate with an unread tail, and larger than before already", (s) => {
    s.log("app.log", 20);
    copyTruncate(s);
    s.log("app.log", 60);
  }),
  betweenLooks("copytruncate twice between two looks", (s) => {
    s.log("app.log", 20);
    copyTruncate(s, "app.log.2");
    s.log("app.log", 30);
    copyTruncate(s);
    s.log("app.log", 5);
  }),
  betweenLooks(
    "copytruncate with an unread tail, compressed at once",
    (s) => {
      s.log("app.log", 20);
      copyTruncate(s);
      pack(s, "app.log.1");
      s.log("app.log", 2);
    },
    { lines: 20 },
  ),
  betweenLooks("copytruncate by date, with an unread tail", (s) => {
    s.log("app.log", 20);
    copyTruncate(s, "app.log-20260105");
    s.log("app.log", 2);
  }),
  whileStopped("copytruncate while the daemon is stopped", (s) => {
    s.log("app.log", 20);
    copyTruncate(s);
    s.log("app.log", 2);
  }),
  whileStopped("copytruncate while the daemon is stopped, larger than before already", (s) => {
    s.log("app.log", 20);
    copyTruncate(s);
    s.log("app.log", 60);
  }),
  whileStopped("copytruncate twice while the daemon is stopped", (s) => {
    s.log("app.log", 20);
    copyTruncate(s, "app.log.2");
    s.log("app.log", 30);
    copyTruncate(s);
    s.log("app.log", 5);
  }),
  {
    name: "copytruncate whose copies the glob matches too",
    options: { paths: ["app.log*"] },
    async play(s) {
      await begin(s);
      for (let i = 0; i < 4; i++) {
        s.log("app.log");
        await s.counted();
        shift(s, "app.log.1");
        copyTruncate(s);
        await sleep(i % 2 === 0 ? 600 : 0);
        s.log("app.log");
      }
    },
  },
];
