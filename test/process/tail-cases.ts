// What writers and rotation do to logs, one case each: when all is done, every event line that was written must be counted
// once. A case begins with what was there before the daemon, and ends when nothing more is written.

import { execFileSync } from "node:child_process";
import {
  appendFileSync,
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
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Stage, StageOptions } from "./tail-stage.ts";

export interface TailCase {
  readonly name: string;
  readonly options?: Omit<StageOptions, "watch">;
  play(stage: Stage): Promise<void>;
}

/** Starts on an empty `app.log` and has it read once. */
async function begin(s: Stage, lines = 4): Promise<void> {
  s.put("app.log");
  await s.start();
  s.log("app.log", lines);
  await s.counted();
}

/** logrotate's numbers: `.2` becomes `.3`, `.1` becomes `.2`, the log becomes `.1`. */
function shift(s: Stage, name = "app.log", kept = 20): void {
  for (let n = kept; n >= 0; n--) {
    const from = n === 0 ? name : `${name}.${n}`;
    for (const end of ["", ".gz"]) {
      try {
        renameSync(s.path(from + end), s.path(`${name}.${n + 1}${end}`));
      } catch {
        // Not there: nothing to shift.
      }
    }
  }
}

function pack(s: Stage, name: string): void {
  const path = s.path(name);
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
  execFileSync("touch", ["-r", path, `${path}.gz`]);
  unlinkSync(path);
}

function copyTruncate(s: Stage, to = "app.log.1"): void {
  copyFileSync(s.path("app.log"), s.path(to));
  truncateSync(s.path("app.log"));
}

const gaps = async (ms: number): Promise<void> => void (await sleep(ms));

