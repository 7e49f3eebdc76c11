// Files asked, by their bytes, whether they are the one that a position tells of. What was asked stays open and is what is
// then read: between two looks at a name, rotation may have put another file under it.

import { closeSync } from "node:fs";
import { openFile, readAt } from "./generation.ts";
import { bytesAgree, kinship, printMatches } from "./identity.ts";
import type { Identity, Kinship } from "./identity.ts";
import type { FileLook } from "./look.ts";

/** An open file and what its bytes said. */
export interface Kin {
  readonly path: string;
  readonly fd: number;
  readonly look: FileLook;
  readonly kinship: Kinship;
  /** True when it holds the bytes that were read up to the position, however few these are. */
  readonly agrees: boolean;
}

/** The first of `paths` that holds a plain file as `wanted`, opened: the caller closes it. */
export function firstKin(
  paths: Iterable<string>,
  known: Identity,
  offset: number,
  wanted: (kin: Kin) => boolean,
): Kin | null {
  const { head, anchor } = known;
  for (const path of paths) {
    const opened = openFile(path);
    if (opened.kind === "failed") continue;
    const { fd, look } = opened;
    const candidate = {
      dev: look.dev,
      ino: look.ino,
      birthtimeNs: look.birthtimeNs,
      size: look.size,
      headMatches: printMatches(head, readAt(fd, 0, head.length)),
      anchorMatches: printMatches(anchor, readAt(fd, offset - anchor.length, anchor.length)),
    };
    const agrees = bytesAgree(candidate, offset);
    const kin = { path, fd, look, kinship: kinship(known, offset, candidate), agrees };
    if (wanted(kin)) return kin;
    closeSync(fd);
  }
  return null;
}
