// The receiver behind e-mail: one message to all recipients, a thread an incident, and an exact memory of who accepted
// a message that others refused, so that nobody gets it twice.

import { readFileSync } from "node:fs";
import type { Secret } from "../config/secrets.ts";
import { brief } from "./briefing.ts";
import { domainOf, type Mailbox } from "./email-address.ts";
import { emailHtml, emailSubject, emailText } from "./email-render.ts";
import type { Mail, Mailer, SmtpServer } from "./email-send.ts";
import { failure } from "./http-errors.ts";
import { openSecret } from "./open-secret.ts";
import type { Message, Outcome, Receiver, ReceiverSetup } from "./receiver.ts";
import { referenceFields } from "./reference.ts";
import { asciiLine } from "./safe-text.ts";
import { smtpClass, smtpDetail, type SmtpTrouble } from "./smtp-errors.ts";

/** What may be configured, checked. */
export interface EmailOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: "required" | "implicit" | "none";
  /** Null: the server asks for none. */
  readonly login: { readonly username: string; readonly password: Secret } | null;
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  /** Null: the machine's own authorities. */
  readonly caFile: string | null;
  readonly statusInSubject: boolean;
}

/** What the outbox keeps for us between messages of an incident. */
interface Kept {
  /** Message-ID of the incident's first message. */
  readonly root: string;
  /** Who accepted the message that is being tried again; null when none is. */
  readonly accepted: { readonly deliveryId: string; readonly addresses: readonly string[] } | null;
}

const MAX_NAME_IN_ID = 40;

/** @param mailer from email-send.ts. */
export function emailReceiver(setup: ReceiverSetup, options: EmailOptions, mailer: Mailer): Receiver {
  return {
    name: setup.name,
    kind: "email",
    async deliver(message, signal) {
      const server = serverOf(options, setup);
      return "kind" in server ? server : deliver(message, setup, options, server, mailer, signal);
    },
    async verify(signal) {
      const server = serverOf(options, setup);
      if ("kind" in server) return server;
      const trouble = await mailer.verify(server, signal);
      if (trouble !== null) return refusal(trouble, false);
      const login = options.login === null ? "" : " and the login works";
      return { kind: "delivered", reference: null, detail: `the mail server answers${login}` };
    },
    async close() {},
  };
}

/** Secrets and the authority are read for every delivery, so that replacing a file needs no restart. */
function serverOf(
  { host, port, tls, login, caFile }: EmailOptions,
  { allowLinkLocal }: ReceiverSetup,
): SmtpServer | (Outcome & { kind: "failed" }) {
  const ca = caFile === null ? null : readAuthority(caFile);
  if (ca !== null && typeof ca !== "string") return ca;
  const server = { host, port, tls, ca, allowLinkLocal };
  if (login === null) return { ...server, login: null };
  const pass = openSecret(login.password, "the mail password");
  return typeof pass === "string" ? { ...server, login: { user: login.username, pass } } : pass;
}

function readAuthority(path: string): string | (Outcome & { kind: "failed" }) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return failure("auth", `cannot read ca_file: ${(error as NodeJS.ErrnoException).code ?? "error"}`);
  }
}

async function deliver(
  message: Message,
  setup: ReceiverSetup,
  options: EmailOptions,
  server: SmtpServer,
  mailer: Mailer,
  signal: AbortSignal,
): Promise<Outcome> {
  const mail = compose(message, setup, options);
  const result = await mailer.send(server, mail, signal);
  if (!result.ok) return refusal(result.trouble, result.bodySent);
  const root = mail.references[0] ?? mail.messageId;
  const refused = result.refused.map(({ trouble }) => ({
    class: smtpClass(trouble, false),
    detail: smtpDetail(trouble),
  }));
  const later = refused.find(({ class: found }) => found === "rate_limited" || found === "transient");
  if (later === undefined) return delivered(root, mail.envelope.length, result.answer, refused);
  const addresses = [
    ...options.to.map(({ address }) => address).filter((to) => !mail.envelope.includes(to)),
    ...result.accepted,
  ];
  const kept: Kept = { root, accepted: { deliveryId: message.deliveryId, addresses } };
  const detail = `${refused.length} of ${mail.envelope.length} recipients put us off: ${later.detail}`;
  return failure(later.class, detail, null, JSON.stringify(kept));
}

/** Recipients refused for good are told of and not tried again: the others have the message. */
function delivered(
  root: string,
  asked: number,
  answer: string,
  refused: readonly { readonly detail: string }[],
): Outcome {
  const kept: Kept = { root, accepted: null };
  const count = asked - refused.length;
  const remark = refused[0] === undefined ? "" : `; ${refused.length} refused for good: ${refused[0].detail}`;
  return {
    kind: "delivered",
    reference: JSON.stringify(kept),
    detail: `the mail server took it for ${count} of ${asked}${queuedAs(answer)}${remark}`,
  };
}

/** The name under which the mail stands in the server's log; the rest of its words may repeat what we sent. */
function queuedAs(answer: string): string {
  const id = /\b(?:queued as|id=)\s*<?([A-Za-z0-9.-]{4,40})/i.exec(answer)?.[1];
  return id === undefined ? "" : `, queued as ${id}`;
}

function refusal(trouble: SmtpTrouble, bodySent: boolean): Outcome {
  return failure(smtpClass(trouble, bodySent), smtpDetail(trouble));
}

function compose(message: Message, setup: ReceiverSetup, options: EmailOptions): Mail {
  const { transition, sequence } = message;
  const nowMs = setup.clock.now();
  const briefing = brief(message, setup, nowMs);
  const kept = keptOf(message.reference);
  const domain = domainOf(options.from);
  const mine = setup.name.replace(/[^A-Za-z0-9-]/g, "-").slice(0, MAX_NAME_IN_ID);
  const idOf = (n: number): string => `<${transition.incident.id}.${n}.${mine}@${domain}>`;
  const done = kept?.accepted?.deliveryId === message.deliveryId ? kept.accepted.addresses : [];
  const messageId = idOf(sequence);
  const root = kept?.root ?? idOf(1);
  return {
    messageId,
    references: root === messageId ? [] : [root],
    from: options.from,
    to: options.to,
    envelope: options.to.map(({ address }) => address).filter((address) => !done.includes(address)),
    subject: emailSubject(briefing, transition.test, options.statusInSubject),
    text: emailText(briefing),
    html: emailHtml(briefing),
    headers: {
      // So that no holiday reply comes back, and no other robot answers us.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "List-Id": `<revokewatch.${domain}>`,
      "X-Revokewatch-Status": asciiLine(briefing.status, MAX_NAME_IN_ID),
      "X-Revokewatch-Event": transition.event,
      "X-Revokewatch-Incident": asciiLine(transition.incident.id, MAX_NAME_IN_ID),
    },
    atMs: nowMs,
  };
}

function keptOf(reference: string | null): Kept | null {
  const { root, accepted } = referenceFields(reference);
  if (typeof root !== "string" || !/^<[^<>\s]+>$/.test(root)) return null;
  return { root, accepted: (accepted ?? null) as Kept["accepted"] };
}
