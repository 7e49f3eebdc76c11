// Whether files say something else than before: a hash of their content, since times and inodes change without it and stay
// with it where Kubernetes swaps a link.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** How often files that are followed are looked at, milliseconds: nobody waits for it, and it costs nothing. */
export const FILE_LOOK_MS = 30_000;

/** Changes with the content of any of the files, also of one behind a link; one that cannot be read counts as such. */
export async function printOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file).catch(() => "unreadable")).update("\0");
  return hash.digest("hex");
}
