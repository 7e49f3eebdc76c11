// The state directory: made if it is missing, private, and never a way for a planted link to make us write elsewhere.

import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { dirname } from "node:path";
import { StateError } from "./state-error.ts";

/** Owner only: the database holds masked keys, request ids and the secret of the key hashes. */
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** Write bit of "others" without the sticky bit: anyone could swap our files. */
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * Makes sure that the directory is there and can be written.
 * @returns a sentence when the directory is open to everyone, else null. An existing directory is never chmodded: it may
 * be `/tmp`, given by hand to a daemon that runs as root.
 * @throws StateError
 */
export function prepareDirectory(directory: string): string | null {
  try {
    makeWithParents(directory);
  } catch (cause) {
    throw new StateError("directory", `Cannot create the state directory ${directory}: ${reason(cause)}`, {
      cause,
    });
  }
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StateError(
      "not_writable",
      `Cannot write in the state directory ${directory}: ${reason(cause)}`,
      {
        cause,
      },
    );
  }
  const { mode } = statSync(directory);
  const open = (mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0;
  return open
    ? `The state directory ${directory} can be written by every user (mode ${(mode & 0o7777).toString(8)}); make it 0700`
    : null;
}

/**
 * Makes a directory and the missing ones above it. Node's own `recursive` turns for ever where a parent answers ENOENT to
 * mkdir (procfs, some network mounts), and a daemon that hangs at its start is worse than one that refuses.
 */
function makeWithParents(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(directory);
  if (parent !== directory) makeWithParents(parent);
  try {
    mkdirSync(directory, { mode: DIRECTORY_MODE });
  } catch (error) {
    // Another daemon that starts now may have made it meanwhile; the lock decides between us.
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/** What stands under a name, the link itself and not its target; null when nothing does. */
export function standing(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

/**
 * Makes an empty private file unless one stands there. SQLite gives the files beside it the same mode.
 *
 * An existing file is not opened here: closing any descriptor of it would drop the POSIX locks that this process holds
 * on it through SQLite.
 */
export function createPrivately(path: string): void {
  if (standing(path) !== null) {
    chmodSync(path, FILE_MODE);
    return;
  }
  closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, FILE_MODE));
}

/** What SQLite puts beside a database, and the database last: without it the others mean nothing. */
const SUFFIXES = ["-wal", "-shm", "-journal", ""];

/** Removes a database that never came to hold anything. */
export function removeDatabase(path: string): void {
  for (const suffix of SUFFIXES) {
    if (standing(path + suffix)?.isFile() === true) rmSync(path + suffix);
  }
}

/**
 * Renames a database and the files beside it to `NAME.corrupt-TIME`, so that a person can look at it later.
 * @returns the new path.
 */
export function moveAside(path: string, nowMs: number): string {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]/g, "");
  let aside = `${path}.corrupt-${time}`;
  for (let n = 1; standing(aside) !== null; n += 1) aside = `${path}.corrupt-${time}-${n}`;
  for (const suffix of SUFFIXES) {
    if (standing(path + suffix) !== null) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
