// The tables, and how a database of an older version becomes one of this version. Forward only: a step is never
// edited once released, only added to.

import type { DatabaseSync } from "node:sqlite";

/** "RVKW": tells our database from any other SQLite file that got our name. */
export const APPLICATION_ID = 0x52_56_4b_57;

/** Step i brings version i to version i + 1. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE positions (
     source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
     PRIMARY KEY (source, key)) STRICT, WITHOUT ROWID;
   CREATE TABLE groups (
     rule TEXT NOT NULL, labels TEXT NOT NULL, snapshot BLOB NOT NULL, events_total INTEGER NOT NULL,
     PRIMARY KEY (rule, labels)) STRICT;
   CREATE TABLE documents (
     born INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL,
     UNIQUE (kind, id)) STRICT;`,
];

/** The version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The version of an open database: 0 for one without any table of ours. */
export function versionOf(db: DatabaseSync): number {
  return pragmaNumber(db, "user_version");
}

/** True when the file is ours, or empty and so free to become ours. */
export function isOurs(db: DatabaseSync): boolean {
  if (pragmaNumber(db, "application_id") === APPLICATION_ID) return true;
  return db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"] === 0;
}

/** Runs the missing steps, each in a transaction of its own, so that a crash between two leaves a whole version. */
export function migrate(db: DatabaseSync): void {
  for (let version = versionOf(db); version < SCHEMA_VERSION; version += 1) {
    db.exec(
      `BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA application_id = ${APPLICATION_ID};
       PRAGMA user_version = ${version + 1}; COMMIT;`,
    );
  }
}

function pragmaNumber(db: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
