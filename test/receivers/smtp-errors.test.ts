// What each trouble with a mail server means, row by row; the errors are as nodemailer 10 was seen to give them.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FailureClass } from "../../src/receivers/receiver.ts";
import { smtpClass, smtpDetail, type SmtpTrouble } from "../../src/receivers/smtp-errors.ts";

interface Row {
  readonly name: string;
  readonly trouble: SmtpTrouble;
  readonly bodySent?: boolean;
  readonly class: FailureClass;
}

const answer = (response: string, command: string, code = "EENVELOPE"): SmtpTrouble => ({
  code,
  responseCode: Number(response.slice(0, 3)),
  response,
  command,
});

const ROWS: readonly Row[] = [
  {
    name: "421 at the greeting",
    trouble: answer("421 4.3.2 try later", "CONN", "EPROTOCOL"),
    class: "rate_limited",
  },
  { name: "450 for a recipient", trouble: answer("450 4.2.0 greylisted", "RCPT TO"), class: "rate_limited" },
  {
    name: "451 4.7.1 for a recipient",
    trouble: answer("451 4.7.1 slow down", "RCPT TO"),
    class: "rate_limited",
  },
  {
    name: "451 for the data",
    trouble: answer("451 4.3.0 local error", "DATA", "EMESSAGE"),
    class: "transient",
  },
  { name: "452 for a recipient", trouble: answer("452 4.3.1 disk full", "RCPT TO"), class: "transient" },
  {
    name: "454 to AUTH",
    trouble: answer("454 4.7.0 temporary", "AUTH PLAIN", "EAUTH"),
    class: "rate_limited",
  },
  {
    name: "530 to MAIL",
    trouble: answer("530 5.7.0 Must issue a STARTTLS command first", "MAIL FROM"),
    class: "auth",
  },
  { name: "535 to AUTH", trouble: answer("535 5.7.8 bad credentials", "AUTH PLAIN", "EAUTH"), class: "auth" },
  { name: "500 to STARTTLS", trouble: answer("500 unknown", "STARTTLS", "ETLS"), class: "auth" },
  { name: "550 for a recipient", trouble: answer("550 5.1.1 no such user", "RCPT TO"), class: "auth" },
  { name: "550 for the data", trouble: answer("550 5.7.1 spam", "DATA", "EMESSAGE"), class: "payload" },
  { name: "552 at MAIL", trouble: answer("552 5.3.4 too large", "MAIL FROM"), class: "payload" },
  { name: "552 for the data", trouble: answer("552 5.3.4 too large", "DATA", "EMESSAGE"), class: "payload" },
  { name: "554 for the data", trouble: answer("554 5.6.0 refused", "DATA", "EMESSAGE"), class: "payload" },
  { name: "554 at the greeting", trouble: answer("554 no service", "CONN", "EPROTOCOL"), class: "auth" },
  {
    name: "a larger message than SIZE allows",
    trouble: { code: "EMESSAGE", command: "MAIL FROM" },
    class: "payload",
  },
  { name: "no credentials", trouble: { code: "EAUTH", command: "API" }, class: "auth" },
  {
    name: "a certificate of an unknown authority",
    trouble: { code: "ESOCKET", originalCode: "UNABLE_TO_VERIFY_LEAF_SIGNATURE", command: "CONN" },
    class: "auth",
  },
  {
    name: "a certificate for another name",
    trouble: { code: "ESOCKET", originalCode: "ERR_TLS_CERT_ALTNAME_INVALID", command: "CONN" },
    class: "auth",
  },
  {
    name: "an expired certificate",
    trouble: { code: "ESOCKET", originalCode: "CERT_HAS_EXPIRED", command: "CONN" },
    class: "auth",
  },
  { name: "TLS that cannot begin", trouble: { code: "ETLS", command: "STARTTLS" }, class: "auth" },
  { name: "a close while TLS begins", trouble: { code: "ETLS", command: "CONN" }, class: "transient" },
  {
    name: "a refused connection",
    trouble: { code: "ESOCKET", originalCode: "ECONNREFUSED" },
    class: "transient",
  },
  { name: "an unknown host", trouble: { code: "EDNS", originalCode: "ENOTFOUND" }, class: "transient" },
  { name: "a refused address", trouble: { originalCode: "ERR_REFUSED_ADDRESS" }, class: "auth" },
  { name: "silence before the message", trouble: { code: "ETIMEDOUT", command: "CONN" }, class: "transient" },
  { name: "silence after the message", trouble: { code: "ETIMEDOUT" }, bodySent: true, class: "ambiguous" },
  { name: "a close after the message", trouble: { code: "ECONNECTION" }, bodySent: true, class: "ambiguous" },
  { name: "a stop after the message", trouble: { code: "EABORT" }, bodySent: true, class: "ambiguous" },
  { name: "a stop before the message", trouble: { code: "EABORT" }, class: "transient" },
];

describe("trouble with a mail server", () => {
  for (const { name, trouble, bodySent = false, class: expected } of ROWS) {
    it(`${name} is ${expected}`, () => assert.equal(smtpClass(trouble, bodySent), expected));
  }

  it("is told by number and stage, without the server's own text", () => {
    const trouble = answer("550 5.1.1 <lead@example.com>: no such user", "RCPT TO");
    assert.equal(smtpDetail(trouble), "the mail server answered 550 5.1.1 to RCPT");
  });

  it("is told in words when there was no answer", () => {
    assert.equal(
      smtpDetail({ code: "ESOCKET", originalCode: "ECONNREFUSED" }),
      "the mail server refuses connections (ECONNREFUSED)",
    );
  });
});
