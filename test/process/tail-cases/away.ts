// What happens to logs while the daemon is stopped or killed.

import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { zstdCompressSync } from "node:zlib";
import { begin, pack, rotate, shift, type TailCase, whileStopped } from "./tail-case.ts";

export const AWAY: readonly TailCase[] = [
  {
    name: "a rotation while the daemon is stopped",
    async play(s) {
      await begin(s);
      await s.stop();
      rotate(s);
      await s.start();
      s.log("app.log");
    },
  },
  {
    name: "five rotations while the daemon is killed",
    async play(s) {
      await begin(s);
      s.log("app.log", 50);
      await s.stop("SIGKILL");
      rotate(s, 5);
      await s.start();
    },
  },
  whileStopped("rotations by date while the daemon is stopped", (s) => {
    for (const date of ["20260103", "20260104", "20260105"]) {
      s.log("app.log");
      renameSync(s.path("app.log"), s.path(`app.log-${date}`));
    }
    s.log("app.log");
  }),
  whileStopped("rotations by a date before the extension while the daemon is stopped", (s) => {
    for (const date of ["2026-01-03", "2026-01-04", "2026-01-05"]) {
      s.log("app.log");
      renameSync(s.path("app.log"), s.path(`app-${date}.log`));
    }
    s.log("app.log");
  }),
  {
    name: "rotations into another directory while the daemon is stopped",
    options: { rotated: ["old"] },
    async play(s) {
      mkdirSync(s.path("old"));
      await begin(s);
      await s.stop();
      for (const n of [3, 2, 1]) {
        s.log("app.log");
        renameSync(s.path("app.log"), s.path(`old/app.log.${n}`));
      }
      s.log("app.log");
      await s.start();
    },
  },
  {
    name: "rotations into another directory between two looks",
    options: { rotated: ["old/*"] },
    async play(s) {
      mkdirSync(s.path("old"));
      await begin(s);
      await s.paused(() => {
        for (const n of [3, 2, 1]) {
          s.log("app.log");
          renameSync(s.path("app.log"), s.path(`old/app.log.${n}`));
        }
        s.log("app.log");
      });
    },
  },
  whileStopped(
    "a compressed rotation while the daemon is stopped",
    (s) => {
      s.log("app.log", 300);
      shift(s);
      pack(s, "app.log.1");
      s.log("app.log");
    },
    { lines: 300 },
  ),
  whileStopped(
    "three compressed rotations and a plain one while the daemon is stopped",
    (s) => {
      for (let i = 0; i < 4; i++) {
        s.log("app.log", 100);
        shift(s);
        if (i > 0) pack(s, "app.log.2");
      }
      s.log("app.log");
    },
    { lines: 300 },
  ),
  whileStopped(
    "a zstd rotation while the daemon is stopped",
    (s) => {
      s.log("app.log", 300);
      writeFileSync(s.path("app.log.1.zst"), zstdCompressSync(readFileSync(s.path("app.log"))));
      unlinkSync(s.path("app.log"));
      s.log("app.log");
    },
    { lines: 300 },
  ),
  {
    name: "a kill in the middle of a compressed file",
    async play(s) {
      await begin(s, 300);
      await s.stop();
      s.log("app.log", 60_000);
      shift(s);
      pack(s, "app.log.1");
      s.log("app.log");
      s.launch();
      await sleep(900);
      await s.stop("SIGKILL");
      await s.start();
    },
  },
  {
    name: "a rotated file that nobody followed and somebody still writes into, between two looks",
    async play(s) {
      s.put("app.log.1", s.writer.lines(5));
      s.put("app.log");
      await s.start();
      await sleep(300);
      appendFileSync(s.path("app.log.1"), s.writer.lines(2));
      s.writer.written = 0;
      s.log("app.log");
      await s.counted();
      await s.paused(() => {
        appendFileSync(s.path("app.log.1"), s.writer.lines(2));
        s.writer.written -= 2;
        shift(s);
        s.log("app.log");
      });
    },
  },
  {
    name: "a rotated file of long ago that is only shifted",
    async play(s) {
      s.put("app.log.1", s.writer.lines(5));
      s.writer.written = 0;
      utimesSync(s.path("app.log.1"), 1_700_000_000, 1_700_000_000);
      await begin(s);
      await s.stop();
      rotate(s);
      await s.start();
      shift(s);
      s.log("app.log");
    },
  },
  {
    name: "a file of the glob that comes while the daemon is stopped",
    options: { paths: ["*.log"] },
    async play(s) {
      await begin(s);
      await s.stop();
      await sleep(50);
      s.log("new.log");
      await s.start();
      s.log("new.log");
    },
  },
  {
    name: "an old file that is moved into the glob while the daemon is stopped",
    options: { paths: ["*.log"] },
    async play(s) {
      await begin(s);
      await s.stop();
      await sleep(50);
      s.log("new");
      utimesSync(s.path("new"), 1_700_000_000, 1_700_000_000);
      renameSync(s.path("new"), s.path("new.log"));
      await s.start();
      s.log("new.log");
    },
  },
  {
    name: "many stops and kills while lines come",
    async play(s) {
      s.put("app.log");
      for (let i = 0; i < 4; i++) {
        await s.start();
        s.log("app.log", 7);
        await sleep(i * 70);
        await s.stop(i % 2 === 0 ? "SIGKILL" : "SIGTERM");
        s.log("app.log", 2);
      }
      await s.start();
    },
  },
];
