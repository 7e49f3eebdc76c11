// File names are bytes. Inside the program a name is a string in which every byte that is not UTF-8 stands as a lone
// surrogate U+DC80..U+DCFF (Python's "surrogateescape"), so that names compare, match and join as text, while a broken
// name is still opened byte for byte and shown escaped.

import { readlinkSync, realpathSync } from "node:fs";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ESCAPED = /[\uDC80-\uDCFF]/;
// Cn, Cc and Cf would let a name move the cursor, forge a line of the log or turn the text around.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\\]/gu;

/** A name as the directory gave it, bytes, as text. */
export function decodeName(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

/** What the file system is called with: the text itself, or its bytes where the name is not UTF-8. */
export function systemPath(path: string): string | Buffer {
  if (!ESCAPED.test(path)) return path;
  const parts: Buffer[] = [];
  for (const char of path) {
    const code = char.codePointAt(0) ?? 0;
    parts.push(isEscape(code) ? Buffer.of(code - 0xdc00) : Buffer.from(char));
  }
  return Buffer.concat(parts);
}

/** A path for people and logs: control characters, line ends and bytes that are not UTF-8 are escaped. */
export function shownPath(path: string): string {
  return path.replace(UNSAFE, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (char === "\\") return "\\\\";
    if (char === "\n") return "\\n";
    if (isEscape(code)) return `\\x${(code - 0xdc00).toString(16)}`;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** Joins a directory and a name in it; the empty directory is the working directory. */
export function joinPath(directory: string, name: string): string {
  if (directory === "") return name;
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/** The directory part, "" where there is none, and the last part of a path. */
export function splitPath(path: string): { directory: string; base: string } {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return { directory: "", base: path };
  return { directory: slash === 0 ? "/" : path.slice(0, slash), base: path.slice(slash + 1) };
}

/** The name that the kernel knows for an open descriptor: it follows renames, also into other directories. */
export function currentName(fd: number): string | null {
  try {
    const name = decodeName(readlinkSync(`/proc/self/fd/${fd}`, { encoding: "buffer" }));
    return name.endsWith(" (deleted)") ? null : name;
  } catch {
    return null;
  }
}

/** Where a path leads once every link on it is followed; undefined when it leads nowhere. */
export function realPath(path: string): string | undefined {
  try {
    return decodeName(realpathSync.native(systemPath(path), { encoding: "buffer" }));
  } catch {
    return undefined;
  }
}

function isEscape(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff;
}

/** Decodes sequence by sequence; what is no sequence becomes one surrogate a byte. */
function decodeBroken(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    else text += bytes.toString("utf8", at, at + length);
    at += Math.max(1, length);
  }
  return text;
}

/** Length of the valid UTF-8 sequence at `at`, 0 when there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    try {
      utf8.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // Too short or not a sequence: the next length decides.
    }
  }
  return 0;
}
