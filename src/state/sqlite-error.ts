// What SQLite's result codes mean to us. node:sqlite throws plain Errors with the extended code in `errcode`.

const NAMES: Readonly<Record<number, string>> = {
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  15: "SQLITE_PROTOCOL",
  26: "SQLITE_NOTADB",
};

/** The name of the primary result code (`SQLITE_FULL`…), or null when the error did not come from SQLite. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return null;
  return NAMES[error.errcode & 0xff] ?? `SQLITE_${error.errcode & 0xff}`;
}

/** True when the bytes of the file are at fault, not the disk's mood or a right that is missing. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === "SQLITE_CORRUPT" || code === "SQLITE_NOTADB";
}
