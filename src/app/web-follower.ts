// Follows the web configuration and the files that it names: a certificate that was rotated is taken on within half a
// minute, without a signal, a restart or a lost connection. What is wrong is told, and what was before goes on.

import { formatFinding } from "../config/finding.ts";
import type { Environment } from "../config/interpolate.ts";
import { loadWebConfig, type WebConfig } from "../config/web-config.ts";
import type { Clock } from "../host/clock.ts";
import { FILE_LOOK_MS, printOf } from "../host/file-print.ts";
import type { HttpServer } from "../http/server.ts";

export interface WebFollowing {
  /** Path of the web configuration and what it said when it was read last. */
  readonly path: string;
  readonly web: WebConfig;
  readonly server: Pick<HttpServer, "configure">;
  readonly env: Environment;
  readonly clock: Clock;
  /** Another certificate, other users or headers from now on. */
  readonly changed: () => void;
  /** The file changed and cannot be used. */
  readonly refused: (findings: readonly string[]) => void;
}

/** Looks until the signal aborts. */
export async function followWebConfig(following: WebFollowing, signal: AbortSignal): Promise<void> {
  const { path, server, env, clock, changed, refused } = following;
  let { files } = following.web;
  let known = await printOf(files);
  for (;;) {
    await clock.sleep(FILE_LOOK_MS, signal);
    if (signal.aborted) return;
    const print = await printOf(files);
    if (print === known) continue;
    known = print;
    const { web, findings } = await loadWebConfig(path, env);
    if (signal.aborted) return;
    if (web === null) refused(findings.map(formatFinding));
    else if (!server.configure(web)) refused([`${path}: ${NEEDS_RESTART}`]);
    else {
      // Taken before the load: what changes meanwhile is seen at the next look, and so are files that were not looked at.
      if (web.files.join("\0") !== files.join("\0")) known = "";
      ({ files } = web);
      changed();
    }
  }
}

/** Why a change of the web configuration is refused. */
export const NEEDS_RESTART = "TLS switched on or off, or another client_auth_type, needs a restart";
