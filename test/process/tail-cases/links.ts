// Logs behind links, as releases and Kubernetes make them.

import { appendFileSync, mkdirSync, renameSync, symlinkSync, unlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type TailCase } from "./tail-case.ts";

export const LINKS: readonly TailCase[] = [
  {
    name: "a link that is swapped and swapped back",
    options: { paths: ["current"] },
    async play(s) {
      s.put("a.log");
      s.put("b.log");
      symlinkSync("a.log", s.path("current"));
      await s.start();
      for (const [target, wait] of [
        ["b.log", 0],
        ["a.log", 500],
        ["b.log", 500],
        ["a.log", 0],
      ] as const) {
        s.log("a.log");
        if (wait > 0) await s.counted();
        symlinkSync(target, s.path("next"));
        renameSync(s.path("next"), s.path("current"));
        s.log(target);
        await s.counted();
      }
    },
  },
  {
    name: "a link that is swapped to a new file while the daemon is stopped",
    options: { paths: ["current"] },
    async play(s) {
      s.put("a.log");
      symlinkSync("a.log", s.path("current"));
      await s.start();
      s.log("a.log");
      await s.counted();
      await s.stop();
      s.log("b.log");
      symlinkSync("b.log", s.path("next"));
      renameSync(s.path("next"), s.path("current"));
      await s.start();
      s.log("b.log");
    },
  },
  {
    name: "a link whose old target holds unread lines when it is swapped while the daemon is stopped",
    options: { paths: ["current"] },
    async play(s) {
      s.put("a.log");
      symlinkSync("a.log", s.path("current"));
      await s.start();
      s.log("a.log");
      await s.counted();
      await s.stop();
      s.log("a.log");
      s.log("b.log");
      symlinkSync("b.log", s.path("next"));
      renameSync(s.path("next"), s.path("current"));
      await s.start();
      s.log("b.log");
    },
  },
  {
    name: "links of Kubernetes, over a rotation of the runtime and a new container",
    options: { paths: ["containers/*.log"] },
    async play(s) {
      for (const dir of ["containers", "pods", "pods/uid", "pods/uid/app"]) mkdirSync(s.path(dir));
      const cri = (count: number): string =>
        s.writer
          .lines(count)
          .replace(/^/gm, "2026-01-05T10:00:00.000000001Z stdout F ")
          .replace(/\d{4}-\S+ stdout F $/, "");
      s.put("pods/uid/app/0.log");
      symlinkSync(s.path("pods/uid/app/0.log"), s.path("containers/app_ns_c-1.log"));
      await s.start();
      appendFileSync(s.path("pods/uid/app/0.log"), cri(5));
      renameSync(s.path("pods/uid/app/0.log"), s.path("pods/uid/app/0.log.20260105-100000"));
      appendFileSync(s.path("pods/uid/app/0.log"), cri(5));
      await s.counted();
      await s.paused(() => {
        appendFileSync(s.path("pods/uid/app/0.log"), cri(5));
        renameSync(s.path("pods/uid/app/0.log"), s.path("pods/uid/app/0.log.20260105-110000"));
        appendFileSync(s.path("pods/uid/app/0.log"), cri(3));
        renameSync(s.path("pods/uid/app/0.log"), s.path("pods/uid/app/0.log.20260105-120000"));
        appendFileSync(s.path("pods/uid/app/0.log"), cri(4));
      });
      await s.counted();
      appendFileSync(s.path("pods/uid/app/0.log"), cri(1));
      appendFileSync(s.path("pods/uid/app/1.log"), cri(5));
      symlinkSync(s.path("pods/uid/app/1.log"), s.path("containers/app_ns_c-2.log"));
      await s.counted();
      unlinkSync(s.path("containers/app_ns_c-1.log"));
      appendFileSync(s.path("pods/uid/app/1.log"), cri(5));
    },
  },
  {
    name: "links of Kubernetes, rotated while the daemon is stopped",
    options: { paths: ["containers/*.log"] },
    async play(s) {
      for (const dir of ["containers", "pods", "pods/uid", "pods/uid/app"]) mkdirSync(s.path(dir));
      s.put("pods/uid/app/0.log");
      symlinkSync(s.path("pods/uid/app/0.log"), s.path("containers/app_ns_c-1.log"));
      await s.start();
      s.log("pods/uid/app/0.log");
      await s.counted();
      await s.stop("SIGKILL");
      s.log("pods/uid/app/0.log");
      renameSync(s.path("pods/uid/app/0.log"), s.path("pods/uid/app/0.log.20260105-110000"));
      s.log("pods/uid/app/0.log");
      renameSync(s.path("pods/uid/app/0.log"), s.path("pods/uid/app/0.log.20260105-120000"));
      s.log("pods/uid/app/0.log");
      await s.start();
    },
  },
  {
    name: "a link to a directory in the path",
    options: { paths: ["now/app.log"] },
    async play(s) {
      mkdirSync(s.path("v1"));
      mkdirSync(s.path("v2"));
      symlinkSync("v1", s.path("now"));
      s.put("v1/app.log");
      await s.start();
      s.log("v1/app.log");
      await s.counted();
      s.log("v2/app.log");
      symlinkSync("v2", s.path("next"));
      renameSync(s.path("next"), s.path("now"));
      s.log("v2/app.log");
      s.log("v1/app.log");
    },
  },
  {
    name: "a link that leads nowhere at first",
    options: { paths: ["current", "*.log"] },
    async play(s) {
      symlinkSync("target", s.path("current"));
      symlinkSync("target2", s.path("x.log"));
      await s.start();
      await sleep(300);
      s.log("target");
      s.log("target2");
      await sleep(300);
      s.log("target");
      s.log("target2");
    },
  },
];
