// The messages as people see them, kept as files to be read in a review. After a change that is meant:
// node --test --test-update-snapshots test/receivers/golden.test.ts

import { join } from "node:path";
import { describe, it } from "node:test";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { digestOf } from "../../src/outbox/digest.ts";
import type { Waiting } from "../../src/outbox/queue.ts";
import type { OutboxRow } from "../../src/outbox/row.ts";
import { type Briefing, brief } from "../../src/receivers/briefing.ts";
import { consoleText } from "../../src/receivers/console-text.ts";
import { emailHtml, emailSubject, emailText } from "../../src/receivers/email-render.ts";
import type { Message } from "../../src/receivers/receiver.ts";
import { parentContent, replyContent } from "../../src/receivers/slack-blocks.ts";
import { previewText } from "../support/block-kit-preview.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";

const KEYS = [
  "sk_live_…9f2c",
  "sk_live_…01ab",
  "sk_live_…77de",
  "sk_live_…c0de",
  "sk_live_…beef",
  "sk_live_…f00d",
];
const manyKeys = transition("firing", {
  channel: "new_keys",
  shape: "many_keys",
  count: 38,
  total: 38,
  distinct_keys: 38,
  expected: 0.4,
  expected_high: 3,
  ratio: 95,
  hint: "Many different keys were revoked at once: a rotation that nobody announced, or a leak that was cleaned up.",
  top: {
    keys: KEYS.map((value, i) => ({ value, count: 9 - i })),
    services: [{ value: "checkout", count: 30 }],
    hosts: [],
  },
});

const HOSTILE = "<!channel> *x* <https://evil.example|Runbook>\r\nBcc: a@b \u202egnp.exe";
const hostile = transition("firing", {
  group: { service: HOSTILE },
  hint: `Tell ${HOSTILE}`,
  request_ids: [HOSTILE, '"><img src=x onerror=alert(1)>'],
  doc_url: "https://evil.example/docs",
  top: { keys: [{ value: HOSTILE, count: 37 }], services: [], hosts: [{ value: HOSTILE, count: 2 }] },
});

interface Golden {
  readonly name: string;
  readonly of: Transition;
  readonly fields?: Partial<Message>;
  /** How long after it was queued the message is said, milliseconds. */
  readonly laterMs?: number;
}

const first = { reference: null };
const later = { reference: "{}", sequence: 2 };

const WIDER = { id: "01JW3K7F3KQ2X5T8N4V6B09WD2", short_id: "9WD2", rule: "all_services" };
const NARROWER = ["checkout", "billing", "<!here> search", "ledger", "pay", "mail"].map((service, i) => ({
  id: `01JW3K7F3KQ2X5T8N4V6B0K8A${i}`,
  short_id: `K8A${i}`,
  rule: "api_key_revoked",
  group: { service },
  total: 90 - 10 * i,
}));

/** What a message says of the hundred others that it stands for. */
function digest(): readonly string[] {
  const waiting = Array.from({ length: 101 }, (_, i): Waiting => {
    const id = `01JW3K7F3KQ2X5T8N4V6B0D${String(i).padStart(3, "0")}`;
    const of = transition("firing", { id, short_id: id.slice(-4), group: { service: `service-${i}` } });
    const row: OutboxRow = {
      deliveryId: `${id}.1.oncall`,
      receiver: "oncall",
      sequence: 1,
      queuedAtMs: Date.parse(of.at),
      transition: of,
      firedUnsaid: false,
    };
    return { row } as Waiting;
  });
  return digestOf(waiting, waiting, { messages: 30, perMs: 600_000 })?.lines ?? [];
}

