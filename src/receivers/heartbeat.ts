// One sign of life to a monitor outside. Its address is a secret: who knows it can keep the monitor quiet for ever.

import type { Secret } from "../config/secrets.ts";
import { handOver, openUrl } from "./http-hand-over.ts";
import type { Outcome } from "./receiver.ts";
import { asciiLine } from "./safe-text.ts";

const WHO = "the heartbeat's monitor";
const MAX_VERSION = 40;
const TIMEOUT_MS = 10_000;

/** Asks for the address once. What comes back is read to its bound and thrown away; redirects are not followed. */
export async function beat(
  secret: Secret,
  version: string,
  allowLinkLocal: boolean,
  nowMs: number,
  signal: AbortSignal,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Outcome> {
  const url = openUrl(secret, "the heartbeat's address");
  if (!(url instanceof URL)) return url;
  const headers = { "user-agent": `revokewatch/${asciiLine(version, MAX_VERSION)}` };
  const bounds = { timeoutMs, allowLinkLocal, signal };
  return handOver(WHO, url, { method: "GET", headers, body: "", ...bounds }, nowMs);
}
