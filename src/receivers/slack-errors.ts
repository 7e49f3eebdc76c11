// What Slack's answers mean for a delivery: the error codes of the Web API and of incoming webhooks in one table, and
// the statuses and faults beneath them.

import { failure, faultClass, retryAfter, statusClass } from "./http-errors.ts";
import type { HttpAnswer, HttpFault } from "./http-request.ts";
import type { FailureClass, Outcome } from "./receiver.ts";

/** A class of the outbox, or `stale`: the message that we wanted to edit or answer is not there any more. */
export type SlackClass = FailureClass | "stale";

const CODES: Readonly<Record<SlackClass, readonly string[]>> = {
  rate_limited: ["ratelimited", "rate_limited", "message_limit_exceeded"],
  transient: ["team_added_to_org", "org_login_required", "ekm_access_denied", "rollup_error", "server_error"],
  // Slack says of these that "it is possible some aspect of the operation succeeded".
  ambiguous: ["fatal_error", "internal_error", "service_unavailable", "request_timeout"],
  auth: [
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "access_denied",
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "channel_is_archived",
    "team_access_not_granted",
    "team_not_found",
    "posting_to_general_channel_denied",
    "invalid_token",
    "no_team",
    "no_active_hooks",
    "no_service",
    "no_service_id",
    "action_prohibited",
    "user_not_found",
    "two_factor_setup_required",
    "accesslimited",
    "deprecated_endpoint",
    "method_deprecated",
    "unknown_method",
  ],
  payload: [
    "msg_blocks_too_long",
    "msg_too_long",
    "metadata_too_large",
    "metadata_must_be_sent_from_app",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "no_text",
    "too_many_attachments",
    "attachment_payload_limit_exceeded",
    "invalid_payload",
    "invalid_arguments",
    "invalid_arg_name",
    "invalid_array_arg",
    "invalid_form_data",
    "invalid_charset",
    "slack_connect_canvas_sharing_blocked",
    "markdown_text_conflict",
  ],
  stale: [
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "cannot_reply_to_message",
    "thread_not_found",
    "invalid_thread_ts",
  ],
};
const CLASS_BY_CODE = new Map(
  Object.entries(CODES).flatMap(([name, codes]) => codes.map((code) => [code, name as SlackClass] as const)),
);
/** Families of codes that Slack keeps adding to. */
const CLASS_BY_PREFIX: readonly (readonly [string, SlackClass])[] = [
  ["invalid_blocks", "payload"],
  ["restricted_action", "auth"],
];
/** The form of every code; anything else in its place is not Slack speaking, but a proxy's page. */
const CODE = /^[a-z][a-z0-9_]{1,60}$/;

/** The class of a code that Slack answered; a code not known here is tried again until it expires. */
export function codeClass(code: string): SlackClass {
  const family = CLASS_BY_PREFIX.find(([prefix]) => code.startsWith(prefix));
  return CLASS_BY_CODE.get(code) ?? family?.[1] ?? "transient";
}

/** A failed call: the outbox's outcome, except that a class may be `stale`. */
export interface SlackFailure extends Omit<Outcome & { kind: "failed" }, "class"> {
  readonly class: SlackClass;
}

/**
 * The failure that a whole answer is.
 * @param code what Slack gives as its error; null: it gave none that can be read.
 * @param nowMs wall clock, for a Retry-After that is a date.
 */
export function slackAnswerFailure(answer: HttpAnswer, code: string | null, nowMs: number): SlackFailure {
  const waitMs = retryAfter(answer.headers["retry-after"], nowMs);
  if (answer.status === 429) return failure("rate_limited", "Slack answered 429", waitMs);
  if (code !== null && CODE.test(code)) {
    return { ...failure("transient", `Slack answered ${code}`, waitMs), class: codeClass(code) };
  }
  if (answer.status >= 300) {
    return failure(statusClass(answer.status, waitMs), `Slack answered ${answer.status}`, waitMs);
  }
  const length = answer.body.length;
  return failure(
    "transient",
    `expected Slack's JSON, found ${answer.status} with ${length} characters of something else`,
  );
}

/** The failure that a call without an answer is. */
export function slackFaultFailure(fault: HttpFault): SlackFailure {
  return failure(faultClass(fault), `Slack: ${fault.message}`);
}
