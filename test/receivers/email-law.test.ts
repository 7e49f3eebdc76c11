// E-mail keeps the law of receivers, with every way in which a mail server was seen to fail.

import { Secret } from "../../src/config/secrets.ts";
import { emailReceiver } from "../../src/receivers/email-receiver.ts";
import { loadMailer } from "../../src/receivers/email-send.ts";
import type { FailureClass } from "../../src/receivers/receiver.ts";
import { type LawFault, type ReceiverBench, receiverLaw } from "../laws/receiver-law.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type FakeSmtp, fakeSmtp, type SmtpFault } from "../support/fake-smtp.ts";
import { receiverSetup } from "../support/transitions.ts";

interface EmailBench extends ReceiverBench {
  readonly smtp: FakeSmtp;
}

const PASSWORD = "hunter2-secret";

const fault = (name: string, failure: FailureClass, how: SmtpFault): LawFault<EmailBench> => ({
  name,
  class: failure,
  silent: how.silent === true,
  arm: ({ smtp }) => smtp.fault(how),
});

receiverLaw<EmailBench>({
  name: "email",
  async open(timeoutMs) {
    const smtp = await fakeSmtp(["robot", PASSWORD]);
    const limits = { connectMs: timeoutMs, greetingMs: timeoutMs, idleMs: timeoutMs, totalMs: timeoutMs * 2 };
    const options = {
      host: "127.0.0.1",
      port: smtp.port,
      tls: "none",
      login: { username: "robot", password: Secret.literal(PASSWORD) },
      from: { name: "revokewatch", address: "revokewatch@example.com" },
      to: [{ name: "", address: "lead@example.com" }],
      caFile: null,
      statusInSubject: false,
    } as const;
    const receiver = emailReceiver(receiverSetup(new FakeClock()), options, await loadMailer(limits));
    return {
      smtp,
      receiver,
      secrets: [PASSWORD, Buffer.from(`\0robot\0${PASSWORD}`).toString("base64")],
      reached: smtp.connections,
      [Symbol.asyncDispose]: smtp.stop,
    };
  },
  faults: [
    fault("421 at the greeting", "rate_limited", { at: "connect", answer: [421, "4.3.2 busy"] }),
    fault("554 at the greeting", "auth", { at: "connect", answer: [554, "no service here"] }),
    fault("silence at the greeting", "transient", { at: "connect", silent: true }),
    fault("a refused login", "auth", { at: "auth", answer: [535, `5.7.8 ${PASSWORD} is wrong`] }),
    fault("a login that fails for now", "rate_limited", { at: "auth", answer: [454, "4.7.0 later"] }),
    fault("a refused sender", "auth", { at: "mail", answer: [550, "5.7.1 not you"] }),
    fault("an unknown recipient", "auth", { at: "rcpt", answer: [550, "5.1.1 unknown"] }),
    fault("a greylisted recipient", "rate_limited", { at: "rcpt", answer: [450, "4.2.0 later"] }),
    fault("a full disk", "transient", { at: "rcpt", answer: [452, "4.3.1 full"] }),
    fault("a refused content", "payload", { at: "data", answer: [554, "5.6.0 refused"] }),
    fault("a message that is too large", "payload", { at: "data", answer: [552, "5.3.4 too large"] }),
    fault("silence after the message", "ambiguous", { at: "data", silent: true }),
    fault("a close after the message", "ambiguous", { at: "data", close: true }),
    fault("a close before the message", "transient", { at: "rcpt", close: true }),
    { name: "a host that refuses connections", class: "transient", arm: ({ smtp }) => smtp.stop() },
  ],
  hang: ({ smtp }) => smtp.fault({ at: "connect", silent: true }),
});
