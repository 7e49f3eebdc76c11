// One e-mail over one fresh SMTP connection through nodemailer: every wait bounded, TLS as the configuration demands,
// the address guarded as the connection is made, and an exact account of who accepted the message.

import { connect, type Socket } from "node:net";
import type * as NodemailerModule from "nodemailer";
import { checkLiteral, guardedLookup } from "./address-guard.ts";
import type { Mailbox } from "./email-address.ts";
import type { SmtpTrouble } from "./smtp-errors.ts";

/** Bounds of one hand-over, milliseconds. */
interface SmtpLimits {
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Silence on an open connection. */
  readonly idleMs: number;
  /** All of it together: a server that drips must not hold the outbox. */
  readonly totalMs: number;
}

/** nodemailer's own are 2 min, 30 s, 10 min and none. */
const SMTP_LIMITS: SmtpLimits = {
  connectMs: 10_000,
  greetingMs: 10_000,
  idleMs: 30_000,
  totalMs: 60_000,
};

/** Where to hand over, with its secrets opened. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly tls: "required" | "implicit" | "none";
  readonly login: { readonly user: string; readonly pass: string } | null;
  readonly allowLinkLocal: boolean;
  /** PEM of the only authority that is believed, null: the machine's own. */
  readonly ca: string | null;
}

/** One mail, rendered. */
export interface Mail {
  readonly messageId: string;
  readonly references: readonly string[];
  readonly from: Mailbox;
  /** Whom the header names. */
  readonly to: readonly Mailbox[];
  /** Whom it is handed over for: those of `to` who have not accepted it yet. */
  readonly envelope: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Names and values are ours; nothing of a log stands in them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly atMs: number;
}

/** What came of a hand-over: who accepted and who did not, or why it broke off. */
type SendResult =
  | {
      readonly ok: true;
      readonly accepted: readonly string[];
      /** The server's words to the whole message, such as "250 2.0.0 Ok: queued as D4ECA2AC8B4". */
      readonly answer: string;
      readonly refused: readonly { readonly address: string; readonly trouble: SmtpTrouble }[];
    }
  | { readonly ok: false; readonly trouble: SmtpTrouble; readonly bodySent: boolean };

type Nodemailer = typeof NodemailerModule;

/** nodemailer, loaded. */
export interface Mailer {
  send(server: SmtpServer, mail: Mail, signal: AbortSignal): Promise<SendResult>;
  /** Connects, greets and logs in, and says goodbye. */
  verify(server: SmtpServer, signal: AbortSignal): Promise<SmtpTrouble | null>;
}

/** Loads nodemailer. @param limits time-outs of each hand-over. */
export async function loadMailer(limits: SmtpLimits = SMTP_LIMITS): Promise<Mailer> {
  const nodemailer = await import("nodemailer");
  return {
    send: (server, mail, signal) => send(nodemailer, server, mail, limits, signal),
    verify: (server, signal) => verify(nodemailer, server, limits, signal),
  };
}

function transport(nodemailer: Nodemailer, server: SmtpServer, limits: SmtpLimits, signal: AbortSignal) {
  return nodemailer.createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === "implicit",
    requireTLS: server.tls === "required",
    ignoreTLS: server.tls === "none",
    tls: {
      minVersion: "TLSv1.2",
      ...(server.ca === null ? {} : { ca: server.ca }),
    },
    ...(server.login === null ? {} : { auth: server.login }),
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.idleMs,
    dnsTimeout: limits.connectMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: (
      _options: unknown,
      callback: (error: Error | null, socket?: { connection: Socket }) => void,
    ) => openSocket(server, limits.connectMs, signal, callback),
  });
}

/** The TCP connection; nodemailer resolves names itself and would not let the address be looked at. */
function openSocket(
  { host, port, allowLinkLocal }: SmtpServer,
  timeoutMs: number,
  signal: AbortSignal,
  callback: (error: Error | null, socket?: { connection: Socket }) => void,
): void {
  try {
    checkLiteral(host, allowLinkLocal);
  } catch (error) {
    return callback(error as Error);
  }
  const socket = connect({ host, port, lookup: guardedLookup(allowLinkLocal) });
  const timer = setTimeout(() => socket.destroy(coded("ETIMEDOUT")), timeoutMs);
  const onAbort = (): void => void socket.destroy(coded("EABORT"));
  const settle = (): void => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    socket.removeListener("error", onError);
  };
  const onError = (error: Error): void => {
    settle();
    // A destroyed socket may report once more; nobody listens by then.
    socket.on("error", () => {});
    callback(error);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  socket.once("error", onError);
  socket.once("connect", () => {
    settle();
    callback(null, { connection: socket });
  });
}

function coded(code: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(code);
  error.code = code;
  return error;
}

async function send(
  nodemailer: Nodemailer,
  server: SmtpServer,
  mail: Mail,
  limits: SmtpLimits,
  caller: AbortSignal,
): Promise<SendResult> {
  const signal = AbortSignal.any([caller, AbortSignal.timeout(limits.totalMs)]);
  let bodySent = false;
  try {
    const mailer = transport(nodemailer, server, limits, signal);
    mailer.use("stream", (message, done) => {
      // The end of the message's stream is the last moment at which it certainly was not accepted.
      message.message.processFunc((input) => input.once("end", () => (bodySent = true)));
      done();
    });
    const info = await mailer.sendMail({
      messageId: mail.messageId,
      references: [...mail.references],
      ...(mail.references.length === 0 ? {} : { inReplyTo: mail.references[0] }),
      from: { ...mail.from },
      to: mail.to.map((mailbox) => ({ ...mailbox })),
      envelope: { from: mail.from.address, to: [...mail.envelope] },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      headers: { ...mail.headers },
      date: new Date(mail.atMs),
      xMailer: false,
      disableFileAccess: true,
      disableUrlAccess: true,
      signal,
    });
    const errors = info.rejectedErrors ?? [];
    const refused = info.rejected.map((address: unknown) => ({
      address: String(address),
      trouble: troubleOf(errors.find((error: { recipient?: unknown }) => error.recipient === address)),
    }));
    return { ok: true, accepted: info.accepted.map(String), answer: String(info.response ?? ""), refused };
  } catch (error) {
    return { ok: false, trouble: troubleOf(error), bodySent };
  }
}

async function verify(
  nodemailer: Nodemailer,
  server: SmtpServer,
  limits: SmtpLimits,
  caller: AbortSignal,
): Promise<SmtpTrouble | null> {
  const signal = AbortSignal.any([caller, AbortSignal.timeout(limits.totalMs)]);
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(coded("EABORT")), { once: true });
  try {
    await Promise.race([transport(nodemailer, server, limits, signal).verify(), promise]);
    return null;
  } catch (error) {
    return troubleOf(error);
  }
}

function troubleOf(error: unknown): SmtpTrouble {
  const { code, originalCode, responseCode, response, command } = (error ?? {}) as SmtpTrouble;
  // The system's code stands alone when nodemailer had no part in the failure, as when the address was refused.
  return { code, originalCode: originalCode ?? code, responseCode, response, command };
}
