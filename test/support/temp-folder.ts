// A folder of one test's own, gone when the test's scope ends.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that `using` removes. */
export interface TempFolder extends Disposable {
  /** Absolute. */
  readonly path: string;
  /** A path inside the folder. */
  join(...parts: string[]): string;
}

/**
 * Makes a fresh folder.
 * @example
 * using folder = tempFolder();
 * writeFileSync(folder.join("app.log"), "…");
 */
export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), "revokewatch-test-"));
  return {
    path,
    join: (...parts) => join(path, ...parts),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
