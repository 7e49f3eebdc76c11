// The facts of a source as a list of short texts, `name detail…`, for tests to look at.

import type { SourceFacts } from "../../src/sources/source.ts";

/** @param cut a prefix of paths that is left out. */
export function factList(facts: string[], cut = ""): SourceFacts {
  const note =
    (name: string) =>
    (_source: string, ...details: (string | number | boolean | null)[]): void => {
      const texts = details.map((detail) =>
        cut === "" ? String(detail) : String(detail).replaceAll(cut, ""),
      );
      facts.push([name, ...texts].join(" "));
    };
  return {
    fileOpened: note("opened"),
    fileClosed: note("closed"),
    fileRotated: note("rotated"),
    fileFailed: note("failed"),
    fileMissing: note("missing"),
    bytesLost: note("lost"),
    gap: note("gap"),
    lineTooLong: note("long"),
    watchDegraded: note("degraded"),
  };
}
