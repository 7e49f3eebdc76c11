// PagerDuty's Events API v2: a firing incident triggers an alert, an acknowledged one acknowledges it, a resolved one ends
// it. Its key is the incident's id, so that whatever is said twice, or in the wrong order, is one alert there.

import * as v from "valibot";
import { isHttpUrl } from "../config/http-url.ts";
import type { Secret } from "../config/secrets.ts";
import type { TransitionEvent } from "../core/incidents/transition.ts";
import { type Briefing, brief } from "./briefing.ts";
import { handOver } from "./http-hand-over.ts";
import { REQUEST_TIMEOUT_MS } from "./http-request.ts";
import { openSecret } from "./open-secret.ts";
import type { Message, Outcome, Receiver, ReceiverKind, ReceiverSetup } from "./receiver.ts";
import { atMostOne, secretEntries, secretOf } from "./secret-option.ts";
import { plain } from "./spans.ts";

const DEFAULT_URL = "https://events.pagerduty.com/v2/enqueue";

const schema = v.pipe(
  v.strictObject({
    ...secretEntries("routing_key", "Integration key of a service (Events API v2)"),
    url: v.optional(
      v.pipe(
        v.string(),
        v.check(isHttpUrl, "expected an http: or https: URL"),
        v.description("Where PagerDuty takes events; accounts in the EU have events.eu.pagerduty.com"),
      ),
      DEFAULT_URL,
    ),
  }),
  atMostOne(["routing_key_file", "routing_key"], 1),
  v.transform((input): PagerDutyOptions => ({
    routingKey: secretOf(input, "routing_key") as Secret,
    url: input.url,
  })),
);

/** What may be configured, checked. */
export interface PagerDutyOptions {
  readonly routingKey: Secret;
  readonly url: string;
}

/** The kind `pagerduty`. Everything goes there: what ends must end there too, and PagerDuty itself groups what pages. */
export const pagerdutyKind: ReceiverKind<PagerDutyOptions> = {
  word: "pagerduty",
  forPeople: false,
  schema,
  create: async (setup, options) => pagerdutyReceiver(setup, options),
};

type Action = "trigger" | "acknowledge" | "resolve";

/** Null: nothing that changes an alert there. */
const ACTION: Readonly<Record<TransitionEvent, Action | null>> = {
  firing: "trigger",
  update: "trigger",
  repeat: "trigger",
  escalated: "trigger",
  silence_exceeded: "trigger",
  acked: "acknowledge",
  resolved: "resolve",
  silence_ending: null,
  silence_ended: null,
  // Information wakes nobody, and nothing would ever end such an alert.
  new_key_notice: null,
  recurring: null,
};
const UNTOLD: Outcome = {
  kind: "delivered",
  reference: null,
  detail: "nothing that PagerDuty pages for",
};
/** @param timeoutMs for the one request of a delivery. */
export function pagerdutyReceiver(
  setup: ReceiverSetup,
  options: PagerDutyOptions,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
): Receiver {
  return {
    name: setup.name,
    kind: "pagerduty",
    async deliver(message, signal) {
      const action = ACTION[message.transition.event];
      if (action === null) return UNTOLD;
      const key = openSecret(options.routingKey, "PagerDuty's routing key");
      if (typeof key !== "string") return key;
      const nowMs = setup.clock.now();
      const body = JSON.stringify(eventOf(message, setup, brief(message, setup, nowMs), key, action));
      const headers = { "content-type": "application/json" };
      const bounds = { timeoutMs, allowLinkLocal: setup.allowLinkLocal, signal };
      return handOver("PagerDuty", new URL(options.url), { method: "POST", headers, body, ...bounds }, nowMs);
    },
    /** Events can only be asked for by sending one, so only the key is looked at. */
    async verify() {
      const key = openSecret(options.routingKey, "PagerDuty's routing key");
      return typeof key === "string"
        ? { kind: "delivered", reference: null, detail: "PagerDuty's routing key is there; nothing was sent" }
        : key;
    },
    async close() {},
  };
}

function eventOf(
  { transition: { incident, test } }: Message,
  setup: ReceiverSetup,
  briefing: Briefing,
  key: string,
  action: Action,
): unknown {
  const event = { routing_key: key, event_action: action, dedup_key: incident.id };
  if (action !== "trigger") return event;
  return {
    ...event,
    payload: {
      // PagerDuty takes 1,024 characters here and 512 KiB in all; a briefing stays far below either.
      summary: briefing.push,
      source: setup.host,
      // A test pages nobody who is not looking.
      severity: test ? "info" : incident.severity,
      timestamp: incident.started_at,
      class: incident.rule,
      custom_details: detailsOf(briefing),
    },
    links: briefing.links.map(({ label, url }) => ({ href: url, text: label })),
    client: "revokewatch",
  };
}

function detailsOf({
  headline,
  since,
  facts,
  requestIds,
  advice,
  caveats,
}: Briefing): Record<string, string> {
  const all = {
    what: plain(headline),
    since: plain(since),
    "what to do": advice.map(plain).join(" "),
    ...Object.fromEntries(facts.map(({ label, value }) => [label.toLowerCase(), plain(value)])),
    "request ids": requestIds.items.map(({ id }) => id).join(", "),
    caveats: caveats.map(plain).join(" "),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}
