// The message that a waiting row becomes at the moment of its hand-over: only then is it known how late it is, what else
// it stands for, and what must be said beside it.

import type { Message } from "../receivers/receiver.ts";
import type { Digest } from "./digest.ts";
import type { Ledger } from "./ledger.ts";
import type { Waiting } from "./queue.ts";

/**
 * @param digest what it stands for beside itself; null for nothing.
 * @param lost messages to this receiver that were given up for want of room since the last that was accepted.
 */
export function messageOf(ledger: Ledger, waiting: Waiting, digest: Digest | null, lost: number): Message {
  const { row, failures } = waiting;
  const { deliveryId, transition, sequence, queuedAtMs, receiver } = row;
  const gone = lost === 1 ? "1 message was" : `${lost} messages were`;
  return {
    deliveryId: digest?.deliveryId ?? deliveryId,
    transition,
    sequence,
    attempt: failures,
    queuedAtMs,
    others: digest?.others.length ?? 0,
    warnings: [
      ...ledger.warnings(),
      ...(lost === 0
        ? []
        : [`${gone} given up, since too many waited: revokewatch outbox list --dead, and the daemon's log`]),
      ...(digest?.lines ?? []),
    ],
    reference: ledger.threads.get(transition.incident.id, receiver)?.reference ?? null,
  };
}
