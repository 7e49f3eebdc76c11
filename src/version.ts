// Which revokewatch this is. The build replaces the two names by what it was built from; from source they are read.

import { readFileSync } from "node:fs";

declare const REVOKEWATCH_VERSION: string | undefined;
declare const REVOKEWATCH_REVISION: string | undefined;

export const version: string =
  typeof REVOKEWATCH_VERSION === "string" ? REVOKEWATCH_VERSION : versionOfPackage();

/** Commit that the program was built from, `source` when it runs from its source. */
export const revision: string = typeof REVOKEWATCH_REVISION === "string" ? REVOKEWATCH_REVISION : "source";

function versionOfPackage(): string {
  const found: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof found === "object" && found !== null && "version" in found
    ? String(found.version)
    : "unknown";
}
