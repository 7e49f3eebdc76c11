import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeEach, afterEach, describe, it } from "node:test";
import { SilenceFiles } from "../../src/app/silence-files.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";

const SILENCE = `name: chg-17
match: ["service=billing"]
starts: 2026-05-25T12:00:00Z
ends: 2026-05-25T14:00:00Z
comment: CHG-17
`;

describe("the folder of silences", () => {
  let folder: TempFolder;
  let told: string[];
  let files: SilenceFiles;
  const names = (): string[] => files.specs.map(({ name }) => name);

  beforeEach(() => {
    folder = tempFolder();
    mkdirSync(folder.join("silences.d"), { mode: 0o700 });
    told = [];
    files = new SilenceFiles(folder.join("silences.d"), ["service"], (file, finding) =>
      told.push(`${file.slice(folder.join("").length)}: ${finding}`),
    );
  });
  afterEach(() => folder[Symbol.dispose]());

  const put = (path: string, mode = 0o600): void => {
    writeFileSync(folder.join(path), SILENCE);
    chmodSync(folder.join(path), mode);
  };

  const modes: readonly (readonly [mode: number, used: boolean])[] = [
    [0o600, true],
    [0o400, true],
    [0o644, true],
    [0o620, false],
    [0o602, false],
    [0o666, false],
  ];
  for (const [mode, used] of modes) {
    it(`${used ? "uses" : "refuses"} a file of mode ${mode.toString(8)}`, async () => {
      put("silences.d/a.yaml", mode);
      await files.look();
      assert.deepEqual([names(), told.length], used ? [["chg-17"], 0] : [[], 1]);
    });

    it(`${used ? "uses" : "refuses"} a link to a file of mode ${mode.toString(8)}, as a ConfigMap is mounted`, async () => {
      put("elsewhere", mode);
      symlinkSync(folder.join("elsewhere"), folder.join("silences.d/a.yaml"));
      await files.look();
      assert.deepEqual([names(), told.length], used ? [["chg-17"], 0] : [[], 1]);
    });
  }

  for (const mode of [0o770, 0o777, 0o1777]) {
    it(`uses nothing of a folder of mode ${mode.toString(8)}, and says so once`, async () => {
      put("silences.d/a.yaml");
      await files.look();
      assert.deepEqual(names(), ["chg-17"]);
      chmodSync(folder.join("silences.d"), mode);
      assert.equal(await files.look(), true);
      await files.look();
      assert.deepEqual(names(), []);
      assert.equal(told.length, 1);
      assert.match(told[0] ?? "", /only its owner can write/);
      chmodSync(folder.join("silences.d"), 0o700);
      await files.look();
      assert.deepEqual(names(), ["chg-17"]);
    });
  }

  it("is held up by no pipe, no folder and no link to nowhere, and takes no hidden or other file", async () => {
    execFileSync("mkfifo", [folder.join("silences.d/pipe.yaml")]);
    mkdirSync(folder.join("silences.d/dir.yaml"));
    symlinkSync("/nonexistent", folder.join("silences.d/gone.yaml"));
    symlinkSync("/dev/zero", folder.join("silences.d/zero.yaml"));
    put("silences.d/.hidden.yaml");
    put("silences.d/a.yaml~");
    put("silences.d/b.yml");
    await files.look();
    assert.deepEqual([names(), told], [["chg-17"], []]);
    rmSync(folder.join("silences.d/b.yml"));
    await files.look();
    assert.deepEqual(names(), []);
  });

  it("uses 256 files, and says once that there are more", async () => {
    for (let n = 0; n <= 256; n++) put(`silences.d/${String(n).padStart(3, "0")}.yaml`);
    await files.look();
    await files.look();
    assert.equal(files.specs.length, 256);
    assert.deepEqual(told, [
      "/silences.d: expected at most 256 files of silences, found 257: none from 256.yaml on is used",
    ]);
  });

  it("need not be there", async () => {
    rmSync(folder.join("silences.d"), { recursive: true });
    assert.equal(await files.look(), false);
    assert.deepEqual([names(), told], [[], []]);
  });
});
