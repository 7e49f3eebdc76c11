// What a spike looks like, in one word for the message. It explains; it never decides whether there is an alert.

export type Shape =
  /** One dead key in a cron or poller. */
  | "one_key_cron"
  /** One client retrying. */
  | "one_key_retried"
  /** One shared, perhaps leaked, key was revoked: many places use it. */
  | "one_key_shared"
  /** Mass revocation or rotation. */
  | "many_keys"
  /** Someone tries keys. */
  | "keys_tried"
  /** One service's key store or deploy. */
  | "one_service"
  /** The level stayed for hours; said by the incident, which knows how it ended. */
  | "new_level"
  | "unknown";

/** What the shape is judged by. */
export interface ShapeEvidence {
  /** Events, and those of them that told a key. */
  readonly events: number;
  readonly keyedEvents: number;
  /** Share of the most frequent key among the keyed events. */
  readonly topKeyShare: number;
  readonly topKeyPeriodic: boolean;
  /** N_eff of the keys, see Tally. */
  readonly effectiveKeys: number;
  readonly distinctKeys: number;
  /** Share of the keys that the group had seen before the spike. */
  readonly knownKeyShare: number;
  readonly distinctServices: number;
  /** The most different hosts, services or log sources: from how many places the events come. */
  readonly places: number;
}

/** Most events must tell their key for the keys to explain the spike. */
const LEAST_KEYED_SHARE = 0.5;
const ONE_KEY_SHARE = 0.8;
const SHARED_PLACES = 5;
const MANY_KEYS = 5;
/** Who tries keys uses each once or twice, few of them were ever seen, and all come from one or two places. */
const TRIED_USES = 2;
const TRIED_KNOWN_SHARE = 0.1;
const TRIED_PLACES = 2;
const IN_USE_SHARE = 0.5;

/** The rows are asked from top to bottom; the first that holds names the shape. */
const TABLE: readonly (readonly [Shape, (e: ShapeEvidence) => boolean])[] = [
  ["unknown", (e) => e.keyedEvents < LEAST_KEYED_SHARE * e.events || e.keyedEvents === 0],
  ["one_key_shared", (e) => e.topKeyShare >= ONE_KEY_SHARE && e.places >= SHARED_PLACES],
  ["one_key_cron", (e) => e.topKeyShare >= ONE_KEY_SHARE && e.topKeyPeriodic],
  ["one_key_retried", (e) => e.topKeyShare >= ONE_KEY_SHARE],
  ["unknown", (e) => e.effectiveKeys < MANY_KEYS],
  ["many_keys", (e) => e.knownKeyShare >= IN_USE_SHARE],
  [
    "keys_tried",
    (e) =>
      e.knownKeyShare <= TRIED_KNOWN_SHARE &&
      e.places <= TRIED_PLACES &&
      e.keyedEvents <= TRIED_USES * e.distinctKeys,
  ],
  ["one_service", (e) => e.distinctServices === 1],
];

export function shapeOf(evidence: ShapeEvidence): Shape {
  return TABLE.find(([, holds]) => holds(evidence))?.[0] ?? "many_keys";
}
