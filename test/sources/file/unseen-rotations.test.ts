import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, renameSync, truncateSync, unlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { TailRig } from "./tail-rig.ts";

const KEPT = 9;
/** Longer than the print of a file's first bytes: only what stands behind it tells two logs apart. */
const HEADER = "# the same header in every file\n".repeat(60);
/** r: rename and create, c: copytruncate. All of one case happen between two looks. */
const SEQUENCES = ["r", "c", "rr", "rc", "cr", "cc", "crc", "rcr", "rccr", "crrc", "crcrcr", "rcrcrc"];

describe("rotations that nobody looked between", () => {
  for (const [name, header, read] of [
    ["when lines had been read before", "", true],
    ["when nothing had been read yet", "", false],
    ["when all files begin alike", HEADER, true],
    ["when all files begin alike and nothing had been read yet", HEADER, false],
  ] as const) {
    for (const sequence of SEQUENCES) {
      it(`lose nothing and repeat nothing over ${sequence}, ${name}`, async () => {
        await using rig = new TailRig();
        const written: string[] = [];
        const write = (): void => {
          for (let i = 0; i < 2; i++) written.push(`${written.length} ${"-".repeat(90)}`);
          rig.append("app.log", `${written.slice(-2).join("\n")}\n`);
        };
        rig.write("app.log", "");
        await rig.follow();
        const fill = (): void => rig.append("app.log", header);
        if (read) {
          fill();
          write();
          await lines(rig, written);
        }
        // Apart from the last look for longer than change times are coarse.
        await delay(80);
        if (!read) fill();
        write();
        for (const act of sequence) {
          for (let n = KEPT; n >= 1; n--) {
            const from = rig.path(`app.log.${n}`);
            if (existsSync(from)) renameSync(from, rig.path(`app.log.${n + 1}`));
          }
          if (act === "r") {
            renameSync(rig.path("app.log"), rig.path("app.log.1"));
            rig.write("app.log", "");
          } else {
            copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
            truncateSync(rig.path("app.log"));
          }
          fill();
          write();
        }
        assert.deepEqual(await lines(rig, written), written, rig.facts.join("\n"));
      });
    }
  }

  for (const watch of ["off", "auto"]) {
    it(`give each line once when the copy was compressed before it was seen, with watch: ${watch}`, async () => {
      await using rig = new TailRig();
      const written: string[] = [];
      const write = (count: number): void => {
        for (let i = 0; i < count; i++) {
          written.push(`${written.length} ${"-".repeat(90)}`);
          rig.append("app.log", `${written.at(-1)}\n`);
        }
      };
      rig.write("app.log", "");
      await rig.follow({ watch, poll: "200ms" });
      write(50);
      await lines(rig, written);
      for (const older of [0, 1, 2]) {
        write(20);
        for (let n = older; n >= 1; n--) {
          renameSync(rig.path(`app.log.${n}.gz`), rig.path(`app.log.${n + 1}.gz`));
        }
        copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
        truncateSync(rig.path("app.log"));
        execFileSync("gzip", [rig.path("app.log.1")]);
        write(5);
        assert.deepEqual(await lines(rig, written), written, rig.facts.join("\n"));
      }
    });
  }
});

describe("a copy that is seen before its log is truncated", () => {
  for (const before of ["", "r", "c", "rc", "cr", "cc"]) {
    for (const read of [true, false]) {
      it(`is counted once after ${before || "no rotation"}, ${read ? "with" : "without"} lines read`, async () => {
        await using rig = new TailRig();
        const written: string[] = [];
        const write = (): void => {
          written.push(`${written.length} ${"-".repeat(90)}`);
          rig.append("app.log", `${written.at(-1)}\n`);
        };
        const shift = (): void => {
          for (let n = KEPT; n >= 1; n--) {
            const from = rig.path(`app.log.${n}`);
            if (existsSync(from)) renameSync(from, rig.path(`app.log.${n + 1}`));
          }
        };
        rig.write("app.log", "");
        await rig.follow();
        if (read) {
          write();
          await lines(rig, written);
        }
        await delay(80);
        write();
        for (const act of before) {
          shift();
          if (act === "r") {
            renameSync(rig.path("app.log"), rig.path("app.log.1"));
            rig.write("app.log", "");
          } else {
            copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
            truncateSync(rig.path("app.log"));
          }
          write();
        }
        shift();
        copyFileSync(rig.path("app.log"), rig.path("app.log.1"));
        await delay(60);
        truncateSync(rig.path("app.log"));
        write();
        assert.deepEqual(await lines(rig, written), written, rig.facts.join("\n"));
      });
    }
  }
});

