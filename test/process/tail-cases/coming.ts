// Logs that come later, and what is no log.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { begin, type TailCase } from "./tail-case.ts";

export const COMING: readonly TailCase[] = [
  {
    name: "files that come later, large at once",
    options: { paths: ["*.log"] },
    async play(s) {
      await s.start();
      for (let i = 0; i < 10; i++) s.log(`${i}.log`, 200);
    },
  },
  {
    name: "directories that come later, nested, with files in them",
    options: { paths: ["**/*.log"] },
    async play(s) {
      await s.start();
      mkdirSync(s.path("a/b/c"), { recursive: true });
      s.log("a/b/c/x.log");
      s.log("a/y.log");
      await s.counted();
      mkdirSync(s.path("a/b/d"));
      s.log("a/b/d/z.log");
      s.log("a/b/c/x.log");
      await s.counted();
      s.log("a/b/d/z.log");
      rmSync(s.path("a/b"), { recursive: true });
      await sleep(300);
      mkdirSync(s.path("a/b/c"), { recursive: true });
      s.log("a/b/c/x.log");
    },
  },
  {
    name: "a path whose parents come later",
    options: { paths: ["x/y/app.log", "g/*/app.log"] },
    async play(s) {
      await s.start();
      await sleep(200);
      mkdirSync(s.path("x"));
      await sleep(200);
      mkdirSync(s.path("x/y"));
      s.log("x/y/app.log");
      mkdirSync(s.path("g/1"), { recursive: true });
      s.log("g/1/app.log");
      await s.counted();
      s.log("x/y/app.log");
    },
  },
  {
    name: "FIFOs, sockets, directories and dangling links that the glob matches",
    options: { paths: ["*.log", "fifo"] },
    async play(s) {
      execFileSync("mkfifo", [s.path("a.log"), s.path("fifo")]);
      mkdirSync(s.path("b.log"));
      symlinkSync("nowhere", s.path("c.log"));
      symlinkSync("d.log", s.path("d.log"));
      execFileSync("python3", [
        "-c",
        `import socket;socket.socket(socket.AF_UNIX).bind("${s.path("e.log")}")`,
      ]);
      await begin(s);
      execFileSync("mkfifo", [s.path("f.log")]);
      s.log("app.log");
      await s.counted();
      rmSync(s.path("b.log"), { recursive: true });
      s.log("b.log");
      unlinkSync(s.path("a.log"));
      s.log("a.log");
      await s.counted();
      unlinkSync(s.path("app.log"));
      execFileSync("mkfifo", [s.path("app.log")]);
      await sleep(400);
      unlinkSync(s.path("app.log"));
      s.log("app.log");
    },
  },
];
