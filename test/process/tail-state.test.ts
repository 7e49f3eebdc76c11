// What happens to the state directory happens to the real process: it starts again after any damage, counts go on from
// what was committed, and only what a person must decide refuses the start.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { Stage } from "./tail-stage.ts";

const DAMAGES: readonly { name: string; damage(path: string): void }[] = [
  { name: "overwritten with noise", damage: (path) => writeFileSync(path, Buffer.alloc(9000, 0xa7)) },
  { name: "all NUL", damage: (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length)) },
  { name: "empty", damage: (path) => truncateSync(path) },
  { name: "torn", damage: (path) => truncateSync(path, 6000) },
  {
    name: "noise in its middle",
    damage(path) {
      const fd = openSync(path, "r+");
      writeSync(fd, Buffer.alloc(8192, 0x5a), 0, 8192, 4096);
      closeSync(fd);
    },
  },
  {
    name: "a database of another program",
    damage(path) {
      rmSync(path);
      const db = new DatabaseSync(path);
      db.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
      db.close();
    },
  },
];

describe("the state of the real process", () => {
  for (const { name, damage } of DAMAGES) {
    it(`is moved aside when it is ${name}, and the daemon starts afresh`, async () => {
      await using s = new Stage({ watch: "off" });
      s.put("app.log");
      await s.start();
      s.log("app.log", 5);
      await s.counted();
      await s.stop();
      for (const file of readdirSync(s.state)) if (file.endsWith("-wal")) rmSync(join(s.state, file));
      damage(join(s.state, "revokewatch.db"));
      await s.start();
      assert.ok(
        readdirSync(s.state).some((file) => file.includes(".corrupt-")),
        "it is kept for a person",
      );
      s.writer.written = 0;
      s.log("app.log", 3);
      await s.counted();
    });
  }

  it("refuses a database that a newer version wrote, and leaves it as it is", async () => {
    await using s = new Stage({ watch: "off" });
    s.put("app.log");
    await s.start();
    await s.stop();
    const path = join(s.state, "revokewatch.db");
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 9999");
    db.close();
    const before = readFileSync(path);
    s.launch();
    const { code, stderr } = await s.daemon.finished();
    assert.equal(code, 73);
    assert.match(stderr, /newer revokewatch/);
    assert.ok(readFileSync(path).equals(before));
  });

  it("goes on counting while the disk is full, and saves when there is room again", async (t) => {
    if (process.getuid?.() !== 0) return t.skip("only root can mount a small disk");
    await using s = new Stage({ watch: "off" });
    s.put("app.log");
    execFileSync("mkdir", ["-p", s.state]);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", s.state]);
    try {
      await s.start();
      s.log("app.log", 5);
      await s.counted();
      const ballast = join(s.state, "ballast");
      const fd = openSync(ballast, "w");
      try {
        for (;;) writeSync(fd, Buffer.alloc(4096, 1));
      } catch {
        closeSync(fd);
      }
      for (let i = 0; i < 40; i++) s.log("app.log", 50);
      // Alerting goes on from memory.
      await s.counted();
      await s.daemon.until("a save that fails", async () => !(await s.status()).state_saved);
      rmSync(ballast);
      await s.daemon.until("a save", async () => (await s.status()).state_saved);
      await s.restart("SIGKILL");
      s.log("app.log", 2);
      await s.counted();
    } finally {
      await s.stop("SIGKILL");
      execFileSync("umount", ["-l", s.state]);
    }
  });

  it("refuses to start on a read-only disk, and goes on where it was once it can write", async (t) => {
    if (process.getuid?.() !== 0) return t.skip("only root can mount a small disk");
    await using s = new Stage({ watch: "off" });
    s.put("app.log");
    execFileSync("mkdir", ["-p", s.state]);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", s.state]);
    try {
      await s.start();
      s.log("app.log", 5);
      await s.counted();
      await s.stop();
      execFileSync("mount", ["-o", "remount,ro", s.state]);
      s.launch();
      const { code, stderr } = await s.daemon.finished();
      assert.equal(code, 73, stderr);
      execFileSync("mount", ["-o", "remount,rw", s.state]);
      await s.start();
      s.log("app.log", 2);
      await s.counted();
    } finally {
      await s.stop("SIGKILL");
      execFileSync("umount", ["-l", s.state]);
    }
  });

  it("belongs to one daemon: a second one is refused and disturbs nothing", async () => {
    await using s = new Stage({ watch: "off" });
    s.put("app.log");
    await s.start();
    s.log("app.log", 2);
    const { code, stderr } = await s.second();
    assert.equal(code, 73);
    assert.match(stderr, /in use by another revokewatch/);
    s.log("app.log", 2);
    await s.counted();
  });
});
