// What `revokewatch status` shows of a followed path: one line for each generation that is read or drained, one for a
// path that nothing is read from yet.

import type { FileStatus } from "../source.ts";
import type { Chain } from "./chain.ts";
import { shownPath } from "./path-name.ts";

/** @param follow false in batch mode, which does not wait for what is missing. */
export function statusOf(chain: Chain, follow: boolean): FileStatus[] {
  if (chain.generations.length === 0) {
    const pending = chain.trouble === null || (chain.trouble === "ENOENT" && follow);
    const state = pending ? "pending" : "failed";
    return [{ path: shownPath(chain.path), state, offset: 0, size: 0, lag_bytes: 0 }];
  }
  return chain.generations.map((generation) => ({
    path: shownPath(generation.path),
    state: generation.current ? "active" : "draining",
    offset: generation.offset,
    size: generation.size,
    lag_bytes: Math.max(0, generation.size - generation.offset),
  }));
}
