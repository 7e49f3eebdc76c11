// Logs that are renamed under a daemon that runs, by writers that go on and writers that do not.

import { appendFileSync, renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../tail-stage.ts";
import { begin, copyTruncate, shift, type TailCase } from "./tail-case.ts";

export const RENAMING: readonly TailCase[] = [
  {
    name: "rename and create",
    async play(s) {
      await begin(s);
      s.log("app.log");
      renameSync(s.path("app.log"), s.path("app.log.1"));
      s.log("app.log");
    },
  },
  {
    name: "rename, and a new file only later",
    async play(s) {
      await begin(s);
      s.log("app.log");
      renameSync(s.path("app.log"), s.path("app.log.1"));
      await sleep(600);
      s.log("app.log.1");
      await sleep(600);
      s.log("app.log");
    },
  },
  ...(["down", "up"] as const).map((way) => ({
    name: `numbers before the extension that count ${way}, while running, stopped and stopped again`,
    async play(s: Stage) {
      await begin(s);
      let rotations = 0;
      const rotate = (): void => {
        s.log("app.log");
        const last = rotations++;
        for (let n = way === "down" ? last : 0; n >= 1; n--)
          renameSync(s.path(`app.${n}.log`), s.path(`app.${n + 1}.log`));
        renameSync(s.path("app.log"), s.path(`app.${way === "down" ? 1 : rotations}.log`));
        s.log("app.log");
      };
      rotate();
      await s.counted();
      for (let stop = 0; stop < 2; stop++) {
        await s.stop();
        for (let i = 0; i < 2; i++) rotate();
        await s.start();
        rotate();
      }
      await s.paused(async () => {
        await sleep(100);
        for (let i = 0; i < 3; i++) rotate();
      });
    },
  })),
  {
    name: "a log of another program whose name has a number before the extension",
    async play(s) {
      await begin(s);
      const stranger = (): void => {
        appendFileSync(s.path("app.1.log"), s.writer.lines(5));
        s.writer.written -= 5;
      };
      stranger();
      await sleep(300);
      await s.stop();
      s.log("app.log");
      renameSync(s.path("app.log"), s.path("app.log.1"));
      s.log("app.log");
      await sleep(1200);
      stranger();
      await s.start();
      s.log("app.log");
    },
  },
  {
    name: "copytruncate while stopped of a file of which nothing had been read",
    async play(s) {
      s.put("app.log");
      await s.start();
      await s.stop();
      await sleep(50);
      s.log("app.log", 5);
      copyTruncate(s);
      s.log("app.log", 2);
      await s.start();
      s.log("app.log", 1);
      await s.counted();
      await s.restart();
    },
  },
  {
    name: "a writer that goes on in the renamed file",
    async play(s) {
      await begin(s);
      const held = s.writer.open(s.path("app.log"));
      renameSync(s.path("app.log"), s.path("app.log.1"));
      s.put("app.log");
      s.log("app.log");
      for (let i = 0; i < 5; i++) {
        held.write(1);
        s.log("app.log", 1);
        await sleep(150);
      }
      held.close();
    },
  },
  {
    name: "a writer that wakes after the renamed file was closed",
    options: { more: { rotate_quiet: "100ms" } },
    async play(s) {
      await begin(s);
      const held = s.writer.open(s.path("app.log"));
      renameSync(s.path("app.log"), s.path("app.log.1"));
      s.log("app.log");
      await sleep(1500);
      held.write(3);
      await s.counted();
      await sleep(1500);
      held.write(3);
      held.close();
    },
  },
  {
    name: "a writer that wakes after two rotations closed its file",
    options: { more: { rotate_quiet: "100ms" } },
    async play(s) {
      await begin(s);
      const held = s.writer.open(s.path("app.log"));
      shift(s);
      s.log("app.log");
      await sleep(1000);
      shift(s);
      s.log("app.log");
      await sleep(1000);
      held.write(3);
      held.close();
    },
  },
  {
    name: "a writer that wakes in a closed renamed file over a restart",
    options: { more: { rotate_quiet: "100ms" } },
    async play(s) {
      await begin(s);
      const held = s.writer.open(s.path("app.log"));
      shift(s);
      s.log("app.log");
      await sleep(1200);
      await s.stop();
      held.write(3);
      await s.start();
      await s.counted();
      held.write(2);
      held.close();
    },
  },
  {
    name: "twenty rotations, one after the other",
    async play(s) {
      await begin(s);
      for (let i = 0; i < 20; i++) {
        s.log("app.log", 5);
        shift(s, "app.log", 30);
        s.log("app.log", 5);
        await sleep(60);
      }
    },
  },
];
