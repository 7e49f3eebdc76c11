// The receiver behind Alertmanager. It posts each transition once for the outbox, and between transitions posts the
// firing alerts again every minute, since Alertmanager takes an alert that it no longer hears of for resolved.

import { type Alert, alertOf, HOLD_MS, isUntold, UNTOLD } from "./alertmanager-alert.ts";
import type { Transition } from "../core/incidents/transition.ts";
import { brief } from "./briefing.ts";
import { isNotice, over } from "./briefing-state.ts";
import { failure } from "./http-errors.ts";
import { handOver } from "./http-hand-over.ts";
import { type HttpOrder, REQUEST_TIMEOUT_MS } from "./http-request.ts";
import type { Message, Outcome, Receiver, ReceiverSetup } from "./receiver.ts";

/** What may be configured. */
export interface AlertmanagerOptions {
  readonly urls: readonly string[];
}

/** How often firing alerts are posted again, milliseconds. */
const REPOST_MS = 60_000;
/** Firing incidents that are held; the lifecycle's own bound on groups lies below. */
const MAX_HELD = 1000;

/** @param timeoutMs for one request; the Alertmanagers are asked side by side. */
export function alertmanagerReceiver(
  setup: ReceiverSetup,
  options: AlertmanagerOptions,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
): Receiver {
  const { allowLinkLocal } = setup;
  // As they were said: what an alert says of its own delivery must not grow old with it.
  const held = new Map<string, Alert>();
  const closing = new AbortController();
  const targets = options.urls.map((url) => ({
    alerts: new URL("api/v2/alerts", withSlash(url)),
    status: new URL("api/v2/status", withSlash(url)),
  }));

  const render = (message: Message): Alert => {
    const nowMs = setup.clock.now();
    return alertOf(message.transition, brief(message, setup, nowMs), setup.host, nowMs);
  };

  const until = (alert: Alert, endMs: number): Alert => ({ ...alert, endsAt: new Date(endMs).toISOString() });

  const post = async (alerts: readonly Alert[], signal: AbortSignal): Promise<Outcome> => {
    const body = JSON.stringify(alerts);
    const nowMs = setup.clock.now();
    const headers = { "content-type": "application/json" };
    const order = { method: "POST", headers, body, timeoutMs, allowLinkLocal, signal } as const;
    return together(await Promise.all(targets.map((target) => ask(target.alerts, order, nowMs))));
  };

  const repost = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await setup.clock.sleep(REPOST_MS, closing.signal);
      if (closing.signal.aborted || held.size === 0) continue;
      // What fails here is posted again in a minute; the outbox hears of the transitions only.
      const endMs = setup.clock.now() + HOLD_MS;
      await post(
        [...held.values()].map((alert) => until(alert, endMs)),
        closing.signal,
      );
    }
  };
  const reposting = repost();

  return {
    name: setup.name,
    kind: "alertmanager",
    async deliver(message, signal) {
      if (isUntold(message.transition)) return UNTOLD;
      const { id } = message.transition.incident;
      const alert = render(message);
      const before = held.get(id);
      // A severity that has changed makes another alert; the one before it must end, or it would stand beside it.
      const changed = before !== undefined && JSON.stringify(before.labels) !== JSON.stringify(alert.labels);
      const outcome = await post(changed ? [until(before, setup.clock.now()), alert] : [alert], signal);
      if (outcome.kind === "failed") return outcome;
      // A notice has no end to be told of: it is posted once and runs out.
      if (isNotice(message.transition.event)) return outcome;
      if (over(message.transition.event, message.transition.incident)) {
        held.delete(id);
      } else if (held.size < MAX_HELD || held.has(id)) {
        held.set(id, alert);
      }
      return outcome;
    },
    resume(firing) {
      for (const transition of firing.slice(0, MAX_HELD)) {
        held.set(transition.incident.id, render(resumed(transition, setup.clock.now())));
      }
    },
    async verify(signal) {
      const nowMs = setup.clock.now();
      const order = { method: "GET", headers: {}, body: "", timeoutMs, allowLinkLocal, signal } as const;
      return together(await Promise.all(targets.map((target) => ask(target.status, order, nowMs))));
    },
    async close() {
      closing.abort();
      await reposting;
    },
  };
}

/** An incident that was firing before the start, as the message that would be posted again. */
function resumed(transition: Transition, nowMs: number): Message {
  const { id } = transition.incident;
  return {
    deliveryId: id,
    transition,
    sequence: 1,
    attempt: 0,
    others: 0,
    queuedAtMs: nowMs,
    warnings: [],
    reference: null,
  };
}

const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

const ask = (url: URL, order: HttpOrder, nowMs: number): Promise<Outcome> =>
  handOver(`Alertmanager ${url.host}`, url, order, nowMs);

/** One Alertmanager that took it is enough, since they tell each other; when none did, what may still come right counts. */
function together(outcomes: readonly Outcome[]): Outcome {
  const detail = outcomes.map((outcome) => outcome.detail).join("; ");
  if (outcomes.some(({ kind }) => kind === "delivered"))
    return { kind: "delivered", reference: null, detail };
  const failures = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [outcome] : []));
  const best = failures.find(({ class: found }) => found !== "auth" && found !== "payload") ?? failures[0];
  return best === undefined ? failure("auth", "no Alertmanager is configured") : { ...best, detail };
}
