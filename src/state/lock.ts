// One daemon for one state directory. The lock is SQLite's on a file of its own, so the kernel frees it the moment the
// holder dies, by SIGKILL too; a second plain file only says who holds it.

import { closeSync, constants, openSync, readFileSync, rmSync, truncateSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPrivately, standing } from "./directory.ts";
import { isDamage, sqliteCode } from "./sqlite-error.ts";
import { StateError } from "./state-error.ts";

const HOLDER_FLAGS = constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY | constants.O_NOFOLLOW;

/**
 * Takes the directory's lock for the life of this process.
 * @throws StateError `locked`, naming the holder; `failed` where the file system cannot lock.
 */
export function lockDirectory(directory: string, nowMs: number): Disposable {
  const path = join(directory, "lock.db");
  const holderPath = join(directory, "lock.holder");
  const stands = standing(path);
  // Whatever is no plain file cannot be our lock, and a link must not lead us elsewhere.
  if (stands !== null && !stands.isFile()) rmSync(path, { recursive: true });
  createPrivately(path);
  const db = takeExclusively(path, directory, holderPath);
  writeHolder(holderPath, nowMs);
  return {
    [Symbol.dispose]() {
      rmSync(holderPath, { force: true });
      db.close();
    },
  };
}

function takeExclusively(path: string, directory: string, holderPath: string): DatabaseSync {
  for (let attempt = 0; ; attempt += 1) {
    const db = new DatabaseSync(path);
    try {
      // Without a journal in memory SQLite would leave an empty lock.db-journal behind a kill.
      db.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
      return db;
    } catch (cause) {
      db.close();
      if (isDamage(cause) && attempt === 0) {
        // Garbage after a power cut. It was readable, so nobody holds the lock, and the inode stays the same: a daemon
        // that starts in this very moment meets us on it.
        truncateSync(path, 0);
        continue;
      }
      if (sqliteCode(cause) === "SQLITE_BUSY") {
        const message = `The state directory ${directory} is in use by another revokewatch${holder(holderPath)}`;
        throw new StateError("locked", message, { cause });
      }
      const detail = sqliteCode(cause) ?? String(cause);
      throw new StateError("failed", `Cannot lock the state directory ${directory}: ${detail}`, { cause });
    }
  }
}

/** The words about the holder are a help, never a condition: a full disk must not stop the daemon here. */
function writeHolder(path: string, nowMs: number): void {
  try {
    const fd = openSync(path, HOLDER_FLAGS, 0o600);
    try {
      writeSync(fd, `process ${process.pid} on ${hostname()} since ${new Date(nowMs).toISOString()}\n`);
    } finally {
      closeSync(fd);
    }
  } catch {
    rmSync(path, { force: true });
  }
}

function holder(path: string): string {
  try {
    const text = readFileSync(path, "utf8").trim();
    return /^process \d+ on [\w.-]+ since [\w:.-]+$/.test(text) ? `: ${text}` : "";
  } catch {
    return "";
  }
}
