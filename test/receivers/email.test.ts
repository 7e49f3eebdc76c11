// What arrives at the mail server: one conversation an incident, exactly the configured recipients, and nothing of a log
// outside the two bodies.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import * as v from "valibot";
import { brief } from "../../src/receivers/briefing.ts";
import { emailKind } from "../../src/receivers/email.ts";
import { emailHtml, emailSubject, emailText } from "../../src/receivers/email-render.ts";
import type { Message, Outcome, Receiver } from "../../src/receivers/receiver.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type FakeSmtp, fakeSmtp } from "../support/fake-smtp.ts";
import { hostileIncident, hostileText } from "../support/hostile.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";
import { patience } from "../support/patience.ts";

const TO = ["lead@example.com", "Second Lead <second@example.com>"];
const ADDRESSES = ["lead@example.com", "second@example.com"];

function receiver(smtp: FakeSmtp, over: Record<string, unknown> = {}): Promise<Receiver> {
  const input = {
    host: "127.0.0.1",
    port: smtp.port,
    tls: "none",
    from: "revokewatch <rw@example.com>",
    to: TO,
    ...over,
  };
  return emailKind.create(
    receiverSetup(new FakeClock(Date.UTC(2026, 4, 25, 12, 35, 2))),
    v.parse(emailKind.schema, input),
  );
}

const deliver = (to: Receiver, said: Message): Promise<Outcome> => to.deliver(said, patience());

