// One look at the file system, as a value: what a path or a descriptor is at this moment, or why that cannot be told.
// "Cannot be told" is never "not there": a file behind EACCES or a hung mount still exists.

import { fstatSync, lstatSync, statSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { systemPath } from "./path-name.ts";

/** The kernel stamps changes with a clock that moves every 1 to 10 ms; twice that, and some for a loaded machine. */
const TICK_MS = 50;

export interface FileLook {
  readonly kind: "file";
  readonly dev: bigint;
  readonly ino: bigint;
  readonly birthtimeNs: bigint;
  /** Bytes. */
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** Names that the inode still has; 0: deleted, alive only through open descriptors. */
  readonly nlink: number;
  /** True while a further change could still bear the same `mtimeNs`: an equal time then proves nothing. */
  readonly fresh: boolean;
}

export type Look =
  | FileLook
  | { readonly kind: "missing" }
  /** There, but no regular file: `code` is the errno that reading it would rather have given. */
  | { readonly kind: "irregular"; readonly code: "EISDIR" | "ENOTSUP" }
  | { readonly kind: "unobservable"; readonly code: string };

/** What stands at a path, symbolic links followed. */
export function lookAt(path: string): Look {
  try {
    // throwIfNoEntry covers ENOENT and ENOTDIR and saves the cost of an Error for each missing path and poll.
    const stats = statSync(systemPath(path), { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? { kind: "missing" } : fromStats(stats);
  } catch (error) {
    return { kind: "unobservable", code: errnoOf(error) };
  }
}

/** When the names in a directory last changed; null when that cannot be told, or may happen again at the same time. */
export function changeOf(directory: string): bigint | null {
  try {
    const { mtimeNs } = statSync(systemPath(directory === "" ? "." : directory), { bigint: true });
    return isFresh(mtimeNs) ? null : mtimeNs;
  } catch {
    return null;
  }
}

/** What an open descriptor refers to. */
export function lookThrough(fd: number): Look {
  try {
    return fromStats(fstatSync(fd, { bigint: true }));
  } catch (error) {
    return { kind: "unobservable", code: errnoOf(error) };
  }
}

/** True when the path itself is a symbolic link. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(systemPath(path), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

/** The errno name of a failed system call, such as EACCES. */
export function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "EIO";
}

function fromStats(stats: BigIntStats): Look {
  if (stats.isDirectory()) return { kind: "irregular", code: "EISDIR" };
  if (!stats.isFile()) return { kind: "irregular", code: "ENOTSUP" };
  return {
    kind: "file",
    dev: stats.dev,
    ino: stats.ino,
    birthtimeNs: stats.birthtimeNs,
    size: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    nlink: Number(stats.nlink),
    fresh: isFresh(stats.mtimeNs),
  };
}

function isFresh(mtimeNs: bigint): boolean {
  return Date.now() - Number(mtimeNs / 1_000_000n) < TICK_MS;
}
