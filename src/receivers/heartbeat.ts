// One sign of life to a monitor outside. Its address is a secret: who knows it can keep the monitor quiet for ever.

import type { Secret } from "../config/secrets.ts";
import { answerFailure, faultFailure } from "./http-errors.ts";
import { exchange, HttpFault } from "./http-request.ts";
import { parseHttpUrl } from "../config/http-url.ts";
import { openSecret } from "./open-secret.ts";
import type { Outcome } from "./receiver.ts";
import { asciiLine } from "./safe-text.ts";

const WHO = "the heartbeat's monitor";
const MAX_VERSION = 40;
const TIMEOUT_MS = 10_000;

/** Asks for the address once. What comes back is read to its bound and thrown away; redirects are not followed. */
export async function beat(
  secret: Secret,
  version: string,
  nowMs: number,
  signal: AbortSignal,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Outcome> {
  const opened = openSecret(secret, "the heartbeat's address");
  if (typeof opened !== "string") return opened;
  const parsed = parseHttpUrl(opened);
  if (!("url" in parsed)) return failed(`the heartbeat's address cannot be used: ${parsed.reason}`);
  const headers = { "user-agent": `revokewatch/${asciiLine(version, MAX_VERSION)}` };
  try {
    const answer = await exchange(parsed.url, { method: "GET", headers, body: "", timeoutMs, signal });
    if (answer.status < 200 || answer.status > 299) return answerFailure(WHO, answer, nowMs);
    return { kind: "delivered", reference: null, detail: `${WHO} answered ${answer.status}` };
  } catch (error) {
    if (error instanceof HttpFault) return faultFailure(WHO, error);
    throw error;
  }
}

function failed(detail: string): Outcome {
  return { kind: "failed", class: "auth", retryAfterMs: null, detail, reference: null };
}
