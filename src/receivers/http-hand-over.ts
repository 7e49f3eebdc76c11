// A hand-over that is one HTTP request: what came of it in the outbox's words, and an address that is itself a secret.

import { parseHttpUrl } from "../config/http-url.ts";
import type { Secret } from "../config/secrets.ts";
import { answerFailure, failure, faultFailure } from "./http-errors.ts";
import { exchange, type HttpAnswer, HttpFault, type HttpOrder } from "./http-request.ts";
import { openSecret } from "./open-secret.ts";
import type { Outcome } from "./receiver.ts";

/**
 * Sends one request; any 2xx is a delivery, unless it comes with a web page.
 * @param who as in "the webhook".
 * @param nowMs wall clock, for a Retry-After that is a date.
 */
export async function handOver(who: string, url: URL, order: HttpOrder, nowMs: number): Promise<Outcome> {
  try {
    const answer = await exchange(url, order);
    if (answer.status < 200 || answer.status > 299) return answerFailure(who, answer, nowMs);
    if (isPage(answer)) {
      return failure(
        "transient",
        `${who}: a web page came with ${answer.status}, as from a proxy or a login`,
      );
    }
    return { kind: "delivered", reference: null, detail: `${who} answered ${answer.status}` };
  } catch (error) {
    if (error instanceof HttpFault) return faultFailure(who, error);
    throw error;
  }
}

/** What a captive portal or a proxy that wants a login says for success; a program's answer is none. */
export function isPage({ headers, body }: HttpAnswer): boolean {
  return /^\s*<(?:!doctype html|html|head|body)\b/i.test(body) || (isHtml(headers) && /^\s*</.test(body));
}

const isHtml = (headers: HttpAnswer["headers"]): boolean =>
  /^\s*text\/html\b/i.test(headers["content-type"] ?? "");

/** The address that is kept secret, or the failed delivery that it makes. @param what as in "the webhook's address". */
export function openUrl(secret: Secret, what: string): URL | (Outcome & { kind: "failed" }) {
  const opened = openSecret(secret, what);
  if (typeof opened !== "string") return opened;
  const parsed = parseHttpUrl(opened);
  return "url" in parsed ? parsed.url : failure("auth", `${what} cannot be used: ${parsed.reason}`);
}

/** The answer to `check` of what can only be asked by posting: its address has been looked at. */
export const WELL_FORMED: Outcome = {
  kind: "delivered",
  reference: null,
  detail: "the webhook's address is well formed; nothing was sent",
};
