import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { TailRig } from "./tail-rig.ts";

/** A line long enough that a position behind it proves a copy. */
const line = (text: string): string => `${text} ${"-".repeat(80)}\n`;
const long = (text: string): string => line(text).slice(0, -1);

describe("file source", () => {
  describe("where it begins", () => {
    it("begins at the last newline of a file that exists at the first start", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "old\nunfin");
      await rig.follow();
      rig.append("app.log", "ished\nnew\n");
      assert.deepEqual(await rig.settle(2), ["unfinished", "new"]);
      assert.deepEqual(rig.replayed, []);
    });

    it("reads existing bytes as history with from: beginning", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "a\nb\n");
      await rig.follow({ from: "beginning" });
      rig.append("app.log", "c\n");
      assert.deepEqual(await rig.settle(3), ["a", "b", "c"]);
      assert.deepEqual(rig.replayed, ["a", "b"]);
    });

    it("reads a file that appears later from its beginning, as news", async () => {
      await using rig = new TailRig();
      await rig.follow({ paths: ["*.log"] });
      rig.write("late.log", "1\n2\n");
      assert.deepEqual(await rig.settle(2), ["1", "2"]);
      assert.deepEqual(rig.replayed, []);
    });

    it("says once that a literal path is missing and reads it when it comes", async () => {
      await using rig = new TailRig();
      await rig.follow();
      rig.write("app.log", "1\n");
      assert.deepEqual(await rig.settle(1), ["1"]);
      assert.deepEqual(rig.facts, ["missing app.log", "opened app.log 0"]);
    });

    it("reads a file of a known source that appeared while it was stopped", async () => {
      await using rig = new TailRig();
      await rig.follow({ paths: ["*.log"] });
      await rig.stop();
      rig.write("new.log", "1\n");
      await rig.follow({ paths: ["*.log"] });
      assert.deepEqual(await rig.settle(1), ["1"]);
    });

    it("does not read the old files of a source that is new in a known state", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "old\n");
      rig.lastCommitMs = Date.now() - 60_000;
      await rig.follow();
      rig.append("app.log", "new\n");
      assert.deepEqual(await rig.settle(1), ["new"]);
    });

    it("begins a file that could not be opened at first at the size it had then", async (t) => {
      if (process.getuid?.() === 0) return t.skip("root reads everything");
      await using rig = new TailRig();
      rig.write("app.log", "old\n");
      chmodSync(rig.path("app.log"), 0o000);
      await rig.follow();
      chmodSync(rig.path("app.log"), 0o644);
      rig.append("app.log", "new\n");
      assert.deepEqual(await rig.settle(1), ["new"]);
    });
  });

  describe("rotation", () => {
    it("drains a renamed file before it reads its successor", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      rig.append("app.log", "1\n");
      renameSync(rig.path("app.log"), rig.path("app.log.1"));
      rig.append("app.log.1", "2\n");
      rig.write("app.log", "3\n");
      assert.deepEqual(await rig.settle(3), ["1", "2", "3"]);
      assert.ok(rig.facts.includes("rotated app.log rename"));
    });

    it("hands on what a slow writer adds to a rotated file", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      renameSync(rig.path("app.log"), rig.path("app.log.1"));
      rig.write("app.log", "1\n");
      await rig.settle(1);
      rig.append("app.log.1", "late\n");
      assert.deepEqual(await rig.settle(2), ["1", "late"]);
    });

    it("reads the file that two rotations within one poll skipped", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "0\n");
      await rig.follow({ poll: "400ms" });
      rig.append("app.log", "1\n");
      renameSync(rig.path("app.log"), rig.path("app.log.2"));
      rig.write("app.log.1", "2\n");
      rig.write("app.log", "3\n");
      assert.deepEqual(await rig.settle(3), ["1", "2", "3"]);
    });

    it("closes a rotated file after its quiet time and hands on its unfinished line", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow({ rotate_quiet: "100ms" });
      rig.append("app.log", "1\nunfinished");
      await rig.settle(1);
      renameSync(rig.path("app.log"), rig.path("app.log.1"));
      rig.write("app.log", "2\n");
      await rig.until(() => rig.facts.includes("closed app.log.1"));
      assert.deepEqual(rig.lines, ["1", "2", "unfinished"]);
    });

    it("recovers the unread rest from the copy that copytruncate made", async () => {
      await using rig = new TailRig();
      rig.write("app.log", line("0"));
      await rig.follow({ poll: "300ms" });
      rig.append("app.log", line("1"));
      await rig.settle(1);
      rig.append("app.log", line("2"));
      rig.append("app.log", line("3"));
      copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
      truncateSync(rig.path("app.log"));
      rig.append("app.log", line("4"));
      assert.deepEqual(await rig.settle(4), ["1", "2", "3", "4"].map(long));
      assert.ok(rig.facts.includes("rotated app.log copytruncate"), rig.facts.join("\n"));
    });

    it("reads a copy that its glob also matches only once", async () => {
      await using rig = new TailRig();
      rig.write("app.log", line("0"));
      await rig.follow({ paths: ["app.log*"] });
      rig.append("app.log", line("1"));
      await rig.settle(1);
      copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
      await rig.settle(1);
      truncateSync(rig.path("app.log"));
      rig.append("app.log", line("2"));
      assert.deepEqual(await rig.settle(2), ["1", "2"].map(long));
    });

    it("reads a renamed file that its glob also matches only once", async () => {
      await using rig = new TailRig();
      rig.write("app.log", line("0"));
      await rig.follow({ paths: ["app.log*"], rotate_quiet: "50ms" });
      rig.append("app.log", line("1"));
      await rig.settle(1);
      renameSync(rig.path("app.log"), rig.path("app.log.1"));
      rig.write("app.log", line("2"));
      await rig.until(() => rig.facts.includes("closed app.log.1"));
      renameSync(rig.path("app.log.1"), rig.path("app.log.2"));
      rig.append("app.log", line("3"));
      assert.deepEqual(await rig.settle(3), ["1", "2", "3"].map(long));
    });

    it("counts what a truncation without a copy took with it", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "0\n");
      await rig.follow({ poll: "300ms" });
      rig.append("app.log", "1\n");
      await rig.settle(1);
      truncateSync(rig.path("app.log"));
      rig.append("app.log", "2\n");
      assert.deepEqual(await rig.settle(2), ["1", "2"]);
      assert.ok(rig.facts.includes("rotated app.log truncate"), rig.facts.join("\n"));
    });

    it("notices a file that was truncated and is larger than before already", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "0\n");
      await rig.follow();
      rig.append("app.log", "1\n");
      await rig.settle(1);
      writeFileSync(rig.path("app.log"), "rewritten and larger\nthan it was\n");
      assert.deepEqual(await rig.settle(3), ["1", "rewritten and larger", "than it was"]);
      assert.ok(rig.facts.includes("rotated app.log rewrite"), rig.facts.join("\n"));
    });

    it("notices a file that was rewritten to the same length", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      rig.append("app.log", "aaa\n");
      await rig.settle(1);
      writeFileSync(rig.path("app.log"), "bbb\n");
      assert.deepEqual(await rig.settle(2), ["aaa", "bbb"]);
    });

    it("goes on at its position after sed -i has written the same text into a new file", async () => {
      await using rig = new TailRig();
      rig.write("app.log", line("0").repeat(20));
      await rig.follow();
      rig.append("app.log", line("1"));
      await rig.settle(1);
      writeFileSync(rig.path("tmp"), readFileSync(rig.path("app.log")));
      renameSync(rig.path("tmp"), rig.path("app.log"));
      rig.append("app.log", line("2"));
      assert.deepEqual(await rig.settle(2), ["1", "2"].map(long));
    });

    it("follows a symbolic link to its new target and drains the old one", async () => {
      await using rig = new TailRig();
      rig.write("a", "");
      rig.write("b", "2\n");
      symlinkSync("a", rig.path("app.log"));
      await rig.follow();
      rig.append("a", "1\n");
      symlinkSync("b", rig.path("next"));
      renameSync(rig.path("next"), rig.path("app.log"));
      assert.deepEqual(await rig.settle(2), ["1", "2"]);
      assert.ok(rig.facts.includes("rotated app.log symlink"), rig.facts.join("\n"));
    });

    it("goes on where it was when a link is swapped back", async () => {
      await using rig = new TailRig();
      rig.write("a", "");
      rig.write("b", "");
      symlinkSync("a", rig.path("app.log"));
      await rig.follow();
      const swap = (target: string): void => {
        symlinkSync(target, rig.path("next"));
        renameSync(rig.path("next"), rig.path("app.log"));
      };
      rig.append("a", "1\n");
      await rig.settle(1);
      swap("b");
      rig.append("b", "2\n");
      await rig.settle(2);
      swap("a");
      rig.append("a", "3\n");
      assert.deepEqual(await rig.settle(3), ["1", "2", "3"]);
      assert.ok(rig.facts.includes("rotated app.log reattach"), rig.facts.join("\n"));
    });

    it("drains a deleted file and reads its successor from the beginning", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow({ poll: "100ms" });
      rig.append("app.log", "1\n");
      await rig.settle(1);
      rig.append("app.log", "2\n");
      unlinkSync(rig.path("app.log"));
      await rig.settle(2);
      rig.write("app.log", "3\n");
      assert.deepEqual(await rig.settle(3), ["1", "2", "3"]);
      assert.ok(rig.facts.includes("rotated app.log delete"), rig.facts.join("\n"));
    });

    it("counts the same line again in a file that was deleted and made anew", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      for (let n = 1; n <= 3; n++) {
        rig.append("app.log", "same\n");
        await rig.settle(n);
        unlinkSync(rig.path("app.log"));
      }
      assert.deepEqual(rig.lines, ["same", "same", "same"]);
    });

    it("reads what is written late into a file that was rotated before anything stood in it", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow({ paths: ["app.log*"] });
      unlinkSync(rig.path("app.log"));
      // Born and rotated between two looks.
      rig.write("app.log", "");
      renameSync(rig.path("app.log"), rig.path("app.log.1"));
      rig.write("app.log", "1\n");
      await rig.settle(1);
      await rig.settle(1);
      rig.append("app.log.1", "late\n");
      assert.deepEqual(await rig.settle(2), ["1", "late"]);
    });

    it("reads a file with two names once", async () => {
      await using rig = new TailRig();
      rig.write("a.log", "");
      linkSync(rig.path("a.log"), rig.path("b.log"));
      await rig.follow({ paths: ["*.log", "a.log"] });
      rig.append("a.log", "1\n");
      assert.deepEqual(await rig.settle(1), ["1"]);
    });

    it("reads on in files that exchange their names", async () => {
      await using rig = new TailRig();
      rig.write("a.log", "");
      rig.write("b.log", "");
      await rig.follow({ paths: ["*.log"] });
      rig.append("a.log", "a1\n");
      rig.append("b.log", "b1\n");
      await rig.settle(2);
      renameSync(rig.path("a.log"), rig.path("x"));
      renameSync(rig.path("b.log"), rig.path("a.log"));
      renameSync(rig.path("x"), rig.path("b.log"));
      rig.append("a.log", "b2\n");
      rig.append("b.log", "a2\n");
      assert.deepEqual([...(await rig.settle(4))].sort(), ["a1", "a2", "b1", "b2"]);
    });
  });

  describe("restart", () => {
    it("goes on behind the last line that was handed on", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "0\n");
      await rig.follow();
      rig.append("app.log", "1\n2");
      await rig.settle(1);
      await rig.stop();
      rig.append("app.log", "2\n3\n");
      await rig.follow();
      assert.deepEqual(await rig.settle(3), ["1", "22", "3"]);
    });

    it("keeps log text out of its positions", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      rig.append("app.log", "verysecret sk_live_0123456789\n");
      await rig.settle(1);
      await rig.stop();
      assert.doesNotMatch([...rig.positions.values()].join(), /secret|sk_live/);
    });

    const rotations: readonly [string, (rig: TailRig) => void][] = [
      [
        "numbered files, oldest first",
        (rig) => {
          renameSync(rig.path("app.log"), rig.path("app.log.3"));
          rig.append("app.log.3", line("2"));
          rig.write("app.log.2", line("3"));
          rig.write("app.log.1", line("4"));
          rig.write("app.log", line("5"));
        },
      ],
      [
        "dated files",
        (rig) => {
          renameSync(rig.path("app.log"), rig.path("app.log-20260101"));
          rig.append("app.log-20260101", line("2"));
          rig.write("app.log-20260102", line("3"));
          rig.write("app.log-20260103", line("4"));
          rig.write("app.log", line("5"));
        },
      ],
      [
        "dates before the extension",
        (rig) => {
          renameSync(rig.path("app.log"), rig.path("app-2026-01-01.log"));
          rig.append("app-2026-01-01.log", line("2"));
          rig.write("app-2026-01-02.log", line("3"));
          rig.write("app-2026-01-03.log", line("4"));
          rig.write("app.log", line("5"));
        },
      ],
      [
        "compressed files at the decompressed position",
        (rig) => {
          rig.append("app.log", line("2"));
          rig.write("app.log.3.gz", gzipSync(readFileSync(rig.path("app.log"))));
          unlinkSync(rig.path("app.log"));
          rig.write("app.log.2.gz", gzipSync(line("3")));
          rig.write("app.log.1", line("4"));
          rig.write("app.log", line("5"));
        },
      ],
      [
        "files compressed with zstd",
        (rig) => {
          rig.append("app.log", line("2"));
          rig.write("app.log.2.zst", zstdCompressSync(readFileSync(rig.path("app.log"))));
          unlinkSync(rig.path("app.log"));
          rig.write("app.log.1.zst", zstdCompressSync(line("3") + line("4")));
          rig.write("app.log", line("5"));
        },
      ],
      [
        "the copy of a truncated file",
        (rig) => {
          rig.append("app.log", line("2") + line("3") + line("4"));
          copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
          truncateSync(rig.path("app.log"));
          rig.append("app.log", line("5"));
        },
      ],
      [
        "the copy of a file that has outgrown its old size already",
        (rig) => {
          rig.append("app.log", line("2"));
          copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
          truncateSync(rig.path("app.log"));
          rig.append("app.log", line("3") + line("4") + line("5"));
        },
      ],
      [
        "the compressed copy of a truncated file",
        (rig) => {
          rig.append("app.log", line("2") + line("3"));
          rig.write("app.log.1.gz", gzipSync(readFileSync(rig.path("app.log"))));
          truncateSync(rig.path("app.log"));
          rig.append("app.log", line("4") + line("5"));
        },
      ],
      [
        "files that were copied over a file system border",
        (rig) => {
          rig.append("app.log", line("2"));
          copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
          unlinkSync(rig.path("app.log"));
          rig.write("app.log", line("3") + line("4") + line("5"));
        },
      ],
    ];
    for (const [name, rotate] of rotations) {
      it(`reads ${name}, after a rotation while it was stopped`, async () => {
        await using rig = new TailRig();
        rig.write("app.log", line("0"));
        // A rotation of long ago: its content is older than the last commit, and it must stay unread.
        rig.write("app.log.9", line("ancient"));
        utimesSync(rig.path("app.log.9"), 1, 1);
        await rig.follow();
        rig.append("app.log", line("1"));
        await rig.settle(1);
        await rig.stop();
        rotate(rig);
        await rig.follow();
        assert.deepEqual(await rig.settle(5), ["1", "2", "3", "4", "5"].map(long), rig.facts.join("\n"));
        await rig.stop();
        rig.append("app.log", line("6"));
        await rig.follow();
        assert.deepEqual(await rig.settle(6), ["1", "2", "3", "4", "5", "6"].map(long), rig.facts.join("\n"));
      });
    }

    it("finds rotated files in the directory that `rotated` names", async () => {
      await using rig = new TailRig();
      mkdirSync(rig.path("old"));
      rig.write("app.log", line("0"));
      await rig.follow({ rotated: ["old"] });
      rig.append("app.log", line("1"));
      await rig.settle(1);
      await rig.stop();
      rig.append("app.log", line("2"));
      renameSync(rig.path("app.log"), rig.path("old/app.log.1"));
      rig.write("app.log", line("3"));
      await rig.follow({ rotated: ["old"] });
      assert.deepEqual(await rig.settle(3), ["1", "2", "3"].map(long));
    });

    it("names what is nowhere to be found", async () => {
      await using rig = new TailRig();
      rig.write("app.log", line("0"));
      await rig.follow();
      rig.append("app.log", line("1"));
      await rig.settle(1);
      await rig.stop();
      unlinkSync(rig.path("app.log"));
      rig.write("app.log", line("2"));
      await rig.follow();
      assert.deepEqual(await rig.settle(2), ["1", "2"].map(long));
      assert.ok(rig.facts.some((fact) => fact.startsWith("gap app.log generation_missed")));
    });

    it("goes on in the rest of a rotated file that was stopped half-way", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      rig.append("app.log", line("1"));
      await rig.settle(1);
      renameSync(rig.path("app.log"), rig.path("app.log.1"));
      rig.write("app.log", line("2"));
      await rig.settle(2);
      await rig.stop();
      rig.append("app.log.1", line("late"));
      rig.append("app.log", line("3"));
      await rig.follow();
      assert.deepEqual(await rig.settle(4), ["1", "2", "late", "3"].map(long));
    });

    it("keeps marking history as history", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "a\nb\n");
      await rig.follow({ from: "beginning" });
      await rig.settle(2);
      await rig.stop();
      rig.append("app.log", "c\n");
      await rig.follow({ from: "beginning" });
      assert.deepEqual(await rig.settle(3), ["a", "b", "c"]);
      assert.deepEqual(rig.replayed, ["a", "b"]);
    });
  });

  describe("batch mode", () => {
    it("reads everything, with the unfinished last line, and ends", async () => {
      await using rig = new TailRig();
      rig.write("a.log", "1\n2");
      rig.write("b.log", "3\n");
      await rig.batch({ paths: ["*.log"] });
      assert.deepEqual([...rig.lines].sort(), ["1", "2", "3"]);
      assert.deepEqual(rig.replayed, []);
    });

    it("reads a log and its rotated files as one stream, oldest first", async () => {
      await using rig = new TailRig();
      rig.write("app.log", line("3").repeat(10_000));
      rig.write("app.log.2", line("1").repeat(10_000));
      rig.write("app.log.1", line("2").repeat(10_000));
      await rig.batch({ paths: ["app.log*"] });
      assert.deepEqual(
        rig.lines.filter((text, i) => text !== rig.lines[i - 1]),
        ["1", "2", "3"].map(long),
      );
      assert.equal(rig.lines.length, 30_000);
    });

    it("goes on at the saved position", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "1\n");
      await rig.batch();
      rig.append("app.log", "2\n");
      await rig.batch();
      assert.deepEqual(rig.lines, ["1", "2"]);
    });

    it("decompresses a file that was named with its .gz", async () => {
      await using rig = new TailRig();
      rig.write("app.log.1.gz", gzipSync("1\n2\n3"));
      await rig.batch({ paths: ["app.log.1.gz"] });
      assert.deepEqual(rig.lines, ["1", "2", "3"]);
    });

    it("passes over what is missing, and says so", async () => {
      await using rig = new TailRig();
      rig.write("b.log", "1\n");
      await rig.batch({ paths: ["a.log", "b.log"] });
      assert.deepEqual(rig.lines, ["1"]);
      assert.equal(rig.source?.status()[0]?.state, "failed");
      assert.equal(rig.facts[0], "missing a.log");
    });
  });

  describe("what lies in files", () => {
    it("skips a line over the limit, counts it, and goes on", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow({ max_line_bytes: "2KiB" });
      rig.append("app.log", `1\n${"x".repeat(5000)}\n2\n`);
      rig.append("app.log", "y".repeat(3000));
      await rig.settle(2);
      rig.append("app.log", `${"y".repeat(2000)}\n${"z".repeat(2048)}\n`);
      assert.deepEqual(await rig.settle(3), ["1", "2", "z".repeat(2048)]);
      assert.deepEqual(
        rig.facts.filter((fact) => fact.startsWith("long")),
        ["long app.log 5000", "long app.log 5000"],
      );
    });

    it("takes neither LF nor CRLF for a part of a line of the limit's length", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow({ max_line_bytes: "1KiB" });
      const full = "x".repeat(1024);
      rig.append("app.log", `${full}\r\n${full}\n${full}y\r\n${full}\r`);
      await rig.settle(2);
      rig.append("app.log", "\n1\n");
      assert.deepEqual(await rig.settle(4), [`${full}\r`, full, `${full}\r`, "1"]);
      assert.deepEqual(
        rig.facts.filter((fact) => fact.startsWith("long")),
        ["long app.log 1026"],
      );
    });

    it("goes on discarding a line over the limit after a restart", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow({ max_line_bytes: "1KiB" });
      rig.append("app.log", `1\n${"x".repeat(300_000)}`);
      await rig.settle(1);
      await rig.stop();
      rig.append("app.log", `${"x".repeat(1000)}\n2\n`);
      await rig.follow({ max_line_bytes: "1KiB" });
      assert.deepEqual(await rig.settle(2), ["1", "2"]);
      assert.ok(rig.facts.includes("long app.log 301000"), rig.facts.join("\n"));
    });

    it("hands on a line larger than one read", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      rig.append("app.log", "x".repeat(400_000));
      await rig.settle(0);
      rig.append("app.log", `${"y".repeat(400_000)}\n1\n`);
      await rig.settle(2);
      assert.deepEqual(
        rig.lines.map((text) => text.length),
        [800_000, 1],
      );
    });

    it("waits before a hole and passes it once text follows", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      rig.append("app.log", "1\n");
      rig.append("app.log", Buffer.alloc(300_000));
      await rig.settle(1);
      rig.append("app.log", "2\n");
      assert.deepEqual(await rig.settle(2), ["1", "2"]);
      assert.ok(rig.facts.includes("lost app.log 300000 nul_bytes"), rig.facts.join("\n"));
    });

    it("reads what a writer puts into the space it allocated in advance", async () => {
      await using rig = new TailRig();
      rig.write("app.log", Buffer.alloc(20_000));
      await rig.follow({ from: "beginning" });
      execFileSync("dd", ["of=app.log", "conv=notrunc", "bs=1"], {
        cwd: rig.directory,
        input: "1\n2",
        stdio: "pipe",
      });
      await rig.settle(1);
      execFileSync("dd", ["of=app.log", "conv=notrunc", "bs=1", "seek=3"], {
        cwd: rig.directory,
        input: "2\n3\n",
        stdio: "pipe",
      });
      assert.deepEqual(await rig.settle(3), ["1", "22", "3"]);
    });

    it("ends a torn line at a long run of NULs", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      rig.append(
        "app.log",
        Buffer.concat([Buffer.from("torn"), Buffer.alloc(5000), Buffer.from("whole\n2\n")]),
      );
      assert.deepEqual(await rig.settle(3), ["torn", "whole", "2"]);
    });

    it("know UTF-16 by a byte order mark that is written after the file was opened, byte by byte", async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      for (const byte of Buffer.from("\uFEFFeins\n", "utf16le")) {
        rig.append("app.log", Buffer.of(byte));
        await rig.settle(0);
      }
      assert.deepEqual(await rig.settle(1), ["eins"]);
    });

    for (const encoding of ["utf16le", "utf16be"] as const) {
      it(`reads ${encoding} with a byte order mark`, async () => {
        await using rig = new TailRig();
        const bytes = Buffer.from("\uFEFFäöü \u0A0A\nzwei\n", "utf16le");
        rig.write("app.log", encoding === "utf16be" ? bytes.swap16() : bytes);
        await rig.follow({ from: "beginning" });
        assert.deepEqual(await rig.settle(2), ["äöü \u0A0A", "zwei"]);
      });

      it(`reads ${encoding} that is seen when half of a character is there`, async () => {
        await using rig = new TailRig();
        const text = Buffer.from(
          `\uFEFF${"x".repeat(20_000)}\nzwei\n${"y".repeat(600_000)}\nvier\n`,
          "utf16le",
        );
        const bytes = encoding === "utf16be" ? text.swap16() : text;
        rig.write("app.log", "");
        await rig.follow({ max_line_bytes: "64KiB" });
        let from = 0;
        for (const to of [1, 1001, 30_001, 40_007, 200_001, 1_200_015, bytes.length]) {
          rig.append("app.log", bytes.subarray(from, to));
          from = to;
          await rig.until(() => rig.source?.status()[0]?.size === to);
          await rig.settle(0);
        }
        const lines = await rig.settle(2);
        assert.deepEqual(
          lines.map((line) => line.slice(0, 5)),
          ["xxxxx", "zwei", "vier"],
        );
      });

      it(`begins ${encoding} at the line that was unfinished when it was first seen, whatever its length`, async () => {
        await using rig = new TailRig();
        const text = Buffer.from(`\uFEFF${"alt\n".repeat(50_000)}neu\n`, "utf16le");
        const bytes = encoding === "utf16be" ? text.swap16() : text;
        rig.write("app.log", bytes.subarray(0, -3));
        await rig.follow();
        rig.append("app.log", bytes.subarray(-3));
        assert.deepEqual(await rig.settle(1), ["neu"]);
      });
    }
  });

  describe("what is no log", () => {
    it("leaves directories and FIFOs alone", async () => {
      await using rig = new TailRig();
      mkdirSync(rig.path("dir.log"));
      execFileSync("mkfifo", [rig.path("pipe.log")]);
      await rig.follow({ paths: ["*.log", "pipe.log"] });
      rig.write("app.log", "1\n");
      assert.deepEqual(await rig.settle(1), ["1"]);
      assert.ok(rig.facts.includes("failed pipe.log ENOTSUP follow"), rig.facts.join("\n"));
    });

    it("follows the file that takes the place of a directory", async () => {
      await using rig = new TailRig();
      mkdirSync(rig.path("app.log"));
      await rig.follow();
      rmSync(rig.path("app.log"), { recursive: true });
      rig.write("app.log", "1\n");
      assert.deepEqual(await rig.settle(1), ["1"]);
      assert.ok(rig.facts.includes("failed app.log EISDIR follow"));
    });

    it("opens names that are not UTF-8", async () => {
      await using rig = new TailRig();
      const name = Buffer.concat([
        Buffer.from(`${rig.directory}/`),
        Buffer.from([0x61, 0xff, 0x0a]),
        Buffer.from(".log"),
      ]);
      await rig.follow({ paths: ["*.log"] });
      writeFileSync(name, "1\n");
      assert.deepEqual(await rig.settle(1), ["1"]);
      assert.ok(rig.facts.includes("opened a\\xff\\n.log 0"), rig.facts.join("\n"));
    });
  });

  it("follows many files with few descriptors", async () => {
    await using rig = new TailRig();
    const names = Array.from({ length: 300 }, (_, i) => `${i}.log`);
    for (const name of names) rig.write(name, "old\n");
    await rig.follow({ paths: ["*.log"], max_open_files: 16 });
    const open = (): number =>
      execFileSync("find", [`/proc/${process.pid}/fd`, "-lname", `${rig.directory}/*`])
        .toString()
        .split("\n").length - 1;
    await rig.until(() => open() <= 16);
    assert.ok(open() <= 16, `${open()} descriptors`);
    for (const name of names) rig.append(name, `${name}\n`);
    assert.deepEqual([...(await rig.settle(300))].sort(), [...names].sort());
    renameSync(rig.path("7.log"), rig.path("7.log.1"));
    rig.append("7.log.1", "rotated while closed\n");
    rig.write("7.log", "anew\n");
    assert.deepEqual((await rig.settle(302)).slice(300), ["rotated while closed", "anew"]);
  });
});
