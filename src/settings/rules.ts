// One entry of `rules`: what counts as an event, how it is grouped, when the count is alarming, and who is told.

import * as v from "valibot";
import { duration } from "../config/fields.ts";
import type { DetectorSpec } from "../core/spikes/detector-spec.ts";
import { nameSchema } from "./entries.ts";
import { matchSchema } from "./match.ts";
import { routeSchema } from "./routes.ts";
import { holdingOf, timesEntries, timesOf } from "./times.ts";

/** Bounds the series of metrics by `rule`. */
const MAX_RULES = 32;
/** Keys of a group; each one multiplies the number of windows. */
const MAX_GROUP_KEYS = 8;
const MIN_WINDOW_MS = 1000;
const MAX_WINDOW_MS = 604_800_000;
const MAX_COUNT = 1_000_000;
/** Ids that one message shows; more would push the rest of it off a phone's screen. */
const MAX_REQUEST_IDS = 50;
const ID_PLACEHOLDER = "{request_id}";

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_COUNT));
const threshold = v.strictObject({
  count: v.pipe(count, v.description("Events in the window from which it fires.")),
  window: v.pipe(
    duration(MIN_WINDOW_MS, MAX_WINDOW_MS),
    v.description("Length of the sliding window, 1s to 7d."),
  ),
});

/** An http: or https: URL for people to open. */
const link = v.pipe(
  v.string(),
  v.check(
    (text) => ["http:", "https:"].includes(URL.parse(text)?.protocol ?? ""),
    "expected an http: or https: URL",
  ),
);

const rule = v.pipe(
  v.strictObject({
    name: nameSchema("Unique name of the rule; used in metrics, messages and silences."),
    match: v.optional(v.pipe(matchSchema, v.description("What counts as an event of this rule.")), {}),
    group_by: v.optional(
      v.pipe(
        v.array(v.string()),
        v.maxLength(MAX_GROUP_KEYS),
        v.description(
          "One window and one incident for each combination of these: service, host, source, key, level, or a label of a source; [] for one in all.",
        ),
      ),
      ["service"],
    ),
    sensitivity: v.optional(
      v.pipe(
        v.picklist(["low", "medium", "high"]),
        v.description("At most one false alarm a month, a week, a day for a group."),
      ),
      "medium",
    ),
    min_count: v.optional(
      v.pipe(count, v.description("Never an alert below this many events in the window that fires.")),
      10,
    ),
    threshold: v.optional(
      v.nullable(
        v.pipe(
          threshold,
          v.description("A plain rule instead of sensitivity and min_count; needs no warm-up."),
        ),
      ),
      null,
    ),
    notify: v.optional(
      v.pipe(
        v.array(routeSchema),
        v.description(
          "Who is told: names of receivers, or {to, after, unless: acked, severity} for a step of escalation (after it has been firing for so long) or a receiver that hears only from a severity on; default: every receiver, of everything.",
        ),
      ),
    ),
    ...timesEntries,
    inhibits: v.optional(
      v.pipe(
        v.array(v.string()),
        v.maxLength(MAX_RULES),
        v.description(
          "Names of rules with the same labels in group_by, or more: while an incident of this rule fires, theirs are counted and listed in it, and told only if they outlast it.",
        ),
      ),
      [],
    ),
    runbook_url: v.optional(
      v.nullable(v.pipe(link, v.description("What on-call should read; it stands in every message."))),
      null,
    ),
    new_key_notice: v.optional(
      v.pipe(
        v.boolean(),
        v.description(
          "Tell once, with severity info, of a key that was not seen failing for 30 days and begins to, however slowly; gathered for 15 minutes.",
        ),
      ),
      false,
    ),
    request_ids: v.optional(
      v.pipe(
        v.strictObject({
          max: v.optional(
            v.pipe(
              v.number(),
              v.integer(),
              v.minValue(1),
              v.maxValue(MAX_REQUEST_IDS),
              v.description("How many ids a message shows, 1 to 50."),
            ),
            10,
          ),
          link: v.optional(
            v.nullable(
              v.pipe(
                link,
                v.check(
                  (text) => text.includes(ID_PLACEHOLDER),
                  `expected ${ID_PLACEHOLDER} somewhere in the link`,
                ),
                v.description("Where an id leads, such as https://logs.example/search?q={request_id}."),
              ),
            ),
            null,
          ),
        }),
        v.description("The request ids in a message."),
      ),
      {},
    ),
  }),
  v.transform((input) => ({
    name: input.name,
    match: input.match,
    groupBy: input.group_by,
    detector: { ...detectorOf(input), ...holdingOf(input) },
    times: timesOf(input),
    inhibits: input.inhibits,
    notify: input.notify ?? null,
    runbookUrl: input.runbook_url,
    newKeyNotice: input.new_key_notice,
    requestIds: input.request_ids,
  })),
);

function detectorOf(input: {
  readonly sensitivity: "low" | "medium" | "high";
  readonly min_count: number;
  readonly threshold: v.InferOutput<typeof threshold> | null;
}): DetectorSpec {
  return input.threshold === null
    ? { kind: "adaptive", sensitivity: input.sensitivity, minCount: input.min_count }
    : { kind: "threshold", count: input.threshold.count, windowMs: input.threshold.window };
}

/** `rules`; left out, the built-in one. */
export const rulesSchema = v.optional(
  v.pipe(
    v.array(rule),
    v.minLength(1),
    v.maxLength(MAX_RULES),
    v.description("What is watched for. Left out: one rule with every default below."),
  ),
  [{ name: "api_key_revoked" }],
);
