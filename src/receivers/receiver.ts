// What a receiver is: it renders a transition in its medium's own way, hands it over once, and says what came of it.
// It never retries, never waits and never throws for what a provider or a network may do: waiting, order, fallback and
// giving up are the outbox's.

import type { GenericSchema } from "valibot";
import type { Reaction } from "../core/incidents/incident.ts";
import type { Transition } from "../core/incidents/transition.ts";
import type { Clock } from "../host/clock.ts";

/** One thing to say to one receiver. */
export interface Message {
  /** Names this delivery for ever: the same after a crash and a retry, so that a receiver can drop repeats. */
  readonly deliveryId: string;
  readonly transition: Transition;
  /** 1 for an incident's first message to this receiver, then counting up. */
  readonly sequence: number;
  /** Attempts so far, 0 at the first. */
  readonly attempt: number;
  /** When the transition was put into the outbox, milliseconds since the epoch; with now it gives the delay. */
  readonly queuedAtMs: number;
  /** How many more messages this one stands for in a flood; their names are among the warnings. */
  readonly others: number;
  /** Further lines that the message must carry, such as "state not persisted". */
  readonly warnings: readonly string[];
  /**
   * What this receiver returned as `reference` for an earlier message of the same incident (Slack's channel and ts, the
   * root Message-ID): JSON, opaque to everyone else; null for the first.
   */
  readonly reference: string | null;
}

/** Why a hand-over failed, and thereby what the outbox does about it. */
export type FailureClass =
  /** Told to wait: as long as `retryAfterMs`, else 30 s. */
  | "rate_limited"
  /** Network, time-out before anything was accepted, 5xx: back-off. */
  | "transient"
  /** It may have been accepted: a firing is repeated, an update is not. */
  | "ambiguous"
  /** A person must mend it (token, channel, password): fallback at once, tried again rarely, never dropped. */
  | "auth"
  /** The provider refuses this content, in every degraded form: dead letter and fallback. */
  | "payload";

export type Outcome =
  | {
      readonly kind: "delivered";
      /** To be handed back with the incident's next message; null leaves the old one. */
      readonly reference: string | null;
      /** What the provider answered, in our words, without secrets; for `revokewatch test` and the log. */
      readonly detail: string;
    }
  | {
      readonly kind: "failed";
      readonly class: FailureClass;
      readonly retryAfterMs: number | null;
      readonly detail: string;
      /** What must be kept although it failed (the recipients that did accept); null leaves the old one. */
      readonly reference: string | null;
    };

/** What came of looking for signs. `unable`: a person must mend it, asking again is of no use. */
export type ReactionsRead =
  | { readonly kind: "read"; readonly reactions: readonly Reaction[] }
  | { readonly kind: "unable"; readonly detail: string }
  | (Outcome & { readonly kind: "failed" });

export interface Receiver {
  readonly name: string;
  readonly kind: string;
  /** Hands one message over, within its own time-outs, at most until `signal` aborts. */
  deliver(message: Message, signal: AbortSignal): Promise<Outcome>;
  /**
   * Told once after the start which incidents are firing, each as its newest transition, so that a receiver which must
   * keep saying so (Alertmanager forgets within five minutes) can go on. It sends nothing at once.
   */
  resume?(firing: readonly Transition[]): void;
  /**
   * Shows how an incident stands in the message that was sent of it, which notifies nobody; nothing is repeated when it
   * fails. @param message with the reference of that message.
   */
  refresh?(message: Message, signal: AbortSignal): Promise<Outcome>;
  /** Reads the signs that people left under the message that a reference names. */
  reactions?(reference: string, signal: AbortSignal): Promise<ReactionsRead>;
  /** Asks the provider whether a delivery would be possible, without sending anything (`check`). */
  verify(signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

/** What every receiver is given, whatever its kind. */
export interface ReceiverSetup {
  readonly name: string;
  readonly clock: Clock;
  /** Shown at the foot of messages: which revokewatch speaks. */
  readonly host: string;
  readonly version: string;
  /** Hosts that a `doc_url` out of the log may link to; others are shown as text. */
  readonly allowedLinkHosts: readonly string[];
  /** Template such as `https://logs.example/search?q={request_id}`, by rule; null: ids are plain text. */
  requestIdLink(rule: string): string | null;
  /** Whom a step of a rule's escalation to this receiver calls, in its own notation; null: nobody but its own. */
  stepMention(rule: string, afterSeconds: number): string | null;
  /** The configuration means link-local addresses when it names one; metadata services stay out of reach. */
  readonly allowLinkLocal: boolean;
  /** Where a person finds the status page, null when it cannot be reached from outside. */
  readonly externalUrl: string | null;
}

/** A kind of receiver: one file exports one of these, and the roster lists it. */
export interface ReceiverKind<Options = unknown> {
  /** The word in the configuration: `slack`, `email`, `webhook`, `alertmanager`, `console`. */
  readonly word: string;
  /** People read it, so that a flood of messages has to be bounded; a program takes them all. */
  readonly forPeople: boolean;
  readonly schema: GenericSchema<unknown, Options>;
  /** Builds one, loading the client library only now. */
  create(setup: ReceiverSetup, options: Options): Promise<Receiver>;
}
