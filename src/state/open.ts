// Opens the state: takes the directory, brings the schema up to date, and moves aside whatever is no whole database of
// ours, so that a damaged file at night costs what it knew and not the alerts.

import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MAX_DATABASE_BYTES, StateDatabase } from "./database.ts";
import { createPrivately, moveAside, prepareDirectory, removeDatabase, standing } from "./directory.ts";
import { lockDirectory } from "./lock.ts";
import { isOurs, migrate, SCHEMA_VERSION, versionOf } from "./schema.ts";
import { isDamage, sqliteCode } from "./sqlite-error.ts";
import { StateError } from "./state-error.ts";

/** The database's name in the state directory. */
export const DATABASE_NAME = "revokewatch.db";

/** The write-ahead log is cut back to this after a checkpoint. */
const WAL_KEEP_BYTES = 4 * 2 ** 20;

/**
 * Nobody else opens the file while we live. SQLite then keeps the index of the write-ahead log in memory instead of in a
 * shared file, whose 32 KiB a full disk refuses: measured, a restart on a full disk failed for want of them.
 */
const ALONE = "PRAGMA locking_mode = EXCLUSIVE;";

/**
 * NORMAL: a killed process loses nothing; a power cut may lose the last commits, but state and positions go back
 * together, so that the lines are simply read again. Full sync costs five times as much per commit.
 */
const PRAGMAS = `${ALONE} PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;
  PRAGMA journal_size_limit = ${WAL_KEEP_BYTES};`;

/**
 * Opens the state database.
 * @param directory absolute or relative path, made with mode 0700 when missing; null keeps everything in memory.
 * @param nowMs wall time, milliseconds since the epoch.
 * @param maxBytes bound of the database file; default 512 MiB. Above it commits fail as on a full disk.
 * @throws StateError when the directory cannot be used; the caller exits 73.
 */
export function openState(
  directory: string | null,
  nowMs: number,
  maxBytes: number = MAX_DATABASE_BYTES,
): StateDatabase {
  if (directory === null) return inMemory(nowMs, maxBytes);
  const folder = resolve(directory);
  const path = join(folder, DATABASE_NAME);
  const openToAll = prepareDirectory(folder);
  using held = new DisposableStack();
  try {
    held.use(lockDirectory(folder, nowMs));
    const notices = openToAll === null ? [] : [openToAll];
    const damage = damageOf(path);
    if (damage !== null) {
      const aside = moveAside(path, nowMs);
      notices.push(
        `The state in ${path} is ${damage}; it was moved to ${aside}, and revokewatch starts afresh`,
      );
    }
    const db = held.adopt(connectOrCreate(path), (open) => {
      if (open.isOpen) open.close();
    });
    // From here on the database closes itself and then gives the lock back.
    const state = new StateDatabase(db, nowMs, maxBytes, notices, () => release.dispose());
    const release = held.move();
    return state;
  } catch (cause) {
    if (cause instanceof StateError) throw cause;
    const detail = sqliteCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new StateError("failed", `Cannot open the state database ${path}: ${detail}`, { cause });
  }
}

function inMemory(nowMs: number, maxBytes: number): StateDatabase {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  return new StateDatabase(db, nowMs, maxBytes, [], () => undefined);
}

function connectOrCreate(path: string): DatabaseSync {
  const isNew = standing(path) === null;
  try {
    createPrivately(path);
    return connect(path, (db) => {
      db.exec(PRAGMAS);
      migrate(db);
    });
  } catch (error) {
    // A half-made file would look damaged to the next start, which would move it aside, and the next one its own: on a
    // full disk under a service manager one file every few seconds.
    if (isNew) removeDatabase(path);
    throw error;
  }
}

function connect(path: string, prepare: (db: DatabaseSync) => void): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    prepare(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Says in a few words why the file is no database that we could go on with; null when it is, or when there is none.
 * @throws StateError `newer`: such a file is whole, and another program's memory.
 */
function damageOf(path: string): string | null {
  const stands = standing(path);
  if (stands === null) return null;
  if (!stands.isFile()) return "not a regular file";
  if (stands.size === 0) return "empty";
  let db: DatabaseSync | undefined;
  try {
    // Without the other pragmas: they would already write into what may be another program's file.
    db = connect(path, (opened) => opened.exec(ALONE));
    if (!isOurs(db)) return "a database of another program";
    const version = versionOf(db);
    if (version > SCHEMA_VERSION) {
      throw new StateError(
        "newer",
        `The state in ${path} was written by a newer revokewatch: schema ${version}, this one knows up to ` +
          `${SCHEMA_VERSION}. Start that version, or give another state directory`,
      );
    }
    const [finding] = db.prepare("PRAGMA quick_check(1)").all();
    return finding?.["quick_check"] === "ok" ? null : "damaged (quick_check)";
  } catch (error) {
    if (isDamage(error)) return `damaged (${sqliteCode(error)})`;
    throw error;
  } finally {
    db?.close();
  }
}
