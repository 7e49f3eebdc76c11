// An answer as plain data, decided before anything is written.

import { shownJson } from "../host/shown-text.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sent with every answer. Nothing here is meant for another site, a frame, a cache or a guess at its type; there are no
 * CORS headers, so no page of another origin can read an answer.
 */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** One line of text with its line break. */
export function text(status: number, line: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body: `${line}\n` };
}

export function json(status: number, value: unknown): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: `${shownJson(value)}\n`,
  };
}

/** An error of the API: `{"error": "…"}`, worded for a person. */
export function apiError(status: number, message: string): Reply {
  return json(status, { error: message });
}