export const CASES: readonly TailCase[] = [
  // Appending
  {
    name: "lines that are appended",
    async play(s) {
      s.put("app.log", "old\n");
      await s.start();
      for (let i = 0; i < 20; i++) {
        s.log("app.log", 1);
        await gaps(7);
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
        if (at % 3 === 0) await gaps(30);
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
      await gaps(400);
      await s.restart("SIGKILL");
      await gaps(300);
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
  // Renaming
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
      await gaps(600);
      s.log("app.log.1");
      await gaps(600);
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
        await gaps(100);
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
      await gaps(300);
      await s.stop();
      s.log("app.log");
      renameSync(s.path("app.log"), s.path("app.log.1"));
      s.log("app.log");
      await gaps(1200);
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
      await gaps(50);
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
        await gaps(150);
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
      await gaps(1500);
      held.write(3);
      await s.counted();
      await gaps(1500);
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
      await gaps(1000);
      shift(s);
      s.log("app.log");
      await gaps(1000);
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
      await gaps(1200);
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
        await gaps(60);
      }
    },
  },
  {
    name: "two rotations between two looks",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        for (let i = 0; i < 2; i++) {
          s.log("app.log");
          shift(s);
          s.log("app.log");
        }
      });
    },
  },
  {
    name: "ten rotations between two looks",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        for (let i = 0; i < 10; i++) {
          s.log("app.log");
          shift(s);
          s.log("app.log");
        }
      });
    },
  },
  {
    name: "ten rotations between two looks, by date",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        for (let i = 10; i < 20; i++) {
          s.log("app.log");
          renameSync(s.path("app.log"), s.path(`app.log-202601${i}`));
          s.log("app.log");
        }
      });
    },
  },
  {
    name: "three rotations between two looks, the oldest compressed",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        for (let i = 0; i < 3; i++) {
          s.log("app.log");
          shift(s);
        }
        pack(s, "app.log.3");
        pack(s, "app.log.2");
        s.log("app.log");
      });
    },
  },
  {
    name: "rotations with nothing behind the last rename",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        s.log("app.log");
        shift(s);
        s.log("app.log");
        shift(s);
      });
      await gaps(500);
      s.log("app.log");
    },
  },
  {
    name: "a rotation whose names the glob matches too",
    options: { paths: ["app.log*"] },
    async play(s) {
      await begin(s);
      for (let i = 0; i < 4; i++) {
        s.log("app.log");
        shift(s);
        s.log("app.log");
        await gaps(i % 2 === 0 ? 400 : 0);
      }
    },
  },
  {
    name: "a rotation whose names the glob matches, between two looks",
    options: { paths: ["*"] },
    async play(s) {
      await begin(s);
      await s.paused(() => {
        for (let i = 0; i < 4; i++) {
          s.log("app.log");
          shift(s);
          s.log("app.log");
        }
      });
    },
  },
  {
    name: "rename and rename back",
    async play(s) {
      await begin(s);
      renameSync(s.path("app.log"), s.path("other"));
      s.log("other");
      await gaps(500);
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
        await gaps(i % 2 === 0 ? 500 : 0);
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
  // While the daemon is away
  {
    name: "a rotation while the daemon is stopped",
    async play(s) {
      await begin(s);
      await s.stop();
      s.log("app.log");
      shift(s);
      s.log("app.log");
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
      for (let i = 0; i < 5; i++) {
        s.log("app.log");
        shift(s);
        s.log("app.log");
      }
      await s.start();
    },
  },
  {
    name: "rotations by date while the daemon is stopped",
    async play(s) {
      await begin(s);
      await s.stop();
      for (const date of ["20260103", "20260104", "20260105"]) {
        s.log("app.log");
        renameSync(s.path("app.log"), s.path(`app.log-${date}`));
      }
      s.log("app.log");
      await s.start();
    },
  },
  {
    name: "rotations by a date before the extension while the daemon is stopped",
    async play(s) {
      await begin(s);
      await s.stop();
      for (const date of ["2026-01-03", "2026-01-04", "2026-01-05"]) {
        s.log("app.log");
        renameSync(s.path("app.log"), s.path(`app-${date}.log`));
      }
      s.log("app.log");
      await s.start();
    },
  },
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
  {
    name: "a compressed rotation while the daemon is stopped",
    async play(s) {
      await begin(s, 300);
      await s.stop();
      s.log("app.log", 300);
      shift(s);
      pack(s, "app.log.1");
      s.log("app.log");
      await s.start();
    },
  },
  {
    name: "three compressed rotations and a plain one while the daemon is stopped",
    async play(s) {
      await begin(s, 300);
      await s.stop();
      for (let i = 0; i < 4; i++) {
        s.log("app.log", 100);
        shift(s);
        if (i > 0) pack(s, "app.log.2");
      }
      s.log("app.log");
      await s.start();
    },
  },
  {
    name: "a zstd rotation while the daemon is stopped",
    async play(s) {
      await begin(s, 300);
      await s.stop();
      s.log("app.log", 300);
      writeFileSync(s.path("app.log.1.zst"), zstdCompressSync(readFileSync(s.path("app.log"))));
      unlinkSync(s.path("app.log"));
      s.log("app.log");
      await s.start();
    },
  },
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
      await gaps(900);
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
      await gaps(300);
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
      s.log("app.log");
      shift(s);
      s.log("app.log");
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
      await gaps(50);
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
      await gaps(50);
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
        await gaps(i * 70);
        await s.stop(i % 2 === 0 ? "SIGKILL" : "SIGTERM");
        s.log("app.log", 2);
      }
      await s.start();
    },
  },
  // copytruncate
  {
    name: "copytruncate",
    async play(s) {
      await begin(s);
      for (let i = 0; i < 4; i++) {
        s.log("app.log");
        await s.counted();
        shift(s, "app.log.1");
        copyTruncate(s);
        await gaps(i * 150);
        s.log("app.log");
      }
    },
  },
  {
    name: "copytruncate with an unread tail",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        s.log("app.log", 20);
        copyTruncate(s);
        s.log("app.log", 2);
      });
    },
  },
  {
    name: "copytruncate with an unread tail, and larger than before already",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        s.log("app.log", 20);
        copyTruncate(s);
        s.log("app.log", 60);
      });
    },
  },
  {
    name: "copytruncate twice between two looks",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        s.log("app.log", 20);
        copyTruncate(s, "app.log.2");
        s.log("app.log", 30);
        copyTruncate(s);
        s.log("app.log", 5);
      });
    },
  },
  {
    name: "copytruncate with an unread tail, compressed at once",
    async play(s) {
      await begin(s, 20);
      await s.paused(() => {
        s.log("app.log", 20);
        copyTruncate(s);
        pack(s, "app.log.1");
        s.log("app.log", 2);
      });
    },
  },
  {
    name: "copytruncate by date, with an unread tail",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        s.log("app.log", 20);
        copyTruncate(s, "app.log-20260105");
        s.log("app.log", 2);
      });
    },
  },
  {
    name: "copytruncate while the daemon is stopped",
    async play(s) {
      await begin(s);
      await s.stop();
      s.log("app.log", 20);
      copyTruncate(s);
      s.log("app.log", 2);
      await s.start();
    },
  },
  {
    name: "copytruncate while the daemon is stopped, larger than before already",
    async play(s) {
      await begin(s);
      await s.stop();
      s.log("app.log", 20);
      copyTruncate(s);
      s.log("app.log", 60);
      await s.start();
    },
  },
  {
    name: "copytruncate twice while the daemon is stopped",
    async play(s) {
      await begin(s);
      await s.stop();
      s.log("app.log", 20);
      copyTruncate(s, "app.log.2");
      s.log("app.log", 30);
      copyTruncate(s);
      s.log("app.log", 5);
      await s.start();
    },
  },
  {
    name: "copytruncate whose copies the glob matches too",
    options: { paths: ["app.log*"] },
    async play(s) {
      await begin(s);
      for (let i = 0; i < 4; i++) {
        s.log("app.log");
        await s.counted();
        shift(s, "app.log.1");
        copyTruncate(s);
        await gaps(i % 2 === 0 ? 600 : 0);
        s.log("app.log");
      }
    },
  },
  // Truncating, rewriting
  {
    name: "a file that is truncated and begins anew",
    async play(s) {
      await begin(s);
      for (let i = 1; i < 5; i++) {
        truncateSync(s.path("app.log"));
        if (i % 2 === 0) await gaps(400);
        s.log("app.log", i);
        await s.counted();
      }
    },
  },
  {
    name: "a file that is truncated and larger than before when it is looked at",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        truncateSync(s.path("app.log"));
        s.log("app.log", 30);
      });
    },
  },
  {
    name: "a file that is truncated and exactly as large as before",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        s.put("app.log", s.writer.lines(4));
      });
    },
  },
  {
    name: "a file that is written anew in place, small, large and small again",
    async play(s) {
      await begin(s);
      for (const lines of [1, 50, 3, 100]) {
        s.put("app.log", s.writer.lines(lines));
        await s.counted();
      }
    },
  },
  {
    name: "a file that is written anew while the daemon is stopped, smaller",
    async play(s) {
      await begin(s, 20);
      await s.stop();
      s.put("app.log", s.writer.lines(3));
      await s.start();
    },
  },
  {
    name: "a file that is written anew while the daemon is stopped, larger",
    async play(s) {
      await begin(s);
      await s.stop();
      s.put("app.log", s.writer.lines(40));
      await s.start();
    },
  },
  {
    name: "a file that an editor saves: a new inode with the same text and more",
    async play(s) {
      await begin(s, 20);
      for (let i = 0; i < 3; i++) {
        copyFileSync(s.path("app.log"), s.path("app.tmp"));
        s.log("app.tmp", 2);
        renameSync(s.path("app.tmp"), s.path("app.log"));
        await s.counted();
      }
    },
  },
  {
    name: "a file that is replaced by one with other text",
    async play(s) {
      await begin(s);
      for (let i = 0; i < 3; i++) {
        s.log("app.tmp", 6);
        renameSync(s.path("app.tmp"), s.path("app.log"));
        await s.counted();
      }
    },
  },
  // Links
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
      await gaps(300);
      s.log("target");
      s.log("target2");
      await gaps(300);
      s.log("target");
      s.log("target2");
    },
  },
  // Deleting
  {
    name: "a deleted file whose writer goes on",
    async play(s) {
      await begin(s);
      const held = s.writer.open(s.path("app.log"));
      unlinkSync(s.path("app.log"));
      for (let i = 0; i < 4; i++) {
        held.write(2);
        await gaps(150);
      }
      s.log("app.log");
      held.write(2);
      held.close();
    },
  },
  {
    name: "a file that is deleted and made anew at once, again and again",
    async play(s) {
      await begin(s);
      for (let i = 0; i < 10; i++) {
        s.log("app.log", 2);
        if (i % 3 === 0) await s.counted();
        else await gaps(450);
        unlinkSync(s.path("app.log"));
        s.log("app.log", 4);
        await s.counted();
      }
    },
  },
  {
    name: "a file that is deleted with unread lines while the daemon holds it",
    async play(s) {
      await begin(s);
      await s.paused(() => {
        s.log("app.log", 30);
        unlinkSync(s.path("app.log"));
        s.log("app.log", 3);
      });
    },
  },
  {
    name: "a file that is made anew with its old inode number while the daemon is stopped",
    async play(s) {
      await begin(s);
      await s.stop();
      unlinkSync(s.path("app.log"));
      s.log("app.log", 30);
      await s.start();
    },
  },
  {
    name: "a directory that is moved away and made anew",
    options: { paths: ["d/app.log"] },
    async play(s) {
      mkdirSync(s.path("d"));
      s.put("d/app.log");
      await s.start();
      s.log("d/app.log");
      await s.counted();
      s.log("d/app.log");
      renameSync(s.path("d"), s.path("d.old"));
      await gaps(300);
      s.log("d.old/app.log");
      mkdirSync(s.path("d"));
      s.log("d/app.log");
      await s.counted();
      rmSync(s.path("d"), { recursive: true });
      await gaps(300);
      mkdirSync(s.path("d"));
      s.log("d/app.log");
    },
  },
  // Names
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
  // Coming and going
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
      await gaps(300);
      mkdirSync(s.path("a/b/c"), { recursive: true });
      s.log("a/b/c/x.log");
    },
  },
  {
    name: "a path whose parents come later",
    options: { paths: ["x/y/app.log", "g/*/app.log"] },
    async play(s) {
      await s.start();
      await gaps(200);
      mkdirSync(s.path("x"));
      await gaps(200);
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
      await gaps(400);
      unlinkSync(s.path("app.log"));
      s.log("app.log");
    },
  },
  // Bytes
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
          await gaps(5);
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
      const { openSync, writeSync, closeSync, statSync } = await import("node:fs");
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
      await gaps(300);
      s.log("app.log");
    },
  },
  {
    name: "space that is allocated in advance and filled piece by piece",
    async play(s) {
      await s.start();
      s.put("app.log");
      truncateSync(s.path("app.log"), 2 ** 20);
      const { openSync, writeSync, closeSync } = await import("node:fs");
      const fd = openSync(s.path("app.log"), "r+");
      let at = 0;
      for (let i = 0; i < 10; i++) {
        at += writeSync(fd, s.writer.lines(3), at);
        await gaps(60);
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
      await gaps(600);
      await s.restart("SIGKILL");
      await gaps(300);
      const before = s.writer.written;
      appendFileSync(s.path("app.log"), s.writer.lines(1));
      s.writer.written = before;
      s.log("app.log");
    },
  },
  // Wrappers
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
          await gaps(600);
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
          await gaps(600);
          if (act === "rotate" || act === "both") shift(s);
          if (act === "kill" || act === "both") await s.restart("SIGKILL");
        }
        await s.counted();
      }
    },
  },
];