describe("logs whose lines are all the same", () => {
  for (const sequence of ["r", "rr", "rrr", "rrrrr"]) {
    it(`are counted over ${sequence} between two looks`, async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow({ poll: "300ms" });
      const line = `${"the same ".repeat(20)}\n`;
      rig.append("app.log", line.repeat(2));
      await rig.settle(2);
      await delay(80);
      for (const [i] of [...sequence].entries()) {
        for (let n = i; n >= 1; n--) renameSync(rig.path(`app.log.${n}`), rig.path(`app.log.${n + 1}`));
        renameSync(rig.path("app.log"), rig.path("app.log.1"));
        // Files that come within one tick of the kernel's clock are of the same age.
        await delay(20);
        rig.write("app.log", line.repeat(2));
      }
      const lines = await rig.settle(2 + 2 * sequence.length);
      assert.equal(lines.length, 2 + 2 * sequence.length, rig.facts.join("\n"));
    });
  }
});

describe("what is missing after a restart", () => {
  for (const [name, act, fact] of [
    ["a file that is gone", (rig: TailRig) => unlinkSync(rig.path("app.log")), "gap"],
    [
      "a file that begins anew",
      (rig: TailRig) => truncateSync(rig.path("app.log")),
      "rotated app.log truncate",
    ],
  ] as const) {
    it(`is said once, not at every restart: ${name}`, async () => {
      await using rig = new TailRig();
      rig.write("app.log", "");
      await rig.follow();
      rig.append("app.log", "1 one\n2 two\n");
      await lines(rig, ["1 one", "2 two"]);
      await rig.stop();
      act(rig);
      rig.append("app.log", "3\n");
      for (let start = 0; start < 3; start++) {
        await rig.follow();
        await lines(rig, ["1 one", "2 two", "3"]);
        await rig.stop();
      }
      assert.equal(rig.facts.filter((one) => one.startsWith(fact)).length, 1, rig.facts.join("\n"));
      assert.deepEqual(rig.lines, ["1 one", "2 two", "3"]);
    });
  }

  it("is not said of a rotated file that was read to its end and removed", async () => {
    await using rig = new TailRig();
    rig.write("app.log", "1\n");
    await rig.follow({ from: "beginning" });
    await lines(rig, ["1"]);
    renameSync(rig.path("app.log"), rig.path("app.log.1"));
    rig.write("app.log", "2\n");
    await lines(rig, ["1", "2"]);
    await rig.stop();
    unlinkSync(rig.path("app.log.1"));
    await rig.follow();
    assert.deepEqual(
      rig.facts.filter((one) => one.startsWith("gap")),
      [],
    );
  });

  it("is read on when the file turns up again", async () => {
    await using rig = new TailRig();
    rig.write("app.log", "");
    await rig.follow();
    rig.append("app.log", "1 one\n2 two\n");
    await lines(rig, ["1 one", "2 two"]);
    await rig.stop();
    renameSync(rig.path("app.log"), rig.path("elsewhere"));
    mkdirSync(rig.path("away"));
    renameSync(rig.path("elsewhere"), rig.path("away/app.log"));
    await rig.follow();
    rig.append("away/app.log", "3\n");
    renameSync(rig.path("away/app.log"), rig.path("app.log"));
    assert.deepEqual(await lines(rig, ["1 one", "2 two", "3"]), ["1 one", "2 two", "3"]);
  });
});

/** The numbered lines, sorted, once as many came as were written, or none come any more. */
async function lines(rig: TailRig, written: readonly string[]): Promise<string[]> {
  const numbered = (): string[] => rig.lines.filter((line) => !line.startsWith("#"));
  await rig.until(() => numbered().length >= written.length);
  await delay(60);
  return numbered().sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}
