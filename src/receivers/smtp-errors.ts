// What a mail server's refusal, or the loss of it, means for a delivery. Pure: nodemailer's error goes in as data.

import { REFUSED_ADDRESS } from "./address-guard.ts";
import { isCertificateCode } from "./http-request.ts";
import type { FailureClass } from "./receiver.ts";
import { oneLine } from "./safe-text.ts";

/** The parts of nodemailer's errors that count. */
export interface SmtpTrouble {
  /** nodemailer's own code: EAUTH, ETLS, ESOCKET … */
  readonly code?: string | undefined;
  /** The system's code beneath it: ECONNREFUSED, CERT_HAS_EXPIRED … */
  readonly originalCode?: string | undefined;
  /** The server's three digits. */
  readonly responseCode?: number | undefined;
  /** The server's whole answer. */
  readonly response?: string | undefined;
  /** What was being said: CONN, STARTTLS, AUTH …, MAIL FROM, RCPT TO, DATA. */
  readonly command?: string | undefined;
}

/** The message is too large, or must be encrypted for its reader: refused for what it is, at whatever stage. */
const PAYLOAD_CODES: ReadonlySet<number> = new Set([523, 552]);
/** Codes with which servers say "slower" or "not yet" (greylisting), rather than "something is broken". */
const WAIT_CODES: ReadonlySet<number> = new Set([421, 450]);

/**
 * The class of a failed hand-over.
 * @param bodySent the whole message had been given to the connection, so the server may have taken it.
 */
export function smtpClass(trouble: SmtpTrouble, bodySent: boolean): FailureClass {
  const { code, originalCode = "", responseCode, command } = trouble;
  if (responseCode !== undefined) return answerClass(trouble, responseCode);
  if (originalCode === REFUSED_ADDRESS || isCertificateCode(originalCode)) return "auth";
  if (code === "EAUTH" || code === "ENOAUTH" || code === "ECONFIG") return "auth";
  // TLS that was refused or misunderstood; a connection that broke off while it began is the network's.
  if (code === "ETLS") return command === "STARTTLS" ? "auth" : "transient";
  if (code === "EMESSAGE") return "payload";
  if (code === "EENVELOPE") return "auth";
  return bodySent ? "ambiguous" : "transient";
}

function answerClass({ response = "", command }: SmtpTrouble, status: number): FailureClass {
  if (status < 400) return "transient";
  if (status < 500)
    return WAIT_CODES.has(status) || /^4\d\d[ -]4\.7\./.test(response) ? "rate_limited" : "transient";
  // Behind DATA the server has the message before it and refuses that; earlier it refuses us or the addresses.
  return command === "DATA" || PAYLOAD_CODES.has(status) ? "payload" : "auth";
}

/** What went wrong, in our words and the server's number: its text may repeat addresses or what we sent. */
export function smtpDetail({ code, originalCode, responseCode, response, command }: SmtpTrouble): string {
  const stage =
    command === undefined || command === "CONN" || command === "API" ? "" : ` to ${command.split(" ")[0]}`;
  if (responseCode !== undefined) {
    const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(response ?? "")?.[1];
    return `the mail server answered ${responseCode}${enhanced === undefined ? "" : ` ${enhanced}`}${stage}`;
  }
  const words = WORDS[originalCode ?? ""] ?? WORDS[code ?? ""] ?? "the connection to the mail server failed";
  const shown = [originalCode, code].find((name) => name !== undefined && /^[A-Z0-9_]+$/.test(name));
  return oneLine(shown === undefined ? words : `${words} (${shown})`, 200);
}

const WORDS: Readonly<Record<string, string>> = {
  [REFUSED_ADDRESS]: "the mail server's address is link-local, metadata, multicast or unspecified",
  ECONNREFUSED: "the mail server refuses connections",
  ENOTFOUND: "the mail server's name is unknown",
  ETIMEDOUT: "the mail server did not answer in time",
  EABORT: "the hand-over was stopped",
  EAUTH: "the login failed",
  ETLS: "no TLS with the mail server",
  EMESSAGE: "the message is larger than the mail server takes",
  EENVELOPE: "the mail server does not take these addresses",
};
