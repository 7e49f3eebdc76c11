// The generic webhook: the law, the transition as it is promised, and a signature that others can check.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import * as v from "valibot";
import { HOLD_MS } from "../../src/receivers/alertmanager-alert.ts";
import { webhookKind, webhookReceiver } from "../../src/receivers/webhook.ts";
import { type LawFault, type ReceiverBench, receiverLaw } from "../laws/receiver-law.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type TinyAnswer, type TinyHttp, tinyHttp } from "../support/tiny-http.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";
import { patience, PATIENCE_MS } from "../support/patience.ts";

interface WebhookBench extends ReceiverBench {
  readonly http: TinyHttp;
}

const SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
/** As Alertmanager documents it. */
interface WebhookAlert {
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: string;
  readonly fingerprint: string;
}
interface AlertmanagerWebhook {
  readonly version: string;
  readonly groupKey: string;
  readonly status: string;
  readonly receiver: string;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly WebhookAlert[];
}

const NOW_MS = Date.UTC(2026, 4, 25, 12, 35, 2);

const answers = (
  name: string,
  failure: LawFault<WebhookBench>["class"],
  how: TinyAnswer,
  retryAfterMs?: number,
) => ({
  name,
  class: failure,
  silent: how === "hang",
  arm: ({ http }: WebhookBench) => http.answer(how),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

async function open(timeoutMs: number, over: Record<string, unknown> = {}): Promise<WebhookBench> {
  const http = await tinyHttp();
  const input = {
    url: `${http.url}/hook/s3cret-path`,
    secret: SECRET,
    headers: { Authorization: "Bearer t0ken" },
    ...over,
  };
  const receiver = webhookReceiver(
    receiverSetup(new FakeClock(NOW_MS)),
    v.parse(webhookKind.schema, input),
    timeoutMs,
  );
  return {
    http,
    receiver,
    secrets: ["s3cret-path", "t0ken", SECRET],
    reached: () => http.received.length,
    [Symbol.asyncDispose]: () => http.stop(),
  };
}

receiverLaw<WebhookBench>({
  name: "webhook",
  open,
  faults: [
    answers("a 429", "rate_limited", { status: 429, headers: { "retry-after": "12" } }, 12_000),
    answers("a 503 that says when", "rate_limited", { status: 503, headers: { "retry-after": "5" } }, 5000),
    answers("a 500", "transient", { status: 500 }),
    answers("a 400", "payload", { status: 400, body: "Bearer t0ken s3cret-path" }),
    answers("a 401", "auth", { status: 401 }),
    answers("a 410", "auth", { status: 410 }),
    answers("a redirect", "transient", { status: 302, headers: { location: "http://169.254.169.254/" } }),
    answers("a lasting redirect", "auth", {
      status: 301,
      headers: { location: "https://elsewhere.example/" },
    }),
    answers("a captive portal's page", "transient", { status: 200, body: "<!DOCTYPE html><html>Welcome" }),
    answers("a reset", "ambiguous", "reset"),
    answers("silence", "ambiguous", "hang"),
    answers("2 MiB of answer", "ambiguous", { status: 200, body: "a".repeat(2 ** 21) }),
    { name: "a host that refuses connections", class: "transient", arm: ({ http }) => http.stop() },
  ],
  hang: ({ http }) => http.answer("hang"),
});

describe("the webhook", () => {
  it("posts the transition exactly as it is promised", async () => {
    await using bench = await open(PATIENCE_MS);
    await bench.receiver.deliver(message(), patience());
    const [got] = bench.http.received;
    assert.deepEqual([got?.method, got?.path], ["POST", "/hook/s3cret-path"]);
    assert.equal(got?.body, JSON.stringify(transition()));
    assert.equal(got?.headers["content-type"], "application/json; charset=utf-8");
    assert.equal(got?.headers.authorization, "Bearer t0ken");
  });

  it("signs id, time and body, and gives a repeat the same id", async () => {
    await using bench = await open(PATIENCE_MS);
    for (const attempt of [0, 1])
      await bench.receiver.deliver(message(transition(), { attempt }), patience());
    const [first, second] = bench.http.received;
    const id = first?.headers["webhook-id"];
    assert.equal(id, message().deliveryId);
    assert.equal(second?.headers["webhook-id"], id);
    assert.equal(first?.headers["webhook-timestamp"], String(NOW_MS / 1000));
    const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
    const mac = createHmac("sha256", key)
      .update(`${id}.${NOW_MS / 1000}.${first?.body}`)
      .digest("base64");
    assert.equal(first?.headers["webhook-signature"], `v1,${mac}`);
  });

  it("signs with both secrets while one replaces the other", async () => {
    await using bench = await open(PATIENCE_MS, { secret: `${SECRET}\nplain-text-key` });
    await bench.receiver.deliver(message(), patience());
    assert.match(
      String(bench.http.received[0]?.headers["webhook-signature"]),
      /^v1,[\w+/=]{44} v1,[\w+/=]{44}$/,
    );
  });

  it("speaks as Alertmanager's own webhook where a bridge reads that", async () => {
    await using bench = await open(PATIENCE_MS, { format: "alertmanager" });
    for (const event of ["firing", "silence_ending", "resolved"] as const) {
      const outcome = await bench.receiver.deliver(message(transition(event)), patience());
      assert.equal(outcome.kind, "delivered");
    }
    const bodies = bench.http.received.map(({ body }) => JSON.parse(body) as AlertmanagerWebhook);
    const labels = {
      service: "checkout",
      alertname: "api_key_revoked",
      severity: "critical",
      instance: "host-a",
    };
    assert.deepEqual(
      bodies.map(({ version, status, receiver, commonLabels }) => [version, status, receiver, commonLabels]),
      [
        ["4", "firing", "oncall", labels],
        ["4", "resolved", "oncall", labels],
      ],
    );
    const [[burning], [over]] = bodies.map(({ alerts }) => alerts) as [WebhookAlert[], WebhookAlert[]];
    assert.equal(burning?.endsAt, "0001-01-01T00:00:00Z");
    assert.equal(over?.endsAt, "2026-05-25T12:59:06.000Z");
    assert.match(burning?.annotations["summary"] ?? "", /^CRITICAL api_key_revoked: 37 in 5m/);
    assert.equal(burning?.fingerprint, over?.fingerprint);
    assert.match(burning?.fingerprint ?? "", /^[0-9a-f]{16}$/);
    assert.equal(bodies[0]?.groupKey, bodies[1]?.groupKey);
  });

  it("gives a notice the end that nothing else will tell", async () => {
    await using bench = await open(PATIENCE_MS, { format: "alertmanager" });
    await bench.receiver.deliver(message(transition("recurring")), patience());
    const [body] = bench.http.received.map(({ body }) => JSON.parse(body) as AlertmanagerWebhook);
    const [alert] = body?.alerts ?? [];
    assert.equal(body?.commonLabels["notice"], "recurring");
    assert.equal(Date.parse(alert?.endsAt ?? "") - NOW_MS, HOLD_MS);
  });

  it("does not sign without a secret", async () => {
    await using bench = await open(PATIENCE_MS, { secret: undefined });
    await bench.receiver.deliver(message(), patience());
    assert.equal(bench.http.received[0]?.headers["webhook-signature"], undefined);
  });

  const REFUSED: readonly (readonly [string, Record<string, unknown>])[] = [
    ["no address", {}],
    ["both forms of the address", { url: "https://a.example/", url_file: "/x" }],
    ["another scheme", { url: "file:///etc/passwd" }],
    ["credentials in the address", { url: "https://u:p@a.example/" }],
    ["a header that the request decides", { url: "https://a.example/", headers: { "Content-Length": "1" } }],
    ["a header of the signature", { url: "https://a.example/", headers: { "webhook-id": "1" } }],
    ["a line break in a header", { url: "https://a.example/", headers: { "X-A": "1\r\nX-B: 2" } }],
    ["an unknown key", { url: "https://a.example/", colour: "red" }],
  ];
  for (const [name, input] of REFUSED) {
    it(`is refused with ${name}`, () => assert.equal(v.safeParse(webhookKind.schema, input).success, false));
  }
});
