// What a group of events is given when it is opened.

import type { DetectorSpec } from "../spikes/detector-spec.ts";
import type { CoreFacts } from "../facts.ts";
import type { KeyTracker } from "../keys/key-tracker.ts";
import type { Route } from "./routes.ts";
import type { Silences } from "./silences.ts";
import type { Neighbours } from "./inhibition.ts";
import type { Times } from "./times.ts";

/** What a group takes from its rule. */
export interface GroupRule {
  readonly name: string;
  readonly detector: DetectorSpec;
  readonly requestIdsMax: number;
  readonly runbookUrl: string | null;
  /** A key that begins to fail is told of, however slowly it does. */
  readonly newKeyNotice: boolean;
  /** Those with a time in them are told of an incident that lasts. */
  readonly routes: readonly Route[];
  /** Default `DEFAULT_TIMES`. */
  readonly times?: Times;
  /** Names of the rules for whose incidents those of this one stand; default none. */
  readonly inhibits?: readonly string[];
}

/** What the group is given by the engine. */
export interface GroupSetup {
  readonly rule: GroupRule;
  readonly labels: Readonly<Record<string, string>>;
  /** Keyed hash of a text, hex, at least 20 digits. */
  readonly digest: (text: string) => string;
  readonly facts: CoreFacts;
  readonly silences: Silences;
  readonly neighbours: Neighbours;
  /** The group's revoked keys that are still used. */
  readonly keys: KeyTracker;
  /** What began and ended in a backlog is told once, when it is over. */
  readonly summarises: boolean;
  /**
   * Since when the group would have been seen had anything happened in it, milliseconds since the epoch: a service whose
   * first events are a spike is not new to a log that has been watched for an hour. Null while it is restored.
   */
  readonly watchedSinceMs: number | null;
}
