// The one database: positions, detector groups, incidents, outbox, committed together. One transaction commits all that
// a batch of lines changed, so that a crash neither counts a line twice nor forgets an alert. It knows no meanings: rows
// are strings and bytes.

import { randomBytes } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { joinChanges } from "./change.ts";
import type { GroupState, StateChange } from "./change.ts";
import { sqliteCode } from "./sqlite-error.ts";

/** Bytes of the installation's key: as strong as the SHA-256 that it keys. */
const KEY_BYTES = 32;

/** Upper bound of the file, so that no fault of ours can fill the disk that the API's logs are on. */
export const MAX_DATABASE_BYTES = 512 * 2 ** 20;

/** Whether a commit was made. */
export type CommitResult =
  | { readonly ok: true }
  /** `code` is SQLite's name, such as SQLITE_FULL. */
  | { readonly ok: false; readonly code: string; readonly detail: string };

/** The open state; made by `openState`. */
export class StateDatabase {
  /** True when nothing was known at opening: the first start ever, after damage, or in memory. */
  readonly firstStart: boolean;
  readonly createdAtMs: number;
  /** Wall time up to which the sources had looked at the last commit before this start; null at the first start. */
  readonly lastCommitMs: number | null;
  /** 32 random bytes of this installation: they key the hashes that tell API keys apart. */
  readonly installationKey: Uint8Array;
  /** What a person should know about the opening: damaged files moved aside, a directory open to everyone. */
  readonly notices: readonly string[];

  readonly #db: DatabaseSync;
  readonly #release: () => void;
  readonly #statements;
  /** What commits that failed left undone; bounded by the live rows, which replace each other by key. */
  #owed: StateChange | null = null;

  /** Use `openState`. `release` gives the directory back; `maxBytes` bounds the file. */
  constructor(
    db: DatabaseSync,
    nowMs: number,
    maxBytes: number,
    notices: readonly string[],
    release: () => void,
  ) {
    this.#db = db;
    this.#release = release;
    this.notices = notices;
    this.#statements = prepareAll(db);
    const createdAtMs = this.#meta("created_at_ms");
    this.firstStart = createdAtMs === undefined;
    this.createdAtMs = this.firstStart ? nowMs : Number(createdAtMs);
    const key = this.#meta("installation_key");
    this.installationKey = key instanceof Uint8Array ? key : new Uint8Array(randomBytes(KEY_BYTES));
    const lastCommitMs = this.#meta("last_commit_ms");
    this.lastCommitMs = lastCommitMs === undefined ? null : Number(lastCommitMs);
    if (this.firstStart) {
      const { setMeta } = this.#statements;
      db.exec("BEGIN IMMEDIATE");
      setMeta.run("created_at_ms", nowMs);
      setMeta.run("installation_key", this.installationKey);
      db.exec("COMMIT");
    }
    db.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / this.#pragma("page_size"))}`);
  }

  /** Committed positions of one source, by key. */
  positions(source: string): Map<string, string> {
    const rows = this.#statements.positions.all(source);
    return new Map(rows.map((row) => [String(row["key"]), String(row["value"])]));
  }

  /** Every committed detector group. */
  groups(): { rule: string; group: string; snapshot: Uint8Array; eventsTotal: number }[] {
    return this.#statements.groups.all().map((row) => ({
      rule: String(row["rule"]),
      group: String(row["labels"]),
      snapshot: row["snapshot"] as Uint8Array,
      eventsTotal: Number(row["events_total"]),
    }));
  }

  /** Documents of one kind, in the order in which they were first written. */
  documents(kind: string): { id: string; data: string }[] {
    const rows = this.#statements.documents.all(kind);
    return rows.map((row) => ({ id: String(row["id"]), data: String(row["data"]) }));
  }

  /**
   * Writes the change, and what earlier failures owed, in one transaction.
   *
   * It never throws for what a disk may do (full, read-only, failing, locked by a person with a shell): the caller goes
   * on from memory, and the next call tries the sum of both. So no caller has to remember what was not written.
   */
  commit(change: StateChange): CommitResult {
    const whole = this.#owed === null ? change : joinChanges(this.#owed, change);
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      this.#write(whole);
      this.#db.exec("COMMIT");
      this.#owed = null;
      return { ok: true };
    } catch (error) {
      this.#rollback();
      const code = sqliteCode(error);
      if (code === null) throw error;
      this.#owed = whole;
      return { ok: false, code, detail: error instanceof Error ? error.message : "" };
    }
  }

  /** Bytes of the database and its write-ahead log. */
  size(): number {
    return this.#pragma("page_count") * this.#pragma("page_size");
  }

  /** Tries what is owed once more, folds the write-ahead log into the file and frees the directory. Idempotent. */
  close(): void {
    if (!this.#db.isOpen) return;
    if (this.#owed !== null) this.commit({});
    try {
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      // The write-ahead log stays beside the file and is read at the next start: nothing is lost.
      if (sqliteCode(error) === null) throw error;
    }
    this.#db.close();
    this.#release();
  }

  #write(change: StateChange): void {
    const { setPosition, dropPosition, setDocument, dropDocument, setMeta } = this.#statements;
    for (const { source, key, value } of change.positions ?? []) {
      if (value === null) dropPosition.run(source, key);
      else setPosition.run(source, key, value);
    }
    for (const { rule, group, state } of change.groups ?? []) this.#writeGroup(rule, group, state);
    for (const { kind, id, data } of change.documents ?? []) {
      if (data === null) dropDocument.run(kind, id);
      else setDocument.run(kind, id, data);
    }
    if (change.atMs !== undefined) setMeta.run("last_commit_ms", change.atMs);
  }

  #writeGroup(rule: string, group: string, state: GroupState | null): void {
    if (state === null) this.#statements.dropGroup.run(rule, group);
    else this.#statements.setGroup.run(rule, group, state.snapshot, state.eventsTotal);
  }

  /** SQLite ends a transaction by itself on some errors (a full disk) and leaves it open on others. */
  #rollback(): void {
    if (!this.#db.isTransaction) return;
    try {
      this.#db.exec("ROLLBACK");
    } catch (error) {
      if (sqliteCode(error) === null) throw error;
    }
  }

  #meta(key: string): unknown {
    return this.#statements.meta.get(key)?.["value"];
  }

  #pragma(name: "page_count" | "page_size"): number {
    return Number(this.#db.prepare(`PRAGMA ${name}`).get()?.[name]);
  }
}

function prepareAll(db: DatabaseSync) {
  const prepare = (sql: string): StatementSync => db.prepare(sql);
  return {
    meta: prepare("SELECT value FROM meta WHERE key = ?"),
    setMeta: prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)"),
    positions: prepare("SELECT key, value FROM positions WHERE source = ?"),
    setPosition: prepare("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)"),
    dropPosition: prepare("DELETE FROM positions WHERE source = ? AND key = ?"),
    groups: prepare("SELECT rule, labels, snapshot, events_total FROM groups"),
    setGroup: prepare("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?)"),
    dropGroup: prepare("DELETE FROM groups WHERE rule = ? AND labels = ?"),
    documents: prepare("SELECT id, data FROM documents WHERE kind = ? ORDER BY born"),
    // An upsert, not a replacement: a changed document keeps its place in the order.
    setDocument: prepare(
      "INSERT INTO documents (kind, id, data) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data",
    ),
    dropDocument: prepare("DELETE FROM documents WHERE kind = ? AND id = ?"),
  };
}
