// What an HTTP answer, or the lack of one, means for a delivery. Pure functions over one table.

import type { HttpAnswer, HttpFault, HttpFaultReason } from "./http-request.ts";
import type { FailureClass, Outcome } from "./receiver.ts";
import { oneLine } from "./safe-text.ts";

/** Classes of single statuses; what is not here goes by its hundred. */
const CLASS_BY_STATUS: Readonly<Record<number, FailureClass>> = {
  301: "auth",
  308: "auth",
  400: "payload",
  401: "auth",
  403: "auth",
  404: "auth",
  405: "auth",
  407: "auth",
  408: "transient",
  410: "auth",
  413: "payload",
  415: "payload",
  422: "payload",
  425: "transient",
  429: "rate_limited",
  501: "auth",
};
/** By the first digit: a redirect is not followed and may be a captive portal's; other 4xx are the address's fault. */
const CLASS_BY_HUNDRED: Readonly<Record<number, FailureClass>> = {
  3: "transient",
  4: "auth",
  5: "transient",
};

/** The class of a status that is no success. A 503 that says when to come back is a request to wait. */
export function statusClass(status: number, retryAfterMs: number | null): FailureClass {
  if (status === 503 && retryAfterMs !== null) return "rate_limited";
  return CLASS_BY_STATUS[status] ?? CLASS_BY_HUNDRED[Math.floor(status / 100)] ?? "transient";
}

/** Faults that no repetition mends; every other one is the network's. */
const CLASS_BY_REASON: Partial<Record<HttpFaultReason, FailureClass>> = {
  "address refused": "auth",
  "certificate refused": "auth",
  "cannot be sent": "auth",
};

/** The class of a request without an answer: once it had been written, it may have been acted on. */
export function faultClass(fault: HttpFault): FailureClass {
  return CLASS_BY_REASON[fault.reason] ?? (fault.written ? "ambiguous" : "transient");
}

/**
 * `Retry-After` in milliseconds: seconds or an HTTP date; null when absent or neither.
 * @param nowMs wall clock, for dates.
 */
export function retryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const trimmed = header.trim();
  if (/^\d{1,9}(?:\.\d+)?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000);
  // Only a date that names its day and month: Date.parse would also take "-5" for a year.
  const atMs = /^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isFinite(atMs) ? Math.max(0, atMs - nowMs) : null;
}

/** A failed hand-over. */
export function failure(
  failureClass: FailureClass,
  detail: string,
  retryAfterMs: number | null = null,
  reference: string | null = null,
): Outcome & { kind: "failed" } {
  return { kind: "failed", class: failureClass, retryAfterMs, detail, reference };
}

/** The failure that an answer outside 2xx is. The answer's text is not repeated: it may echo what we sent. */
export function answerFailure(who: string, answer: HttpAnswer, nowMs: number): Outcome & { kind: "failed" } {
  const waitMs = retryAfter(answer.headers["retry-after"], nowMs);
  const detail = `${who} answered ${answer.status}${answer.status >= 300 && answer.status < 400 ? ", a redirect" : ""}`;
  return failure(statusClass(answer.status, waitMs), oneLine(detail, 200), waitMs);
}

/** The failure that a request without an answer is. */
export function faultFailure(who: string, fault: HttpFault): Outcome & { kind: "failed" } {
  return failure(faultClass(fault), `${who}: ${fault.message}`);
}
