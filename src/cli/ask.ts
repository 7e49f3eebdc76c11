// A question to the running daemon, for the verbs that show what it does and the few that change something.

import { readFileSync } from "node:fs";
import type { Daemon } from "./daemon-url.ts";
import { certificateFault, exchange, type Exchanged } from "./exchange.ts";

/** A daemon on this machine answers in milliseconds. */
const TIMEOUT_MS = 5_000;

/** Characters of the daemon's reason that are shown. */
const MAX_REFUSAL_CHARS = 200;

export type Answer = { readonly body: unknown } | { readonly problem: string };

/** What is sent with a question that changes something. */
export interface Asking {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Value of --token-file: where the admin token is, for a daemon on another machine. */
  readonly tokenFile?: unknown;
}

/** The option of every verb that may change something, and its line of help. */
export const TOKEN_OPTION = { type: "string" } as const;
export const TOKEN_HELP = "file with the daemon's admin token; a daemon on this machine asks for none";

/** Refusals whose reason is the daemon's to tell. */
const REASONED: ReadonlySet<number> = new Set([400, 401, 403, 404, 409, 422]);

/**
 * Asks for a path of the daemon's API.
 * @returns the JSON, or a sentence for a person.
 */
export async function ask(daemon: Daemon, path: string, asking: Asking = {}): Promise<Answer> {
  const { origin } = daemon.url;
  const { method = "GET", body, tokenFile } = asking;
  const headers: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  if (typeof tokenFile === "string") {
    const token = tokenIn(tokenFile);
    if (token === null) return { problem: `cannot read the admin token in ${tokenFile} (--token-file)` };
    headers["authorization"] = `Bearer ${token}`;
  }
  let answer: Exchanged;
  try {
    answer = await exchange(daemon, path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const fault = certificateFault(error, origin);
    if (fault !== null) return { problem: fault };
    return { problem: `no daemon answers at ${origin}; is it running, or does it listen elsewhere (--url)?` };
  }
  if (answer.status === 401 && /^Basic/i.test(answer.headers["www-authenticate"] ?? "")) {
    return { problem: `the daemon at ${origin} asks for a user and a password (--auth-file)` };
  }
  if (REASONED.has(answer.status)) return { problem: `the daemon at ${origin} says: ${refusal(answer)}` };
  const found = answer.status < 200 || answer.status > 299 ? undefined : parsed(answer.body);
  if (found === undefined)
    return { problem: `the daemon at ${origin} answered ${answer.status} to a question for ${path}` };
  return { body: found };
}

/** Undefined when it is no JSON: whatever listens there may not be ours. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null when it cannot be read, or is nothing that a header could carry. */
function tokenIn(path: string): string | null {
  try {
    const token = readFileSync(path, "utf8").trim();
    return /^[\x21-\x7e]+$/.test(token) ? token : null;
  } catch {
    return null;
  }
}

/** Whatever listens there may not be ours, so only our own form of a refusal is repeated. */
function refusal({ status, body }: Exchanged): string {
  const found = parsed(body) as { readonly error?: unknown } | null | undefined;
  return typeof found?.error === "string" ? printable(found.error) : String(status);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, MAX_REFUSAL_CHARS);
}
