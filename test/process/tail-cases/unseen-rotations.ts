// Rotations that happen between two looks, and files that change places.

import { renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { begin, betweenLooks, pack, rotate, shift, type TailCase } from "./tail-case.ts";

export const UNSEEN_ROTATIONS: readonly TailCase[] = [
  betweenLooks("two rotations between two looks", (s) => {
    rotate(s, 2);
  }),
  betweenLooks("ten rotations between two looks", (s) => {
    rotate(s, 10);
  }),
  betweenLooks("ten rotations between two looks, by date", (s) => {
    for (let i = 10; i < 20; i++) {
      s.log("app.log");
      renameSync(s.path("app.log"), s.path(`app.log-202601${i}`));
      s.log("app.log");
    }
  }),
  betweenLooks("three rotations between two looks, the oldest compressed", (s) => {
    for (let i = 0; i < 3; i++) {
      s.log("app.log");
      shift(s);
    }
    pack(s, "app.log.3");
    pack(s, "app.log.2");
    s.log("app.log");
  }),
  {
    name: "rotations with nothing behind the last rename",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        rotate(s);
        shift(s);
      });
      await sleep(500);
      s.log("app.log");
    },
  },
  {
    name: "a rotation whose names the glob matches too",
    options: { paths: ["app.log*"] },
    async play(s) {
      await begin(s);
      for (let i = 0; i < 4; i++) {
        rotate(s);
        await sleep(i % 2 === 0 ? 400 : 0);
      }
    },
  },
  betweenLooks(
    "a rotation whose names the glob matches, between two looks",
    (s) => {
      rotate(s, 4);
    },
    { options: { paths: ["*"] } },
  ),
  {
    name: "rename and rename back",
    async play(s) {
      await begin(s);
      renameSync(s.path("app.log"), s.path("other"));
      s.log("other");
      await sleep(500);
      renameSync(s.path("other"), s.path("app.log"));
      s.log("app.log");
    },
  },
  {
    name: "rename back at once, over a new file",
    async play(s) {
      await begin(s);
      renameSync(s.path("app.log"), s.path("app.log.1"));
      s.log("app.log");
      await s.counted();
      renameSync(s.path("app.log.1"), s.path("app.log"));
      s.log("app.log");
    },
  },
  {
    name: "two followed files that exchange their names",
    options: { paths: ["a.log", "b.log"] },
    async play(s) {
      s.put("a.log");
      s.put("b.log");
      await s.start();
      for (let i = 0; i < 4; i++) {
        s.log("a.log", 2);
        s.log("b.log", 5);
        renameSync(s.path("a.log"), s.path("t"));
        renameSync(s.path("b.log"), s.path("a.log"));
        renameSync(s.path("t"), s.path("b.log"));
        s.log("a.log", 1);
        await sleep(i % 2 === 0 ? 500 : 0);
      }
    },
  },
  {
    name: "three followed files that change names in a circle while the daemon is away",
    options: { paths: ["*.log"] },
    async play(s) {
      for (const name of ["a.log", "b.log", "c.log"]) s.put(name);
      await s.start();
      for (const name of ["a.log", "b.log", "c.log"]) s.log(name, 4);
      await s.counted();
      await s.stop();
      renameSync(s.path("a.log"), s.path("t"));
      renameSync(s.path("b.log"), s.path("a.log"));
      renameSync(s.path("c.log"), s.path("b.log"));
      renameSync(s.path("t"), s.path("c.log"));
      for (const name of ["a.log", "b.log", "c.log"]) s.log(name, 2);
      await s.start();
    },
  },
];
