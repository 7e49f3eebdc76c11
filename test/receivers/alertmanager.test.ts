// Alertmanager: the law, the shape of an alert, and posting again for as long as an incident fires.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Alert } from "../../src/receivers/alertmanager-alert.ts";
import { alertmanagerReceiver } from "../../src/receivers/alertmanager-receiver.ts";
import type { ReceiverSetup } from "../../src/receivers/receiver.ts";
import { type LawFault, type ReceiverBench, receiverLaw } from "../laws/receiver-law.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { hostileIncident } from "../support/hostile.ts";
import { type TinyAnswer, type TinyHttp, tinyHttp } from "../support/tiny-http.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";
import { patience, PATIENCE_MS } from "../support/patience.ts";

interface AmBench extends ReceiverBench {
  readonly http: TinyHttp;
  readonly clock: FakeClock;
}

const NOW_MS = Date.UTC(2026, 4, 25, 12, 35, 2);
const NAMES = /^[A-Za-z_][A-Za-z0-9_]*$/;

async function open(timeoutMs: number, setup: Partial<ReceiverSetup> = {}): Promise<AmBench> {
  const http = await tinyHttp();
  const clock = new FakeClock(NOW_MS);
  const receiver = alertmanagerReceiver(receiverSetup(clock, setup), { urls: [http.url] }, timeoutMs);
  return {
    http,
    clock,
    receiver,
    secrets: [],
    reached: () => http.received.length,
    async [Symbol.asyncDispose]() {
      await receiver.close();
      await http.stop();
    },
  };
}

const answers = (name: string, failure: LawFault<AmBench>["class"], how: TinyAnswer): LawFault<AmBench> => ({
  name,
  class: failure,
  arm: ({ http }) => http.answer(how),
});

receiverLaw<AmBench>({
  name: "alertmanager",
  open,
  faults: [
    answers("a 400", "payload", { status: 400 }),
    answers("a 401", "auth", { status: 401 }),
    answers("a 500", "transient", { status: 500 }),
    answers("a proxy's page that asks for a login", "transient", {
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<form>",
    }),
    answers("a reset", "ambiguous", "reset"),
    { name: "a host that refuses connections", class: "transient", arm: ({ http }) => http.stop() },
  ],
  hang: ({ http }) => http.answer("hang"),
});

const alertsOf = ({ http }: AmBench): Alert[][] =>
  http.received.map(({ body }) => JSON.parse(body) as Alert[]);
/** Turns the clock a minute, and waits until what it started has reached the server. */
async function minute(bench: AmBench): Promise<void> {
  const before = bench.http.received.length;
  const late = patience();
  // What the minute before has started is answered in real time.
  while (bench.clock.sleeping === 0 && !late.aborted) await bench.clock.settle();
  await bench.clock.advance(60_000);
  while (bench.http.received.length === before && !late.aborted) await bench.clock.settle();
}
const deliver = (bench: AmBench, said: ReturnType<typeof message>) =>
  bench.receiver.deliver(said, patience());

