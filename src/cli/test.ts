// `revokewatch test`: a marked alert and its resolve, through the real rendering to the real receivers, and what each
// provider answered. One attempt each: the daemon's patience would hide what is wrong.

import { engineRule } from "../app/engine-rule.ts";
import { openReceiver } from "../app/open-receiver.ts";
import { formatFinding } from "../config/finding.ts";
import { closest } from "../config/similar.ts";
import type { Transition } from "../core/incidents/transition.ts";
import { systemClock } from "../host/clock.ts";
import { shownJson } from "../host/shown-text.ts";
import { deliveryIdOf } from "../outbox/row.ts";
import type { FailureClass, Outcome, Receiver } from "../receivers/receiver.ts";
import { roster } from "../roster.ts";
import { loadSettings, type ReceiverSettings, type Settings } from "../settings.ts";
import { sampleTransitions } from "./test-sample.ts";
import { notBuilt } from "./trials.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

/** Above every receiver's own time-outs: it only ends what none of them caught. */
const DELIVERY_TIMEOUT_MS = 60_000;

/** What `-o json` prints of one message to one receiver. */
interface Report {
  readonly receiver: string;
  readonly kind: string;
  /** `firing` or `resolved`. */
  readonly event: Transition["event"];
  readonly outcome: "delivered" | "failed";
  /** Why it failed, as the daemon would treat it; null when delivered. */
  readonly class: FailureClass | null;
  /** What the provider answered, in our words. */
  readonly detail: string;
  /** How long the provider asks to wait; null when it does not. */
  readonly retry_after_seconds: number | null;
  readonly duration_seconds: number;
}

/** The verb `test`. */
export const testVerb: Verb = {
  word: "test",
  summary: "send a marked alert and its resolve to the receivers, and print what they answer",
  synopsis: "[RECEIVER…]",
  options: {},
  optionHelp: {},
  run: test,
};

async function test({ values, positionals, env, stdout, stderr, signal }: Invocation): Promise<number> {
  const option = values["config"];
  const configPath = typeof option === "string" ? option : null;
  const { settings, findings } = await loadSettings({ configPath, env, cwd: process.cwd(), roster });
  for (const finding of findings) stderr.write(`${formatFinding(finding)}\n`);
  if (settings === null) return EXIT.config;
  const chosen = chosenReceivers(settings.receivers, positionals);
  const json = values["output"] === "json";
  let refused = false;
  // One after the other, so that what a person reads has the order of the configuration.
  for (const receiver of chosen) {
    await tryReceiver(receiver, settings, signal, (report) => {
      refused ||= report.outcome === "failed";
      stdout.write(`${json ? shownJson(report) : reportText(report)}\n`);
    });
  }
  return refused ? EXIT.refused : EXIT.ok;
}

/** Those named; without names all, but for the console where there are others: it shows everything on stdout anyway. */
function chosenReceivers(
  receivers: readonly ReceiverSettings[],
  names: readonly string[],
): readonly ReceiverSettings[] {
  const known = receivers.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = closest(name, known);
    const hint = meant === null ? `there are ${known.join(", ")}` : `did you mean "${meant}"?`;
    throw new UsageError(`no receiver is called ${JSON.stringify(name)}; ${hint}`);
  }
  if (names.length > 0) return receivers.filter(({ name }) => names.includes(name));
  const others = receivers.filter(({ kind }) => kind !== "console");
  return others.length > 0 ? others : receivers;
}

async function tryReceiver(
  chosen: ReceiverSettings,
  settings: Settings,
  signal: AbortSignal,
  report: (report: Report) => void,
): Promise<void> {
  const clock = systemClock();
  const told =
    settings.rules.find(({ notify }) => notify.some(({ to }) => to === chosen.name)) ?? settings.rules[0];
  if (told === undefined) throw new RangeError("a configuration has at least one rule");
  let reference: string | null = null;
  let receiver: Receiver | null = null;
  try {
    for (const [i, transition] of sampleTransitions(engineRule(told), clock.now()).entries()) {
      const startedMs = clock.monotonic();
      const sequence = i + 1;
      let outcome: Outcome;
      try {
        receiver ??= await openReceiver(chosen, settings, roster, clock);
        const message = {
          deliveryId: deliveryIdOf(transition.incident.id, sequence, chosen.name),
          transition,
          sequence,
          attempt: 0,
          others: 0,
          queuedAtMs: clock.now(),
          warnings: [],
          reference,
        };
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]);
        outcome = await receiver.deliver(message, deadline);
      } catch (error) {
        const detail = notBuilt(error);
        outcome = { kind: "failed", class: "auth", retryAfterMs: null, detail, reference: null };
      }
      report(reportOf(chosen, transition.event, outcome, clock.monotonic() - startedMs));
      // What was not said to have begun cannot be said to be over.
      if (outcome.kind === "failed") return;
      reference = outcome.reference ?? reference;
    }
  } finally {
    await receiver?.close();
  }
}

function reportOf(
  { name, kind }: ReceiverSettings,
  event: Transition["event"],
  outcome: Outcome,
  durationMs: number,
): Report {
  const failed = outcome.kind === "failed";
  return {
    receiver: name,
    kind,
    event,
    outcome: outcome.kind,
    class: failed ? outcome.class : null,
    detail: outcome.detail,
    retry_after_seconds: failed && outcome.retryAfterMs !== null ? outcome.retryAfterMs / 1000 : null,
    duration_seconds: Math.round(durationMs) / 1000,
  };
}

function reportText({ receiver, kind, event, class: reason, detail, ...times }: Report): string {
  const answer = reason === null ? "accepted" : `refused (${reason})`;
  const wait = times.retry_after_seconds === null ? "" : `; it asks to wait ${times.retry_after_seconds} s`;
  return `${receiver} (${kind})  ${event}: ${answer} after ${times.duration_seconds.toFixed(2)} s: ${detail}${wait}`;
}
