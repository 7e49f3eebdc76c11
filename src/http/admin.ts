// Who may change something: a peer on this machine, or whoever knows the token. It is asked before a body is read.

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isLoopback } from "./host-guard.ts";
import { apiError, type Reply } from "./reply.ts";

/** Bytes of a body; nothing that may be asked needs more. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Set by proxies: the peer is then the proxy, and says nothing of who asks. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Why a request may change nothing, null when it may.
 * @param token opens the admin token: null when there is none; it throws when its file cannot be read.
 */
export function refusal(request: IncomingMessage, token: () => string | null): Reply | null {
  if (isLocal(request)) return null;
  if (holdsToken(request, token)) return null;
  if ((opened(token) ?? "") === "") {
    return apiError(
      403,
      "Only this machine may change anything here; http.admin_token_file would let others in.",
    );
  }
  const reply = apiError(401, "Expected Authorization: Bearer with the admin token.");
  return { ...reply, headers: { ...reply.headers, "www-authenticate": 'Bearer realm="revokewatch"' } };
}

/** Whether a request carries the admin token. @param token as in `refusal`. */
export function holdsToken(request: IncomingMessage, token: () => string | null): boolean {
  const given = BEARER.exec(request.headers.authorization ?? "")?.[1];
  if (given === undefined) return false;
  const expected = opened(token);
  return expected !== null && expected !== "" && sameSecret(given, expected);
}

/** Loopback on both ends, no proxy between, the name asked for is this machine's, and no page of another site asks. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  if (!isLoopback((socket.remoteAddress ?? "").replace(/^::ffff:/i, ""))) return false;
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  if (headers.origin !== undefined && URL.parse(headers.origin)?.host !== headers.host) return false;
  return headers.host === undefined || isLoopback(headers.host.replace(/:\d*$/, ""));
}

function opened(token: () => string | null): string | null {
  try {
    return token();
  } catch {
    return null;
  }
}

/** In a time that tells nothing about where they differ, nor how long the secret is. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The body as text, or the reply that refuses it. */
export async function readBody(request: IncomingMessage): Promise<string | Reply> {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  // Also what keeps forms of other sites out: a browser asks before it sends this type, and is told no.
  if (type !== "application/json") return apiError(415, "Expected a body of type application/json.");
  const parts: Buffer[] = [];
  let length = 0;
  try {
    // A request that is destroyed takes the answer down with it.
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > MAX_BODY_BYTES) {
        return apiError(413, `A request body may have at most ${MAX_BODY_BYTES} bytes.`);
      }
      parts.push(part);
    }
  } catch {
    // The client went away in the middle; nobody will read this.
    return apiError(400, "The body did not arrive.");
  }
  return Buffer.concat(parts).toString("utf8");
}
