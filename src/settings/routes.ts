// One entry of a rule's `notify`: the name of a receiver, or the same with the conditions under which it is told.

import * as v from "valibot";
import { duration } from "../config/fields.ts";
import { slackMention } from "../config/slack-mention.ts";
import type { Route } from "../core/incidents/routes.ts";

/** Below this a step would overtake the first message. */
const MIN_AFTER_MS = 1000;
/** What nobody has cared for in a day needs another rule, not another step. */
const MAX_AFTER_MS = 86_400_000;

/** A receiver that is told of everything from the beginning. */
export function alwaysTo(name: string): Route {
  return { to: name, afterMs: 0, unlessAcked: false, severity: null, mention: null };
}

const conditional = v.pipe(
  v.strictObject({
    to: v.pipe(v.string(), v.description("Name of a receiver.")),
    after: v.optional(
      v.pipe(
        duration(MIN_AFTER_MS, MAX_AFTER_MS),
        v.description(
          "A step of escalation: told only when the incident has been firing for this long, 1s to 1d.",
        ),
      ),
    ),
    unless: v.optional(
      v.pipe(v.literal("acked"), v.description("The step is left out while the incident is acknowledged.")),
    ),
    severity: v.optional(
      v.pipe(
        v.picklist(["info", "warning", "critical"]),
        v.description("Told only from this severity on, which may come later than the incident."),
      ),
    ),
    mention: v.optional(
      v.pipe(
        slackMention,
        v.description(
          "Whom the step calls, instead of what the receiver calls by severity; Slack's notation, and receivers of other kinds pay no heed to it.",
        ),
      ),
    ),
  }),
  v.transform(({ to, after, unless, severity, mention }): Route => ({
    to,
    afterMs: after ?? 0,
    unlessAcked: unless === "acked",
    severity: severity ?? null,
    mention: mention ?? null,
  })),
);

/** An entry of `notify`. */
export const routeSchema = v.union([v.pipe(v.string(), v.transform(alwaysTo)), conditional]);