describe("alertmanager", () => {
  for (const [event, label] of [
    ["new_key_notice", "new_key"],
    ["recurring", "recurring"],
  ] as const) {
    it(`posts a ${event} once, as an alert of its own that runs out`, async () => {
      await using bench = await open(PATIENCE_MS);
      await deliver(bench, message(transition(event)));
      const [[alert] = []] = alertsOf(bench);
      assert.equal(alert?.labels["severity"], "info");
      assert.equal(alert.labels["notice"], label);
      assert.equal(alert.endsAt, new Date(NOW_MS + 5 * 60_000).toISOString());
      for (let minutes = 0; minutes < 5; minutes += 1) {
        await bench.clock.advance(60_000);
        await bench.clock.settle();
      }
      assert.equal(bench.http.received.length, 1);
    });
  }

  it("posts an alert whose identity is rule, group, severity and host", async () => {
    await using bench = await open(PATIENCE_MS);
    await deliver(bench, message());
    assert.equal(bench.http.received[0]?.path, "/api/v2/alerts");
    const [[alert] = []] = alertsOf(bench);
    assert.deepEqual(alert?.labels, {
      service: "checkout",
      alertname: "api_key_revoked",
      severity: "critical",
      instance: "host-a",
    });
    assert.equal(alert?.startsAt, "2026-05-25T12:34:56.789Z");
    assert.equal(alert?.endsAt, new Date(NOW_MS + 300_000).toISOString());
    assert.equal(alert?.annotations["request_ids"], "req_01HZX4, req_01HZX5, req_01HZX6, and 34 more");
    assert.equal(alert?.annotations["runbook_url"], "https://runbooks.example/api-key-revoked");
  });

  it("names the page of the incident as where the alert comes from", async () => {
    await using bench = await open(PATIENCE_MS, { externalUrl: "https://watch.example" });
    await deliver(bench, message());
    const [[alert] = []] = alertsOf(bench);
    assert.equal(alert?.generatorURL, "https://watch.example/incidents/01JW3K7F3KQ2X5T8N4V6B07F3K");
  });

  it("posts it again every minute until it is resolved", async () => {
    await using bench = await open(PATIENCE_MS);
    await deliver(bench, message());
    await minute(bench);
    const [[first] = [], [again] = []] = alertsOf(bench);
    assert.deepEqual(again, { ...first, endsAt: new Date(NOW_MS + 360_000).toISOString() });
    await minute(bench);
    assert.equal(bench.http.received.length, 3);
    assert.equal(alertsOf(bench)[2]?.[0]?.endsAt, new Date(NOW_MS + 420_000).toISOString());
    await deliver(bench, message(transition("resolved"), { sequence: 2 }));
    assert.equal(alertsOf(bench)[3]?.[0]?.endsAt, "2026-05-25T12:59:06.000Z");
    await bench.clock.advance(300_000);
    assert.equal(bench.http.received.length, 4);
  });

  it("goes on after a restart with what it is told was firing", async () => {
    await using bench = await open(PATIENCE_MS);
    bench.receiver.resume?.([transition("update")]);
    assert.equal(bench.http.received.length, 0);
    await minute(bench);
    assert.equal(alertsOf(bench)[0]?.[0]?.labels["service"], "checkout");
  });

  it("ends the alert of the lower severity when it posts the higher one", async () => {
    await using bench = await open(PATIENCE_MS);
    await deliver(bench, message(transition("firing", { severity: "warning" })));
    await deliver(bench, message(transition("update"), { sequence: 2 }));
    const [ended, raised] = alertsOf(bench)[1] ?? [];
    assert.deepEqual([ended?.labels["severity"], ended?.endsAt], ["warning", new Date(NOW_MS).toISOString()]);
    assert.equal(raised?.labels["severity"], "critical");
  });

  it("has delivered when one of two took it", async () => {
    await using one = await tinyHttp();
    await using other = await tinyHttp();
    one.answer({ status: 500 });
    const urls = [one.url, `${other.url}/prefix/`];
    const receiver = alertmanagerReceiver(receiverSetup(new FakeClock(NOW_MS)), { urls }, 2000);
    const outcome = await receiver.deliver(message(), patience());
    assert.equal(outcome.kind, "delivered");
    assert.match(outcome.detail, /answered 500; Alertmanager 127\.0\.0\.1:\d+ answered 200$/);
    assert.equal(other.received[0]?.path, "/prefix/api/v2/alerts");
    await receiver.close();
  });

  it("never makes an alert that Alertmanager would refuse", async () => {
    await using bench = await open(PATIENCE_MS);
    const property = fc.asyncProperty(
      hostileIncident,
      fc.constantFrom("firing", "resolved"),
      async (incident, event) => {
        const state = event === "firing" ? "firing" : "resolved";
        await deliver(bench, message({ ...transition(event), incident: { ...incident, state } }));
        for (const alert of alertsOf(bench).at(-1) ?? []) {
          for (const [name, value] of [
            ...Object.entries(alert.labels),
            ...Object.entries(alert.annotations),
          ]) {
            assert.match(name, NAMES);
            assert.ok(value.length > 0 && !/\p{Cc}/u.test(value));
          }
          assert.ok(Date.parse(alert.endsAt) >= Date.parse(alert.startsAt));
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});
