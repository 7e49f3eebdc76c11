// The bytes of a configuration file as text, within a bound, or in one sentence why not.

import { closeSync, open, read } from "node:fs";
import { promisify } from "node:util";

/** Largest configuration, bytes; a thousand rules need a quarter of it. */
const MAX_BYTES = 2 ** 20;
const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
};

/** The text of a configuration file, or why there is none. */
export async function readConfig(
  path: string,
): Promise<{ readonly text: string } | { readonly reason: string }> {
  try {
    const bytes = await contentOf(path);
    if (bytes.length > MAX_BYTES) return { reason: `expected at most ${MAX_BYTES} bytes, found more` };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return { reason: "expected UTF-8, found other bytes" };
    return { reason: `the file cannot be read: ${READ_ERRORS[code ?? ""] ?? code ?? "unknown reason"}` };
  }
}

/** The bytes of a file, or one more than are allowed. It may be a pipe, which has no size. */
async function contentOf(path: string): Promise<Buffer> {
  // Not by the handles of `fs/promises`: loading them costs 1 MiB of every process.
  const file = await promisify(open)(path, "r");
  try {
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    for (let length = 0; ;) {
      const { bytesRead } = await promisify(read)(file, buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length > MAX_BYTES) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}
