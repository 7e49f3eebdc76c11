// E-mail through a real Postfix: STARTTLS with an authority of our own, a login, delivery into a mailbox, and what it says
// when TLS or the login is not as it should be.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { emailKind } from "../../src/receivers/email.ts";
import type { Outcome } from "../../src/receivers/receiver.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { patience } from "../support/patience.ts";
import { type Postfix, startPostfix } from "../support/postfix.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";

async function deliver(
  postfix: Postfix,
  said = message(),
  over: Record<string, unknown> = {},
): Promise<Outcome> {
  const options = v.parse(emailKind.schema, {
    host: "localhost",
    port: postfix.port,
    username: postfix.username,
    password: postfix.password,
    from: "revokewatch <robot@revokewatch.test>",
    to: ["lead@revokewatch.test"],
    ca_file: postfix.caFile,
    ...over,
  });
  const receiver = await emailKind.create(
    receiverSetup(new FakeClock(Date.UTC(2026, 4, 25, 12, 35, 2))),
    options,
  );
  return receiver.deliver(said, patience());
}

const failedAs = (outcome: Outcome): string => (outcome.kind === "failed" ? outcome.class : outcome.kind);

describe("e-mail through Postfix", () => {
  let postfix: Postfix;
  before(async () => {
    postfix = await startPostfix();
  });
  after(() => postfix[Symbol.asyncDispose]());

  it("arrives over STARTTLS after a login, as a conversation", async () => {
    const first = await deliver(postfix);
    assert.equal(first.kind, "delivered", `${first.detail}\n${postfix.log()}`);
    const [, id = "?"] = /, queued as ([A-Za-z0-9]+)$/.exec(first.detail) ?? [];
    assert.ok(await postfix.logged(`${id}: `), `${first.detail} is to be found in Postfix's log`);
    const later = message(transition("resolved"), { sequence: 2, reference: first.reference });
    assert.equal((await deliver(postfix, later)).kind, "delivered");
    const mails = await postfix.mails(2);
    assert.equal(mails.length, 2, postfix.log());
    const resolved = mails.find((mail) => mail.includes("X-Revokewatch-Status: RESOLVED")) ?? "";
    assert.match(resolved, /^References: <01JW3K7F3KQ2X5T8N4V6B07F3K\.1\.oncall@revokewatch\.test>$/m);
    assert.match(resolved, /^Subject: \[revokewatch\] api_key_revoked spike: checkout \(7F3K\)$/m);
    // Postfix's own word for how the mail came in: S for TLS, A for a login.
    assert.match(resolved, /\(Postfix\) with ESMTPSA id/);
  });

  it("is verified without a mail being sent", async () => {
    const options = v.parse(emailKind.schema, {
      host: "localhost",
      port: postfix.port,
      username: postfix.username,
      password: postfix.password,
      from: "robot@revokewatch.test",
      to: ["lead@revokewatch.test"],
      ca_file: postfix.caFile,
    });
    const receiver = await emailKind.create(receiverSetup(new FakeClock()), options);
    const outcome = await receiver.verify(patience());
    assert.deepEqual(
      [outcome.kind, outcome.detail],
      ["delivered", "the mail server answers and the login works"],
    );
  });

  it("does not believe a certificate of an unknown authority", async () => {
    const outcome = await deliver(postfix, message(), { ca_file: null });
    assert.equal(failedAs(outcome), "auth", outcome.detail);
  });

  it("does not believe a certificate for another name", async () => {
    const outcome = await deliver(postfix, message(), { host: "127.0.0.1" });
    assert.equal(failedAs(outcome), "auth", outcome.detail);
  });

  it("tells a wrong password from everything else", async () => {
    const outcome = await deliver(postfix, message(), { password: "wrong" });
    assert.equal(failedAs(outcome), "auth");
    assert.match(outcome.detail, /^the mail server answered 535 5\.7\.8 to AUTH$/);
  });

  it("goes through with a password that was replaced in its file", async () => {
    using folder = tempFolder();
    const path = folder.join("password");
    writeFileSync(path, `${postfix.password}\n`);
    const outcome = await deliver(postfix, message(), { password: undefined, password_file: path });
    assert.equal(outcome.kind, "delivered", outcome.detail);
  });

  it("is refused by Postfix in the clear, and says that a person must mend it", async () => {
    const outcome = await deliver(postfix, message(), {
      tls: "none",
      username: undefined,
      password: undefined,
    });
    assert.equal(failedAs(outcome), "auth");
    assert.match(outcome.detail, /^the mail server answered 530 5\.7\.0 to MAIL$/);
  });
});

describe("a Postfix without STARTTLS", () => {
  it("gets no mail while TLS is required", async () => {
    await using postfix = await startPostfix(false);
    const outcome = await deliver(postfix);
    assert.equal(failedAs(outcome), "auth", outcome.detail);
    assert.equal((await postfix.mails(0)).length, 0);
  });
});
