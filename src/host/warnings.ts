// Which of Node's own warnings a user has to read. Node 24 calls its SQLite experimental on stderr, between the lines of a
// log that programs parse; there is nothing to do about it, and Node 26 says it no more.

const EXPERIMENTAL = "ExperimentalWarning";

type EmitWarning = typeof process.emitWarning;

/** Keeps back that one warning, whatever else Node warns of goes on to `emit`. To be put in place before SQLite is loaded. */
export function withoutSqliteRemark(emit: EmitWarning): EmitWarning {
  return (warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] === EXPERIMENTAL && String(warning).startsWith("SQLite ")) return;
    Reflect.apply(emit, process, [warning, ...rest]);
  };
}
