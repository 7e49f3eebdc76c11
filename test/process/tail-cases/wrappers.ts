// Lines that a container runtime wraps and cuts into parts.

import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { begin, shift, type TailCase } from "./tail-case.ts";

export const WRAPPERS: readonly TailCase[] = [
  {
    name: "parts of a line of CRI, joined over a rotation and a kill",
    async play(s) {
      await begin(s);
      const parts = (text: string): string[] => text.trimEnd().match(/.{1,150}/g) ?? [];
      const wrap = (stream: string, part: string, last: boolean): string =>
        `2026-01-05T10:00:00.000000001Z ${stream} ${last ? "F" : "P"} ${part}\n`;
      for (const act of ["nothing", "rotate", "kill", "both"]) {
        const out = parts(s.writer.lines(1));
        const err = parts(s.writer.lines(1));
        for (let i = 0; i < Math.max(out.length, err.length); i++) {
          if (i < out.length)
            appendFileSync(s.path("app.log"), wrap("stdout", out[i] ?? "", i === out.length - 1));
          if (i < err.length)
            appendFileSync(s.path("app.log"), wrap("stderr", err[i] ?? "", i === err.length - 1));
          if (i !== 1) continue;
          await sleep(600);
          if (act === "rotate" || act === "both") shift(s);
          if (act === "kill" || act === "both") await s.restart("SIGKILL");
        }
        await s.counted();
      }
    },
  },
  {
    name: "parts of a line in docker's file, joined over a rotation and a restart",
    async play(s) {
      const wrap = (log: string): string =>
        `${JSON.stringify({ log, stream: "stdout", time: "2026-01-05T10:00:00Z" })}\n`;
      s.put("app.log");
      await s.start();
      appendFileSync(s.path("app.log"), wrap("hello\n"));
      for (const act of ["nothing", "rotate", "kill", "both"]) {
        const parts = s.writer.lines(1).match(/[^]{1,150}/g) ?? [];
        for (const [i, part] of parts.entries()) {
          appendFileSync(s.path("app.log"), wrap(part));
          if (i !== 0) continue;
          await sleep(600);
          if (act === "rotate" || act === "both") shift(s);
          if (act === "kill" || act === "both") await s.restart("SIGKILL");
        }
        await s.counted();
      }
    },
  },
];
