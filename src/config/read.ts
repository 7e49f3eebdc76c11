// The bytes of a configuration file as text, within a bound, or in one sentence why not.

import { open } from "node:fs/promises";

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
    await using file = await open(path, "r");
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (length > MAX_BYTES) return { reason: `expected at most ${MAX_BYTES} bytes, found more` };
      if (bytesRead === 0) break;
    }
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length)) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return { reason: "expected UTF-8, found other bytes" };
    return { reason: `the file cannot be read: ${READ_ERRORS[code ?? ""] ?? code ?? "unknown reason"}` };
  }
}
