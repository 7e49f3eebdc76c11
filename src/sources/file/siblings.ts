// The files around a path among which its older generations are looked for: those in its directory, and those in the
// places that `rotated` names.

import { closeSync } from "node:fs";
import { expandPattern, listDirectory } from "./discovery.ts";
import { openFile, readAt } from "./generation.ts";
import { kinship, printMatches } from "./identity.ts";
import type { Identity, Kinship } from "./identity.ts";
import { lookAt } from "./look.ts";
import type { FileLook } from "./look.ts";
import { joinPath, splitPath } from "./path-name.ts";
import { compareRotated, parseRotated } from "./rotated-names.ts";
import type { RotatedName } from "./rotated-names.ts";

export interface Sibling {
  readonly path: string;
  /** How rotation named it; null for a file that only lies nearby. */
  readonly rotated: RotatedName | null;
  readonly look: FileLook;
}

/**
 * The files beside `path`, without `path` itself: those with rotated names first and oldest first.
 * @param elsewhere directories or globs where rotated files go.
 * @param which `rotated` leaves out, without asking the file system for them, files that rotation did not name.
 */
export function siblingsOf(path: string, elsewhere: readonly string[], which: "rotated" | "all"): Sibling[] {
  const { directory, base } = splitPath(path);
  const siblings: Sibling[] = [];
  for (const candidate of new Set([...filesIn(directory), ...elsewhere.flatMap(filesAt)])) {
    if (candidate === path) continue;
    const rotated = parseRotated(base, splitPath(candidate).base);
    if (rotated === null && which === "rotated") continue;
    const look = lookAt(candidate);
    if (look.kind === "file") siblings.push({ path: candidate, rotated, look });
  }
  return siblings.sort(byAge);
}

/** What the bytes of a plain file say about a saved position. */
export function compareFile(path: string, known: Identity, offset: number): Kinship {
  const opened = openFile(path);
  if (opened.kind === "failed") return "other";
  const { fd, look } = opened;
  try {
    return kinship(known, offset, {
      dev: look.dev,
      ino: look.ino,
      birthtimeNs: look.birthtimeNs,
      size: look.size,
      headMatches: printMatches(known.head, readAt(fd, 0, known.head.length)),
      anchorMatches: printMatches(
        known.anchor,
        readAt(fd, offset - known.anchor.length, known.anchor.length),
      ),
    });
  } finally {
    closeSync(fd);
  }
}

function byAge(a: Sibling, b: Sibling): number {
  if (a.rotated !== null && b.rotated !== null) return compareRotated(a.rotated, b.rotated);
  if (a.rotated !== null || b.rotated !== null) return a.rotated === null ? 1 : -1;
  return Number(a.look.mtimeNs - b.look.mtimeNs);
}

/** What an entry of `rotated` names: the files of a directory, or those that a glob finds. */
function filesAt(pattern: string): string[] {
  return expandPattern(pattern).flatMap((path) => (lookAt(path).kind === "file" ? [path] : filesIn(path)));
}

function filesIn(directory: string): string[] {
  try {
    return listDirectory(directory)
      .filter((entry) => !entry.directory)
      .map((entry) => joinPath(directory, entry.name));
  } catch {
    // A directory that cannot be read has no siblings to offer; that the log itself cannot be read is said elsewhere.
    return [];
  }
}