/** Header names and unfolded values. */
function headers(raw: string): Map<string, string> {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  return new Map(
    head.split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

describe("an e-mail", () => {
  it("belongs to its incident's conversation, with the subject unchanged", async () => {
    await using smtp = await fakeSmtp();
    const to = await receiver(smtp);
    let reference: string | null = null;
    for (const [i, event] of (["firing", "update", "resolved"] as const).entries()) {
      const outcome = await deliver(to, message(transition(event), { sequence: i + 1, reference }));
      assert.equal(outcome.kind, "delivered", outcome.detail);
      reference = outcome.reference;
    }
    const mails = smtp.accepted.map(({ raw }) => headers(raw));
    const root = "<01JW3K7F3KQ2X5T8N4V6B07F3K.1.oncall@example.com>";
    assert.deepEqual(
      mails.map((mail) => [mail.get("message-id"), mail.get("references"), mail.get("in-reply-to")]),
      [
        [root, undefined, undefined],
        ["<01JW3K7F3KQ2X5T8N4V6B07F3K.2.oncall@example.com>", root, root],
        ["<01JW3K7F3KQ2X5T8N4V6B07F3K.3.oncall@example.com>", root, root],
      ],
    );
    assert.deepEqual(
      new Set(mails.map((mail) => mail.get("subject"))),
      new Set(["[revokewatch] api_key_revoked spike: checkout (7F3K)"]),
    );
    assert.deepEqual(
      mails.map((mail) => mail.get("x-revokewatch-status")),
      ["CRITICAL", "CRITICAL", "RESOLVED"],
    );
  });

  it("says that no person wrote it, where it belongs and when it was sent", async () => {
    await using smtp = await fakeSmtp();
    await deliver(await receiver(smtp), message());
    const mail = headers(smtp.accepted[0]?.raw ?? "");
    assert.equal(mail.get("auto-submitted"), "auto-generated");
    assert.equal(mail.get("x-auto-response-suppress"), "All");
    assert.equal(mail.get("list-id"), "<revokewatch.example.com>");
    assert.equal(mail.get("date"), "Mon, 25 May 2026 12:35:02 +0000");
    assert.match(mail.get("content-type") ?? "", /^multipart\/alternative/);
    assert.ok(!mail.has("x-mailer"));
  });

  it("carries the status in its subject when that is asked for", async () => {
    await using smtp = await fakeSmtp();
    await deliver(await receiver(smtp, { status_in_subject: true }), message(transition("resolved")));
    assert.equal(
      headers(smtp.accepted[0]?.raw ?? "").get("subject"),
      "[revokewatch] RESOLVED api_key_revoked spike: checkout (7F3K)",
    );
  });

  it("goes again only to those who put it off", async () => {
    await using smtp = await fakeSmtp();
    const to = await receiver(smtp);
    smtp.fault({ at: "rcpt", recipient: "second@example.com", answer: [450, "4.2.0 later"] });
    const first = await deliver(to, message());
    assert.equal(first.kind === "failed" && first.class, "rate_limited");
    smtp.heal();
    const second = await deliver(to, message(transition(), { reference: first.reference, attempt: 1 }));
    assert.equal(second.kind, "delivered");
    assert.deepEqual(
      smtp.accepted.map((mail) => mail.to),
      [["lead@example.com"], ["second@example.com"]],
    );
    const ids = smtp.accepted.map(({ raw }) => headers(raw).get("message-id"));
    assert.equal(ids[0], ids[1]);
    const next = await deliver(
      to,
      message(transition("update"), { sequence: 2, reference: second.reference }),
    );
    assert.equal(next.kind, "delivered");
    assert.deepEqual(smtp.accepted[2]?.to, ADDRESSES);
  });

  it("counts as delivered when the others are refused for good, and says so", async () => {
    await using smtp = await fakeSmtp();
    smtp.fault({ at: "rcpt", recipient: "second@example.com", answer: [550, "5.1.1 unknown"] });
    const outcome = await deliver(await receiver(smtp), message());
    assert.equal(outcome.kind, "delivered");
    assert.equal(
      outcome.detail,
      "the mail server took it for 1 of 2; 1 refused for good: the mail server answered 550 5.1.1 to RCPT",
    );
  });

  it("does not go out in the clear when STARTTLS is required", async () => {
    await using smtp = await fakeSmtp();
    const outcome = await deliver(await receiver(smtp, { tls: "required" }), message());
    assert.equal(outcome.kind === "failed" && outcome.class, "auth");
    assert.equal(smtp.accepted.length, 0);
  });

  it("names an authority's file that cannot be read", async () => {
    await using smtp = await fakeSmtp();
    const outcome = await deliver(await receiver(smtp, { ca_file: "/nonexistent/ca.pem" }), message());
    assert.equal(outcome.kind === "failed" && outcome.class, "auth");
    assert.equal(outcome.detail, "cannot read ca_file: ENOENT");
  });
});

describe("an e-mail about a hostile log", () => {
  it("has the same headers and recipients as any other", async () => {
    await using smtp = await fakeSmtp();
    const to = await receiver(smtp);
    await deliver(to, message());
    const names = [...headers(smtp.accepted[0]?.raw ?? "").keys()];
    const property = fc.asyncProperty(hostileIncident, hostileText, async (incident, warning) => {
      const outcome = await deliver(to, message({ ...transition(), incident }, { warnings: [warning] }));
      assert.equal(outcome.kind, "delivered", outcome.detail);
      const mail = smtp.accepted.at(-1);
      const got = headers(mail?.raw ?? "");
      assert.deepEqual([...got.keys()], names);
      assert.deepEqual(mail?.to, ADDRESSES);
      assert.equal(mail?.from, "rw@example.com");
      assert.equal(got.get("to"), "lead@example.com, Second Lead <second@example.com>");
      assert.match(got.get("subject") ?? "", /^\[revokewatch\] [\x20-\x7e]*$/);
      assert.doesNotMatch(got.get("subject") ?? "", /=\?/);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  const TAG =
    /<(?:!doctype html|\/?(?:html|head|body|title|div|span|table|tr|td|strong|code|a|meta|wbr))(?:\s+[a-z-]+="[^"<>]*")*\s*\/?>/g;
  const LINK = /href="([^"]*)"/g;

  it("shows only our own tags, and links only to configured hosts", () => {
    const setup = receiverSetup(new FakeClock());
    fc.assert(
      fc.property(hostileIncident, fc.array(hostileText, { maxLength: 2 }), (incident, warnings) => {
        const said = message({ ...transition(), incident }, { warnings });
        const page = emailHtml(brief(said, setup, said.queuedAtMs));
        const rest = page.replace(TAG, "");
        assert.doesNotMatch(rest, /[<>]/);
        assert.doesNotMatch(rest, /&(?!amp;|lt;|gt;|quot;|#39;)/);
        assert.doesNotMatch(page.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}]/u);
        for (const [, url = ""] of page.matchAll(LINK)) {
          assert.match(url, /^https:\/\/(?:logs\.example|runbooks\.example|docs\.asterwise\.com)\//);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has no address in its text that a mail program would make a link of", () => {
    const setup = receiverSetup(new FakeClock());
    fc.assert(
      fc.property(hostileIncident, (incident) => {
        const said = message({ ...transition(), incident });
        const briefing = brief(said, setup, said.queuedAtMs);
        for (const [url] of emailText(briefing).matchAll(/\b(?:https?:\/\/|www\.)\S*/gi)) {
          assert.match(url, /^https:\/\/(?:logs\.example|runbooks\.example|docs\.asterwise\.com)\//);
        }
        assert.doesNotMatch(emailSubject(briefing, false, false), /https?:\/\//i);
      }),
      { numRuns: 300 },
    );
  });
});

describe("an address in the configuration", () => {
  const base = { host: "mx.example", from: "rw@example.com", to: ["lead@example.com"] };
  const REFUSED: readonly (readonly [string, Record<string, unknown>])[] = [
    ["two in one", { to: ["a@example.com, b@example.com"] }],
    ["a header after it", { to: ["a@example.com\r\nBcc: b@example.com"] }],
    ["a group", { to: ["team: a@example.com;"] }],
    ["no domain", { to: ["lead"] }],
    ["a quoted local part", { to: ['"a b"@example.com'] }],
    ["a space within", { from: "a b@example.com" }],
    ["no recipient at all", { to: [] }],
    ["a user without a password", { username: "u" }],
    ["both forms of a password", { username: "u", password: "p", password_file: "/p" }],
  ];
  for (const [name, over] of REFUSED) {
    it(`is refused with ${name}`, () =>
      assert.equal(v.safeParse(emailKind.schema, { ...base, ...over }).success, false));
  }

  it("has the port that goes with its kind of TLS", () => {
    const ports = (["required", "implicit", "none"] as const).map(
      (tls) => v.parse(emailKind.schema, { ...base, tls }).port,
    );
    assert.deepEqual(ports, [587, 465, 25]);
  });
});
