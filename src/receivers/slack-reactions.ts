// Who takes care of an incident, as people say it in Slack: with eyes under its message, or with a check mark, which asks
// for no reminder either. It is read, so that no port has to be open for Slack.

import type { Reaction } from "../core/incidents/incident.ts";
import type { ReactionsRead } from "./receiver.ts";
import { oneLine } from "./safe-text.ts";
import type { SlackCall, SlackClient } from "./slack-client.ts";

/** Where the incident's message stands. */
export interface Parent {
  readonly channel: string;
  readonly ts: string;
}

/** The signs that mean something, by Slack's name: whether they last. */
const SIGNS: Readonly<Record<string, boolean>> = { eyes: false, white_check_mark: true };
/** Signs looked at under one message; people of one on-call rota need fewer. */
const MAX_REACTIONS = 50;
/** Names kept; one on-call rota has fewer people. */
const MAX_NAMES = 500;
const MAX_NAME = 80;
/** Every id of a person is of this form. */
const USER = /^[UW][A-Z0-9]{1,20}$/;

/** Reads the signs under a message. @param names of people by id, kept from call to call. */
export async function readReactions(
  client: SlackClient,
  { channel, ts }: Parent,
  call: SlackCall,
  names: Map<string, string>,
): Promise<ReactionsRead> {
  const reply = await client("reactions.get", { channel, timestamp: ts, full: true }, call);
  if (!reply.ok) {
    const { failure } = reply;
    if (failure.detail.endsWith("missing_scope")) {
      return { kind: "unable", detail: "the token lacks the scope reactions:read" };
    }
    return { ...failure, class: failure.class === "stale" ? "transient" : failure.class };
  }
  const reactions: Reaction[] = [];
  for (const { name, user } of signsIn(reply.result).slice(0, MAX_REACTIONS)) {
    const by = await nameOf(user, client, call, names);
    reactions.push({ by, mark: `${name}:${user}`, lasting: SIGNS[name] === true });
  }
  return { kind: "read", reactions };
}

/** The name that the workspace shows, with the id that tells two of a name apart; without the scope users:read the id alone. */
async function nameOf(
  user: string,
  client: SlackClient,
  call: SlackCall,
  names: Map<string, string>,
): Promise<string> {
  const known = names.get(user);
  if (known !== undefined) return known;
  const reply = await client("users.info", { user }, call);
  const person = reply.ok ? record(reply.result["user"]) : {};
  const shown = [record(person["profile"])["display_name"], person["real_name"], person["name"]].find(
    (name) => typeof name === "string" && oneLine(name, MAX_NAME) !== "",
  );
  const name = typeof shown === "string" ? `${oneLine(shown, MAX_NAME)} (${user})` : user;
  // A busy moment is no reason to call a person by number for ever.
  const answered = reply.ok || reply.failure.class === "auth";
  if (answered && names.size < MAX_NAMES) names.set(user, name);
  return name;
}

function signsIn(result: Readonly<Record<string, unknown>>): { name: string; user: string }[] {
  return list(record(result["message"])["reactions"]).flatMap((given) => {
    const { name, users } = record(given);
    if (typeof name !== "string" || !Object.hasOwn(SIGNS, name)) return [];
    return list(users).flatMap((user) =>
      typeof user === "string" && USER.test(user) ? [{ name, user }] : [],
    );
  });
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
