// PagerDuty: the law, and one alert there for each incident, from its trigger to its end.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import * as v from "valibot";
import type { TransitionEvent } from "../../src/core/incidents/transition.ts";
import { pagerdutyKind, pagerdutyReceiver } from "../../src/receivers/pagerduty.ts";
import { type LawFault, type ReceiverBench, receiverLaw } from "../laws/receiver-law.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { hostileIncident } from "../support/hostile.ts";
import { type TinyAnswer, type TinyHttp, tinyHttp } from "../support/tiny-http.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";

interface PagerDutyBench extends ReceiverBench {
  readonly http: TinyHttp;
}

const KEY = "R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00";

async function open(timeoutMs: number): Promise<PagerDutyBench> {
  const http = await tinyHttp();
  http.answer({ status: 202, body: '{"status":"success"}' });
  const options = v.parse(pagerdutyKind.schema, { routing_key: KEY, url: `${http.url}/v2/enqueue` });
  return {
    http,
    receiver: pagerdutyReceiver(receiverSetup(new FakeClock()), options, timeoutMs),
    secrets: [KEY],
    reached: () => http.received.length,
    [Symbol.asyncDispose]: () => http.stop(),
  };
}

const answers = (
  name: string,
  failure: LawFault<PagerDutyBench>["class"],
  how: TinyAnswer,
): LawFault<PagerDutyBench> => ({ name, class: failure, arm: ({ http }) => http.answer(how) });

receiverLaw<PagerDutyBench>({
  name: "pagerduty",
  open,
  faults: [
    answers("a 400", "payload", { status: 400, body: KEY }),
    answers("a 403", "auth", { status: 403 }),
    answers("a 429", "rate_limited", { status: 429 }),
    answers("a 500", "transient", { status: 500 }),
    answers("a reset", "ambiguous", "reset"),
    { name: "a host that refuses connections", class: "transient", arm: ({ http }) => http.stop() },
  ],
  hang: ({ http }) => http.answer("hang"),
});

/** What we sent, as PagerDuty documents it. */
interface Event {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: string;
    readonly custom_details: Readonly<Record<string, string>>;
  };
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}
const eventsOf = ({ http }: PagerDutyBench): Event[] =>
  http.received.map(({ body }) => JSON.parse(body) as Event);

describe("pagerduty", () => {
  it("hears an incident as one alert: triggered, acknowledged, resolved", async () => {
    await using bench = await open(2000);
    const told: readonly TransitionEvent[] = [
      "firing",
      "update",
      "acked",
      "silence_ended",
      "new_key_notice",
      "resolved",
    ];
    for (const event of told)
      await bench.receiver.deliver(message(transition(event)), AbortSignal.timeout(5000));
    const events = eventsOf(bench);
    assert.deepEqual(
      events.map(({ event_action: action }) => action),
      ["trigger", "trigger", "acknowledge", "resolve"],
    );
    assert.deepEqual([...new Set(events.map(({ dedup_key: key }) => key))], ["01JW3K7F3KQ2X5T8N4V6B07F3K"]);
    assert.ok(events.every(({ routing_key: key }) => key === KEY));
  });

  it("pages with what on-call needs", async () => {
    await using bench = await open(2000);
    await bench.receiver.deliver(message(), AbortSignal.timeout(5000));
    const [{ payload, links = [] } = {} as Event] = eventsOf(bench);
    assert.equal(payload?.summary, "CRITICAL api_key_revoked: 37 in 5m (usual 1.2) checkout - 7F3K");
    assert.deepEqual([payload.source, payload.severity], ["host-a", "critical"]);
    assert.match(payload.custom_details["what to do"] ?? "", /^One key is being retried/);
    assert.match(payload.custom_details["request ids"] ?? "", /^req_01HZX4, /);
    assert.deepEqual(links[0], { href: "https://runbooks.example/api-key-revoked", text: "Runbook" });
  });

  it("pages nobody for a test", async () => {
    await using bench = await open(2000);
    const test = message(transition("firing", {}, { test: true }));
    await bench.receiver.deliver(test, AbortSignal.timeout(5000));
    assert.equal(eventsOf(bench)[0]?.payload?.severity, "info");
  });

  it("takes whatever a log says within PagerDuty's bounds, and links to no host of its choosing", async () => {
    await using bench = await open(5000);
    await fc.assert(
      fc.asyncProperty(hostileIncident, async (incident) => {
        const before = bench.http.received.length;
        await bench.receiver.deliver(message({ ...transition(), incident }), AbortSignal.timeout(5000));
        const event = eventsOf(bench)[before];
        assert.ok(Buffer.byteLength(bench.http.received[before]?.body ?? "") < 512 * 1024);
        assert.ok((event?.payload?.summary.length ?? Infinity) <= 1024);
        for (const { href } of event?.links ?? []) {
          assert.match(href, /^https:\/\/(?:runbooks\.example|docs\.asterwise\.com)\//);
        }
      }),
      { numRuns: 50 },
    );
  });
});
