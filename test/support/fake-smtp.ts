// A mail server on loopback (the smtp-server package) that keeps what it accepted and refuses, drips or hangs up as it is
// told. TLS and delivery to a mailbox are Postfix's, in test/system.

import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** A mail as it was accepted. */
export interface Accepted {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came over the wire. */
  readonly raw: string;
}

/** At which point the server misbehaves, and how: an answer's code and text, silence, or a closed connection. */
export interface SmtpFault {
  readonly at: "connect" | "auth" | "mail" | "rcpt" | "data";
  readonly answer?: readonly [code: number, text: string];
  readonly silent?: boolean;
  readonly close?: boolean;
  /** Only for this recipient; default: all. */
  readonly recipient?: string;
}

/** One that is running. */
export interface FakeSmtp extends AsyncDisposable {
  readonly port: number;
  readonly accepted: readonly Accepted[];
  /** Connections so far. */
  readonly connections: () => number;
  fault(fault: SmtpFault): void;
  heal(): void;
  stop(): Promise<void>;
}

/** Starts one. @param login name and password it asks for, null: none. */
export async function fakeSmtp(login: readonly [string, string] | null = null): Promise<FakeSmtp> {
  const accepted: Accepted[] = [];
  const faults: SmtpFault[] = [];
  const sessions = new Set<SMTPServerSession>();
  let connections = 0;

  const answer = (at: SmtpFault["at"], recipient: string, done: (error?: Error) => void): void => {
    const fault = faults.find((one) => one.at === at && (one.recipient ?? recipient) === recipient);
    if (fault === undefined) return done();
    if (fault.silent === true) return;
    if (fault.close === true) return closeAll();
    const [responseCode, text] = fault.answer ?? [451, "trouble"];
    done(Object.assign(new Error(text), { responseCode }));
  };

  const server = new SMTPServer({
    authOptional: login === null,
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    onConnect(session, done) {
      connections += 1;
      sessions.add(session);
      answer("connect", "", done);
    },
    onAuth({ username, password }, _session, done) {
      const right = login !== null && username === login[0] && password === login[1];
      answer("auth", "", (error) => {
        if (error !== undefined) return done(error);
        if (right) return done(null, { user: username });
        done(Object.assign(new Error("5.7.8 bad credentials"), { responseCode: 535 }));
      });
    },
    onMailFrom: (_address, _session, done) => answer("mail", "", done),
    onRcptTo: ({ address }, _session, done) => answer("rcpt", address, done),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        answer("data", "", (error) => {
          if (error !== undefined) return done(error);
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? "" : mailFrom.address;
          accepted.push({
            from,
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(parts).toString("utf8"),
          });
          done();
        });
      });
    },
  });
  server.on("error", () => {});
  const closeAll = (): void => {
    for (const connection of server.connections) (connection as unknown as { close(): void }).close();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async (): Promise<void> => {
    closeAll();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    port: (server.server.address() as AddressInfo).port,
    accepted,
    connections: () => connections,
    fault: (fault) => void faults.push(fault),
    heal: () => void faults.splice(0),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
