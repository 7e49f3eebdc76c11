import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { openState } from "../../src/state/open.ts";
import { StateError } from "../../src/state/state-error.ts";
import { tempFolder } from "../support/temp-folder.ts";
import type { TempFolder } from "../support/temp-folder.ts";

const NOW = Date.UTC(2026, 4, 25, 12, 34, 56);
const ASIDE = "revokewatch.db.corrupt-20260525T123456.000Z";

/** A whole database with one document, as a daemon leaves it. */
function leaveState(folder: TempFolder): string {
  const state = openState(folder.path, NOW);
  state.commit({ documents: [{ kind: "incident", id: "i", data: "x".repeat(50_000) }] });
  state.close();
  return folder.join("revokewatch.db");
}

const refused = (refusal: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StateError);
  assert.equal(error.refusal, refusal);
  assert.match(error.message, words);
  return true;
};

describe("openState", () => {
  it("makes a private directory with private files", () => {
    using folder = tempFolder();
    const directory = folder.join("deep", "state");
    const state = openState(directory, NOW);
    state.commit({ atMs: NOW });
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    for (const name of readdirSync(directory)) {
      assert.equal(statSync(`${directory}/${name}`).mode & 0o777, 0o600, name);
    }
    assert.deepEqual(state.notices, []);
    state.close();
    assert.deepEqual(readdirSync(directory).toSorted(), ["lock.db", "revokewatch.db"]);
  });

  const damages: readonly [string, (path: string) => void][] = [
    ["all NUL", (path) => writeFileSync(path, new Uint8Array(16_384))],
    ["text of another program", (path) => writeFileSync(path, "not a database\n".repeat(1000))],
    ["cut off in the middle", (path) => writeFileSync(path, readFileSync(path).subarray(0, 20_000))],
    ["cut off to nothing", (path) => writeFileSync(path, "")],
    [
      "damaged inside",
      (path) => {
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.fill(0xa5, 4096, 12_288));
      },
    ],
    [
      "another program's database",
      (path) => {
        writeFileSync(path, "");
        const db = new DatabaseSync(path);
        db.exec("CREATE TABLE theirs (a)");
        db.close();
      },
    ],
  ];
  for (const [damage, inflict] of damages) {
    it(`moves a file that is ${damage} aside, says so and starts afresh`, () => {
      using folder = tempFolder();
      const path = leaveState(folder);
      inflict(path);
      const before = readFileSync(path);
      const state = openState(folder.path, NOW);
      assert.equal(state.firstStart, true);
      assert.equal(state.notices.length, 1);
      assert.match(state.notices[0] ?? "", new RegExp(ASIDE.replaceAll(".", "\\.")));
      assert.deepEqual(readFileSync(folder.join(ASIDE)), before, "the old bytes are kept as they were");
      assert.deepEqual(state.commit({ atMs: NOW }), { ok: true });
      state.close();
    });
  }

  it("keeps both when two damaged files fall into one millisecond", () => {
    using folder = tempFolder();
    for (const text of ["one", "two"]) {
      writeFileSync(folder.join("revokewatch.db"), text);
      openState(folder.path, NOW).close();
    }
    assert.equal(readFileSync(folder.join(ASIDE), "utf8"), "one");
    assert.equal(readFileSync(folder.join(`${ASIDE}-1`), "utf8"), "two");
  });

  it("does not write through a link that stands in the database's place", () => {
    using folder = tempFolder();
    using elsewhere = tempFolder();
    const target = elsewhere.join("victim");
    writeFileSync(target, "precious");
    symlinkSync(target, folder.join("revokewatch.db"));
    symlinkSync(target, folder.join("lock.db"));
    symlinkSync(target, folder.join("lock.holder"));
    const state = openState(folder.path, NOW);
    assert.match(state.notices.join(), /not a regular file/);
    state.close();
    assert.equal(readFileSync(target, "utf8"), "precious");
  });

  it("refuses a newer schema and leaves it untouched", () => {
    using folder = tempFolder();
    const path = leaveState(folder);
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99");
    db.close();
    const before = readFileSync(path);
    assert.throws(() => openState(folder.path, NOW), refused("newer", /schema 99, this one knows up to 1/));
    assert.deepEqual(readFileSync(path), before);
  });

  it("refuses a directory that another daemon holds, and names the holder", () => {
    using folder = tempFolder();
    const first = openState(folder.path, NOW);
    const words = new RegExp(
      `in use by another revokewatch: process ${process.pid} on .* since 2026-05-25T12:34:56`,
    );
    assert.throws(() => openState(folder.path, NOW), refused("locked", words));
    first.close();
    openState(folder.path, NOW).close();
  });

  it("starts over garbage in the lock file", () => {
    using folder = tempFolder();
    writeFileSync(folder.join("lock.db"), "x".repeat(5000));
    openState(folder.path, NOW).close();
  });

  it("refuses a file in the directory's place", () => {
    using folder = tempFolder();
    writeFileSync(folder.join("state"), "");
    assert.throws(
      () => openState(folder.join("state"), NOW),
      refused("directory", /Cannot create .*\/state: .*EEXIST/),
    );
  });

  it("refuses a directory that cannot be made", () => {
    assert.throws(
      () => openState("/proc/none/state", NOW),
      refused("directory", /\/proc\/none\/state.*ENOENT/),
    );
  });

  it("leaves no half-made database behind when it cannot make one", () => {
    using folder = tempFolder();
    mkdirSync(folder.join("revokewatch.db-wal"));
    assert.throws(
      () => openState(folder.path, NOW),
      refused("failed", /Cannot open the state database .*SQLITE_/),
    );
    assert.deepEqual(readdirSync(folder.path).toSorted(), ["lock.db", "revokewatch.db-wal"]);
  });

  it("says when every user can write in the directory", () => {
    using folder = tempFolder();
    mkdirSync(folder.join("open"));
    chmodSync(folder.join("open"), 0o777);
    const state = openState(folder.join("open"), NOW);
    assert.match(state.notices.join(), /can be written by every user \(mode 777\)/);
    state.close();
  });
});
