// What leaves the program for other programs, as JSON Schema: the body of a webhook, a line on stdout, of `backtest -o json`.
// Fields may be added within version 1, so that who validates lets unknown ones pass.

import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { type Transition, TRANSITION_EVENTS } from "../src/core/incidents/transition.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const amount = v.nullable(v.pipe(v.number(), v.minValue(0)));
const text = v.string();
const texts = v.array(text);
const textOrNull = v.nullable(text);
const moment = v.pipe(
  text,
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
  v.description("RFC 3339, UTC"),
);
const momentOrNull = v.nullable(moment);
const group = v.record(text, text);
const top = v.array(v.strictObject({ value: text, count }));
const named = { id: text, short_id: text, rule: text };

const lastUse = v.strictObject({
  value: v.pipe(text, v.description("Masked: kind and last four characters")),
  hash: text,
  count,
  first_seen_at: moment,
  last_seen_at: moment,
  last_service: textOrNull,
  last_host: textOrNull,
});

const incident = v.strictObject({
  id: v.pipe(text, v.description("ULID; the same from the first transition to the last")),
  short_id: v.pipe(text, v.description("Its last four characters, for people")),
  rule: text,
  group: v.pipe(group, v.description("Labels by which the rule groups")),
  severity: v.picklist(["info", "warning", "critical"]),
  state: v.picklist(["pending", "firing", "acked", "resolving", "resolved"]),
  started_at: moment,
  fired_at: momentOrNull,
  resolved_at: momentOrNull,
  last_event_at: moment,
  count: v.pipe(count, v.description("Events (or new keys) in the window that tells most")),
  window_seconds: count,
  expected: v.pipe(amount, v.description("What is usual in that window; null: nothing to compare with")),
  expected_high: v.pipe(amount, v.description("What is still usual")),
  ratio: amount,
  probability: v.pipe(amount, v.description("Of that count or more, if all were as usual")),
  threshold: v.pipe(amount, v.description("From which count on that window fires")),
  explanation: text,
  total: v.pipe(count, v.description("Events since the onset")),
  peak_per_minute: count,
  distinct_keys: count,
  shape: v.picklist([
    "one_key_cron",
    "one_key_retried",
    "one_key_shared",
    "many_keys",
    "keys_tried",
    "one_service",
    "new_level",
    "unknown",
  ]),
  channel: v.picklist(["events", "new_keys"]),
  hint: v.pipe(text, v.description("What to do first")),
  request_ids: v.pipe(texts, v.description("First and newest, at most the rule's request_ids.max")),
  request_ids_total: count,
  request_ids_truncated: v.boolean(),
  top: v.strictObject({ keys: top, services: top, hosts: top }),
  rotation: v.nullable(
    v.strictObject({
      still_seen: count,
      within_seconds: count,
      keys_total: count,
      keys: v.array(lastUse),
    }),
  ),
  sparkline: v.pipe(v.array(count), v.description("Events a minute, oldest first")),
  doc_url: v.pipe(textOrNull, v.description("Out of the log: not checked")),
  runbook_url: textOrNull,
  sources: texts,
  silence: textOrNull,
  silenced_until: momentOrNull,
  acked_by: textOrNull,
  ended_as: v.nullable(v.picklist(["back_to_normal", "new_level", "rule_removed", "rule_changed"])),
  flapping: v.boolean(),
  unseen_since: momentOrNull,
  escalated_to: texts,
  inhibited_by: v.nullable(v.strictObject(named)),
  inhibits: v.array(v.strictObject({ ...named, group, total: count })),
});

/** A transition, with no key left out and none too many. */
export const transitionSchema: v.GenericSchema<unknown, Transition> = v.pipe(
  v.strictObject({
    version: v.literal(1),
    event: v.picklist(TRANSITION_EVENTS),
    at: moment,
    late_seconds: v.pipe(count, v.description("How long after `at` it could be known; 0 when live")),
    test: v.pipe(v.boolean(), v.description("Made by `revokewatch test`")),
    step: v.nullable(v.picklist(["growth", "severity", "new_service"])),
    escalation: v.array(v.strictObject({ to: text, after_seconds: count })),
    incident,
  }),
  v.title("A transition of an incident, as revokewatch tells it to programs"),
);

/** The document. */
export function transitionSchemaText(): string {
  const { $schema = "https://json-schema.org/draft/2020-12/schema", ...rest } = toJsonSchema(
    transitionSchema,
    {
      target: "draft-2020-12",
    },
  );
  const schema = { $schema, $id: "urn:revokewatch:transition:1", ...rest };
  const open = (key: string, value: unknown): unknown =>
    key === "additionalProperties" && value === false ? undefined : value;
  return `${JSON.stringify(schema, open, 2)}\n`;
}
