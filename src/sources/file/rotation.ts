// What has happened to the file under a path since the last look: one pure function, tested row by row. The loop asks
// and obeys. Rotation is judged before truncation, because a new file is often shorter and would look truncated.

import type { Look } from "./look.ts";

/** What is known of the generation that is read under the path. */
export interface Held {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly birthtimeNs: bigint;
  /** Position: bytes handed on. */
  readonly offset: number;
  /** Size and change time at the last look. */
  readonly size: number;
  readonly mtimeNs: bigint;
  /** True when the last look came so soon after a change that another could bear the same time. */
  readonly fresh: boolean;
  /** Names the inode still has, asked of the descriptor; null when the descriptor is closed. */
  readonly nlink: number | null;
}

/** Whether the bytes before the position are still what was read; `unasked` until a verdict wants to know. */
export type AnchorEvidence = "unasked" | "same" | "differs";

export type Verdict =
  | "unchanged"
  /** More bytes, or the same number of new ones: read. */
  | "grown"
  /** Ask the anchor, then judge again. */
  | "verify"
  /** The bytes up to the position are gone, the inode is the same. */
  | "truncated"
  /** Same inode, already as large as before, other bytes. */
  | "rewritten"
  /** Another inode stands under the path. */
  | "replaced"
  /** Nothing stands under the path; the inode lives elsewhere, or may do so. */
  | "moved"
  /** Nothing stands under the path and the inode has no name left. */
  | "deleted"
  /** Something that is no log stands under the path. */
  | "irregular"
  /** Cannot be told now: change nothing. */
  | "unobservable";

export function judge(held: Held, look: Look, anchor: AnchorEvidence): Verdict {
  switch (look.kind) {
    case "unobservable":
    case "irregular":
      return look.kind;
    case "missing":
      return held.nlink === 0 ? "deleted" : "moved";
    case "file":
      break;
  }
  // Device numbers alone may change (NFS, containers), so the birth time must disagree as well.
  const sameInode = look.ino === held.ino && (look.dev === held.dev || look.birthtimeNs === held.birthtimeNs);
  // With the descriptor closed the inode number may have been given to another file.
  if (!sameInode || (held.nlink === null && look.birthtimeNs !== held.birthtimeNs)) return "replaced";
  if (look.size < held.offset) return "truncated";
  if (anchor === "differs") return "rewritten";
  if (look.size > held.size) return "grown";
  if (look.size === held.size && look.mtimeNs === held.mtimeNs && !held.fresh) return "unchanged";
  return anchor === "unasked" ? "verify" : "grown";
}
