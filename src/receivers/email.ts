// E-mail over SMTP. The schema stands here; what is said is email-render.ts, how it is sent email-send.ts,
// and email-receiver.ts is between the two.

import * as v from "valibot";
import { type Mailbox, parseMailbox } from "./email-address.ts";
import { type EmailOptions, emailReceiver } from "./email-receiver.ts";
import { loadMailer } from "./email-send.ts";
import type { ReceiverKind } from "./receiver.ts";
import { atMostOne, secretEntries, secretOf } from "./secret-option.ts";

const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;
const PLAIN_PORT = 25;
const DEFAULT_PORT = { required: SUBMISSION_PORT, implicit: SUBMISSIONS_PORT, none: PLAIN_PORT } as const;
/** One message goes to a team, not to a mailing list's worth of people; servers promise to take 100 (RFC 5321). */
const MAX_RECIPIENTS = 100;

const ADDRESS_RULE = 'expected one e-mail address such as "lead@example.com" or "Name <lead@example.com>"';
const mailbox = (about: string) =>
  v.pipe(
    v.string(),
    v.check((text) => parseMailbox(text) !== null, ADDRESS_RULE),
    v.description(about),
  );

const schema = v.pipe(
  v.strictObject({
    host: v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9.:_-]+$/, "expected a host name or an IP address"),
      v.description("The mail server that takes our messages"),
    ),
    port: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(65_535),
        v.description("Default: 587, with tls: implicit 465, with tls: none 25"),
      ),
    ),
    tls: v.optional(
      v.pipe(
        v.picklist(["required", "implicit", "none"]),
        v.description(
          "required: STARTTLS or no message; implicit: TLS from the first byte; none: in the clear",
        ),
      ),
      "required",
    ),
    username: v.optional(v.pipe(v.string(), v.nonEmpty(), v.description("Name to log in with"))),
    ...secretEntries("password", "Password to log in with"),
    from: mailbox("Who the message says it is from"),
    to: v.pipe(
      v.array(mailbox("A recipient")),
      v.minLength(1),
      v.maxLength(MAX_RECIPIENTS),
      v.description("Who gets the message; the only recipients there can be"),
    ),
    ca_file: v.optional(
      v.nullable(
        v.pipe(
          v.string(),
          v.nonEmpty(),
          v.description("PEM file of the authority that signed the server's certificate"),
        ),
      ),
      null,
    ),
    status_in_subject: v.optional(
      v.pipe(
        v.boolean(),
        v.description(
          "Puts FIRING or RESOLVED into the subject; many mail programs then show two conversations",
        ),
      ),
      false,
    ),
  }),
  atMostOne(["password_file", "password"], 0),
  v.check(
    ({ username, password, password_file }) =>
      (username === undefined) === ((password ?? password_file) === undefined),
    "expected both a username and a password, or neither",
  ),
  v.transform((input): EmailOptions => {
    const password = secretOf(input, "password");
    return {
      host: input.host,
      port: input.port ?? DEFAULT_PORT[input.tls],
      tls: input.tls,
      login: password === null ? null : { username: input.username as string, password },
      from: parseMailbox(input.from) as Mailbox,
      to: input.to.map((address) => parseMailbox(address) as Mailbox),
      caFile: input.ca_file,
      statusInSubject: input.status_in_subject,
    };
  }),
);

/** The kind `email`. */
export const emailKind: ReceiverKind<EmailOptions> = {
  word: "email",
  forPeople: true,
  schema,
  create: async (setup, options) => emailReceiver(setup, options, await loadMailer()),
};
