// Lines that are appended, whole and in pieces.

import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { begin, type TailCase } from "./tail-case.ts";

export const APPENDING: readonly TailCase[] = [
  {
    name: "lines that are appended",
    async play(s) {
      s.put("app.log", "old\n");
      await s.start();
      for (let i = 0; i < 20; i++) {
        s.log("app.log", 1);
        await sleep(7);
      }
    },
  },
  {
    name: "a line that is written in pieces, in the middle of a character too",
    async play(s) {
      s.put("app.log");
      await s.start();
      const line = Buffer.from(
        s.writer.lines(1).replace('"upstream failed"', '"upstream fäiled – 日本 \u{1F600}"'),
      );
      for (let at = 0; at < line.length; at += 37) {
        appendFileSync(s.path("app.log"), line.subarray(at, at + 37));
        if (at % 3 === 0) await sleep(30);
      }
    },
  },
  {
    name: "the rest of a line that was unfinished at the first start",
    async play(s) {
      const line = s.writer.lines(1);
      s.put("app.log", `old\n${line.slice(0, 100)}`);
      await s.start();
      appendFileSync(s.path("app.log"), line.slice(100));
      s.log("app.log", 2);
    },
  },
  {
    name: "a line in two halves, with a kill between them",
    async play(s) {
      await begin(s);
      const line = s.writer.lines(1);
      appendFileSync(s.path("app.log"), line.slice(0, 100));
      await sleep(400);
      await s.restart("SIGKILL");
      await sleep(300);
      appendFileSync(s.path("app.log"), line.slice(100));
    },
  },
  {
    name: "a file that is there with from: beginning",
    options: { more: { from: "beginning" } },
    async play(s) {
      s.log("app.log", 10);
      await s.start();
      s.log("app.log", 10);
      await s.counted();
      await s.restart();
      await s.restart("SIGKILL");
    },
  },
];
