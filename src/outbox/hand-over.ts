// One call of a receiver, made safe: it ends within a bound whatever the receiver does, and a fault in the receiver's
// code is an outcome, not the end of the daemon.

import type { Clock } from "../host/clock.ts";
import type { Message, Outcome, Receiver } from "../receivers/receiver.ts";

/** A receiver that keeps none of its own time-outs is cut off here: a hung call must not hold its place for ever. */
export const ANSWER_LIMIT_MS = 120_000;

const UNANSWERED: Outcome = {
  kind: "failed",
  class: "ambiguous",
  retryAfterMs: null,
  detail: "no answer before the call was ended",
  reference: null,
};

/** Resolves with the receiver's answer, or as ambiguous once `ended` aborts or the bound is reached. */
export async function handOver(
  receiver: Receiver,
  message: Message,
  clock: Clock,
  ended: AbortSignal,
): Promise<Outcome> {
  const call = new AbortController();
  const end = (): void => call.abort();
  ended.addEventListener("abort", end, { once: true });
  if (ended.aborted) end();
  const unanswered = clock.sleep(ANSWER_LIMIT_MS, call.signal).then(() => UNANSWERED);
  const outcome = await Promise.race([answer(receiver, message, call.signal), unanswered]);
  end();
  ended.removeEventListener("abort", end);
  return outcome;
}

async function answer(receiver: Receiver, message: Message, signal: AbortSignal): Promise<Outcome> {
  try {
    return await receiver.deliver(message, signal);
  } catch (error) {
    // The text may hold a URL with a secret in it; the name does not.
    const name = error instanceof Error ? error.name : typeof error;
    const detail = `receiver ${receiver.name} failed with ${name}, which it must not`;
    return { kind: "failed", class: "transient", retryAfterMs: null, detail, reference: null };
  }
}
