// What statuses, faults and Retry-After mean, row by row.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerFailure, faultClass, retryAfter, statusClass } from "../../src/receivers/http-errors.ts";
import { HttpFault, type HttpFaultReason } from "../../src/receivers/http-request.ts";
import type { FailureClass } from "../../src/receivers/receiver.ts";

const STATUSES: readonly (readonly [number, FailureClass])[] = [
  [301, "auth"],
  [302, "transient"],
  [308, "auth"],
  [400, "payload"],
  [401, "auth"],
  [403, "auth"],
  [404, "auth"],
  [408, "transient"],
  [410, "auth"],
  [413, "payload"],
  [418, "auth"],
  [422, "payload"],
  [429, "rate_limited"],
  [500, "transient"],
  [502, "transient"],
  [503, "transient"],
  [504, "transient"],
  [599, "transient"],
];

describe("a status", () => {
  for (const [status, expected] of STATUSES) {
    it(`${status} is ${expected}`, () => assert.equal(statusClass(status, null), expected));
  }
  it("503 that says when to come back asks to wait", () =>
    assert.equal(statusClass(503, 1000), "rate_limited"));
});

const FAULTS: readonly (readonly [HttpFaultReason, boolean, FailureClass])[] = [
  ["connection refused", false, "transient"],
  ["host unknown", false, "transient"],
  ["timed out", false, "transient"],
  ["timed out", true, "ambiguous"],
  ["connection lost", true, "ambiguous"],
  ["aborted", true, "ambiguous"],
  ["answer too large", true, "ambiguous"],
  ["certificate refused", false, "auth"],
  ["address refused", false, "auth"],
  ["cannot be sent", false, "auth"],
];

describe("a request without an answer", () => {
  for (const [reason, written, expected] of FAULTS) {
    it(`${reason}${written ? " after it was sent" : ""} is ${expected}`, () =>
      assert.equal(faultClass(new HttpFault(reason, written)), expected));
  }
});

const NOW_MS = Date.UTC(2026, 4, 25, 12, 0, 0);
const HEADERS: readonly (readonly [string | undefined, number | null])[] = [
  [undefined, null],
  ["0", 0],
  ["30", 30_000],
  [" 30 ", 30_000],
  ["1.5", 1500],
  ["Mon, 25 May 2026 12:01:30 GMT", 90_000],
  ["Mon, 25 May 2026 11:00:00 GMT", 0],
  ["-5", null],
  ["soon", null],
  ["", null],
  ["2026", 2_026_000],
];

describe("Retry-After", () => {
  for (const [header, expected] of HEADERS) {
    it(`${JSON.stringify(header)} is ${expected} ms`, () =>
      assert.equal(retryAfter(header, NOW_MS), expected));
  }
});

describe("the failure of an answer", () => {
  it("repeats nothing of the answer's text", () => {
    const failure = answerFailure("the webhook", { status: 401, headers: {}, body: "Bearer s3cret" }, NOW_MS);
    assert.equal(failure.detail, "the webhook answered 401");
  });
});
