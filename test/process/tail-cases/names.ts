// Names of logs: several of one file, strange ones, excluded ones.

import { appendFileSync, linkSync, renameSync, unlinkSync } from "node:fs";
import { begin, type TailCase } from "./tail-case.ts";

export const NAMES: readonly TailCase[] = [
  {
    name: "two names of one file",
    options: { paths: ["*.log"] },
    async play(s) {
      s.put("a.log");
      linkSync(s.path("a.log"), s.path("b.log"));
      await s.start();
      s.log("a.log");
      s.log("b.log");
      await s.counted();
      linkSync(s.path("a.log"), s.path("c.log"));
      s.log("c.log");
      await s.counted();
      unlinkSync(s.path("a.log"));
      s.log("c.log");
      await s.counted();
      await s.restart();
      s.log("b.log");
    },
  },
  {
    name: "a hard link as a rotated name, and a new file",
    async play(s) {
      await begin(s);
      linkSync(s.path("app.log"), s.path("app.log.1"));
      s.log("app.log");
      unlinkSync(s.path("app.log"));
      s.log("app.log");
    },
  },
  {
    name: "one file under two globs and its own path",
    options: { paths: ["*.log", "app.*", "app.log"] },
    async play(s) {
      await begin(s);
      s.log("app.log");
      s.log("app.txt");
    },
  },
  {
    name: "excluded names",
    options: { paths: ["*"], exclude: ["*.tmp", "debug*"] },
    async play(s) {
      await begin(s);
      for (const name of ["x.tmp", "debug.log", "x.gz", "x~", ".x.swp"]) s.put(name, "api_key_revoked\n");
      const before = s.writer.written;
      for (const name of ["y.tmp", "debug.log"]) s.log(name, 3);
      s.writer.written = before;
      s.log("y.log");
    },
  },
  {
    name: "names that are not UTF-8, or hold blanks, brackets and a line end",
    options: { paths: ["**/*.log", "app[1].log"] },
    async play(s) {
      await begin(s);
      const broken = Buffer.concat([Buffer.from(`${s.path("")}/caf`), Buffer.of(0xe9), Buffer.from(".log")]);
      appendFileSync(broken, s.writer.lines(3));
      s.log("a b.log");
      s.log("a\nb.log");
      s.log("app[1].log");
      s.log("日本.log");
      await s.counted();
      appendFileSync(broken, s.writer.lines(3));
      const moved = Buffer.concat([broken, Buffer.from(".1")]);
      renameSync(broken, moved);
      appendFileSync(broken, s.writer.lines(3));
      await s.counted();
      await s.restart();
      appendFileSync(broken, s.writer.lines(2));
    },
  },
];
