// The things that can happen to a message on its way, by name.

import type { TransitionEvent } from "../core/incidents/transition.ts";
import type { FailureClass } from "../receivers/receiver.ts";

export interface OutboxFacts {
  queued(receiver: string, kind: TransitionEvent): void;
  /** One hand-over ended. `outcome` is `ok` or the failure's class. */
  attempted(receiver: string, outcome: "ok" | FailureClass, durationMs: number, detail: string): void;
  delivered(receiver: string, kind: TransitionEvent, delayMs: number, incident: string): void;
  /** Given up for good, aloud: `content` is everything that would have been said. */
  failed(
    receiver: string,
    reason: "auth" | "payload" | "expired" | "dropped",
    kind: TransitionEvent,
    content: string,
  ): void;
  /** So much waits that messages will soon be given up for want of room; once, until there is room again. */
  filling(receiver: string, messages: number, bytes: number): void;
  /** The daemon ends before it could be said: the state keeps it for the next start, when there is one. */
  unsaid(receiver: string, kind: TransitionEvent, incident: string): void;
  /** A message was merged into a newer one of the same incident. */
  coalesced(receiver: string, kind: TransitionEvent): void;
  /** A message was said in the digest that the incident `lead` leads, since too many came. */
  digested(receiver: string, kind: TransitionEvent, rule: string, incident: string, lead: string): void;
  fallback(receiver: string, fallback: string, incident: string): void;
  circuit(receiver: string, open: boolean): void;
}
