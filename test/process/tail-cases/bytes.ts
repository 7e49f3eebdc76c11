// What stands in logs: line ends, encodings, holes, lines over the limit.

import { appendFileSync, closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { begin, copyTruncate, type TailCase } from "./tail-case.ts";

export const BYTES: readonly TailCase[] = [
  {
    name: "CRLF, lone CRs, U+2028, blank lines and a byte order mark",
    async play(s) {
      await s.start();
      const text = s.writer.lines(3).replaceAll("\n", "\r\n") + "\n\r\n\r" + s.writer.lines(1);
      s.put("app.log", Buffer.from(`\uFEFF${text}x\u2028y\rz\n`));
      appendFileSync(s.path("app.log"), s.writer.lines(2).replaceAll("upstream", "up\u2028stream\u2029"));
    },
  },
  {
    name: "UTF-16 in both orders, in odd pieces",
    options: { paths: ["*.log"] },
    async play(s) {
      await s.start();
      for (const [name, swap] of [
        ["le.log", false],
        ["be.log", true],
      ] as const) {
        const bytes = Buffer.from(
          `\uFEFF${s.writer.lines(10).replaceAll("upstream", "上流\u0A00ਊ")}`,
          "utf16le",
        );
        if (swap) bytes.swap16();
        for (let at = 0; at < bytes.length; at += 1001) {
          appendFileSync(s.path(name), bytes.subarray(at, at + 1001));
          await sleep(5);
        }
      }
      await s.counted();
      await s.restart("SIGKILL");
      appendFileSync(s.path("le.log"), Buffer.from(s.writer.lines(3), "utf16le"));
    },
  },
  {
    name: "bytes that are no UTF-8, in the first line too",
    async play(s) {
      await s.start();
      const line = Buffer.from(s.writer.lines(1).replace("upstream", "up\u0001stream"), "latin1");
      line[line.indexOf(1)] = 0xff;
      s.put(
        "app.log",
        Buffer.concat([line, Buffer.of(0xc3, 0x28, 0xff, 0xfe, 0x0a), Buffer.from(s.writer.lines(2))]),
      );
    },
  },
  {
    name: "a hole that a writer without O_APPEND leaves behind a truncation",
    async play(s) {
      await begin(s, 50);
      const fd = openSync(s.path("app.log"), "r+");
      const at = statSync(s.path("app.log")).size;
      copyTruncate(s);
      writeSync(fd, s.writer.lines(3), at);
      closeSync(fd);
      await s.counted();
      s.log("app.log");
    },
  },
  {
    name: "a hole of 500 MB",
    async play(s) {
      await s.start();
      s.put("app.log");
      truncateSync(s.path("app.log"), 500 * 2 ** 20);
      await sleep(300);
      s.log("app.log");
    },
  },
  {
    name: "space that is allocated in advance and filled piece by piece",
    async play(s) {
      await s.start();
      s.put("app.log");
      truncateSync(s.path("app.log"), 2 ** 20);
      const fd = openSync(s.path("app.log"), "r+");
      let at = 0;
      for (let i = 0; i < 10; i++) {
        at += writeSync(fd, s.writer.lines(3), at);
        await sleep(60);
      }
      closeSync(fd);
    },
  },
  {
    name: "a line of 100 MB among others",
    async play(s) {
      await begin(s);
      for (let i = 0; i < 100; i++) appendFileSync(s.path("app.log"), Buffer.alloc(2 ** 20, 0x78));
      appendFileSync(s.path("app.log"), "\n");
      s.log("app.log");
    },
  },
  {
    name: "a line over the limit with a kill in its middle",
    async play(s) {
      await begin(s);
      appendFileSync(s.path("app.log"), `api_key_revoked ${"x".repeat(5 * 2 ** 20)}`);
      await sleep(600);
      await s.restart("SIGKILL");
      await sleep(300);
      const before = s.writer.written;
      appendFileSync(s.path("app.log"), s.writer.lines(1));
      s.writer.written = before;
      s.log("app.log");
    },
  },
];