const GOLDEN: readonly Golden[] = [
  { name: "firing", of: transition("firing"), fields: first },
  { name: "update", of: transition("update"), fields: later },
  { name: "acked", of: transition("acked"), fields: later },
  { name: "repeat", of: transition("repeat"), fields: later },
  { name: "flapping", of: transition("firing", { flapping: true }), fields: later },
  {
    name: "cannot-see",
    of: transition("update", { unseen_since: "2026-05-25T12:36:00.000Z" }),
    fields: later,
  },
  {
    name: "escalated-to-another",
    of: transition("escalated", { acked_by: "alice", state: "acked", escalated_to: ["lead"] }),
    fields: first,
  },
  {
    name: "silence-begins",
    of: transition("update", { silence: null, silenced_until: "2026-05-25T14:00:00.000Z" }, { step: null }),
    fields: later,
  },
  { name: "graver", of: transition("update", {}, { step: "severity" }), fields: later },
  { name: "further-service", of: transition("update", {}, { step: "new_service" }), fields: later },
  { name: "rule-removed", of: transition("resolved", { ended_as: "rule_removed" }), fields: later },
  { name: "calm-now", of: transition("update", { state: "resolving" }), fields: later },
  { name: "wider", of: transition("firing", { group: {}, inhibits: NARROWER }), fields: first },
  { name: "narrower", of: transition("update", { inhibited_by: WIDER }), fields: later },
  { name: "digest", of: transition("firing"), fields: { ...first, others: 100, warnings: digest() } },
  {
    name: "was-silenced",
    of: transition("firing", { silenced_until: "2026-05-25T12:35:00.000Z" }),
    fields: first,
  },
  { name: "silence-ending", of: transition("silence_ending"), fields: first },
  { name: "escalated", of: transition("escalated"), fields: later },
  { name: "resolved", of: transition("resolved"), fields: later },
  { name: "fired-and-resolved", of: transition("resolved"), fields: first },
  { name: "many-new-keys", of: manyKeys, fields: first },
  { name: "all-services", of: transition("firing", { group: {}, severity: "warning" }), fields: first },
  {
    name: "fixed-threshold",
    of: transition("firing", {
      expected: null,
      expected_high: null,
      ratio: null,
      sparkline: [],
      request_ids: [],
    }),
    fields: first,
  },
  {
    name: "late-and-not-saved",
    of: transition("firing", {}, { late_seconds: 1020 }),
    fields: {
      ...first,
      warnings: ["The state could not be saved: after a crash this incident may be said again."],
    },
    laterMs: 28 * 60_000,
  },
  { name: "test", of: transition("firing", {}, { test: true }), fields: first },
  { name: "silence-exceeded", of: transition("silence_exceeded"), fields: first },
  { name: "new-key-notice", of: transition("new_key_notice"), fields: first },
  { name: "recurring", of: transition("recurring"), fields: first },
  { name: "silence-ended", of: transition("silence_ended"), fields: first },
  { name: "hostile", of: hostile, fields: first },
];

describe("messages as people see them", () => {
  for (const { name, of, fields, laterMs = 0 } of GOLDEN) {
    it(`says ${name} as in its golden file`, (test) => {
      const said = message(of, fields);
      const briefing = brief(said, receiverSetup(new FakeClock()), said.queuedAtMs + laterMs);
      const path = join(import.meta.dirname, "golden", `${name}.txt`);
      test.assert.fileSnapshot(everyMedium(briefing, said), path, { serializers: [String] });
    });
  }

  it("writes the HTML part as in its golden file", (test) => {
    const said = message(transition("firing"));
    const briefing = brief(said, receiverSetup(new FakeClock()), said.queuedAtMs);
    test.assert.fileSnapshot(emailHtml(briefing), join(import.meta.dirname, "golden", "firing-html.txt"), {
      serializers: [String],
    });
  });
});

const rule = (title: string): string => `${"=".repeat(20)} ${title} ${"=".repeat(20)}`;

function everyMedium(briefing: Briefing, { transition: { test }, reference }: Message): string {
  const parts = [
    rule("Slack, in the channel"),
    previewText(parentContent(briefing, null, "full", true)),
    ...(reference === null
      ? []
      : [rule("Slack, in the thread"), previewText(replyContent(briefing, null, "full"))]),
    rule("e-mail"),
    `Subject: ${emailSubject(briefing, test, false)}\n`,
    emailText(briefing),
    rule("console"),
    consoleText(briefing, false),
  ];
  return parts.join("\n");
}
