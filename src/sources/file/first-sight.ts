// Where reading begins in a file that is seen for the first time.

/**
 * How long before the last commit a file may have come without having been seen, milliseconds: between two expansions of
 * the globs, and by the coarse clock that the kernel takes change times from.
 */
export const UNSEEN_MS = 6000;

/** What is known when a file is first seen. */
export interface Sight {
  /** False in batch mode. */
  readonly follow: boolean;
  /** True while the source looks around for the first time in this run: what it finds was there before it. */
  readonly starting: boolean;
  /** True when the source has run before and looked for this very path then. */
  readonly pathKnown: boolean;
  readonly from: "end" | "beginning";
  /** The file's change time: it moves on creation, writing and renaming, on every file system. */
  readonly ctimeMs: number;
  readonly mtimeMs: number;
  /** Wall time of the last commit, null when there was none. */
  readonly lastCommitMs: number | null;
  /** True when the name is a rotation name of a path that is followed. */
  readonly rotatedName: boolean;
}

/** `history` marks what is read from the beginning as having been there before. */
export type Start = { readonly at: "beginning"; readonly history: boolean } | { readonly at: "end" };

export function startOf(sight: Sight): Start {
  // A batch run is asked to judge what is there, each line at its own time; its incidents say how late they are told.
  if (!sight.follow) return { at: "beginning", history: false };
  if (!sight.starting) return { at: "beginning", history: false };
  if (sight.pathKnown && sight.lastCommitMs !== null) {
    // Shifting app.log.5 to app.log.6 moves the change time of a file that is years old; rename keeps its mtime.
    const changedMs = sight.rotatedName ? sight.mtimeMs : sight.ctimeMs;
    if (changedMs > sight.lastCommitMs - UNSEEN_MS) return { at: "beginning", history: false };
  }
  return sight.from === "beginning" ? { at: "beginning", history: true } : { at: "end" };
}
