// Receivers out of the environment alone, for a container without a configuration file: the values that the file would
// have held, and for each the variable that it came from.

import type { Place, Problem } from "./finding.ts";
import type { Environment } from "./interpolate.ts";
import { isMapping } from "./shape.ts";
import type { ConfigDocument } from "./tree.ts";

interface EnvironmentReceivers {
  /** As they would stand under `receivers`; empty when the environment names none. */
  readonly receivers: readonly Readonly<Record<string, unknown>>[];
  /** Halves of pairs; their place is empty. */
  readonly problems: readonly Problem[];
  /** Names of all variables that are looked at. */
  readonly names: readonly string[];
  /** Names of the variables behind the value at a place. */
  variables(place: Place): readonly string[];
}

/** All variables that are looked at, other than those that a configuration names itself. */
const VARIABLES = [
  "SLACK_BOT_TOKEN",
  "SLACK_CHANNEL",
  "SLACK_WEBHOOK_URL",
  "SLACK_API_URL",
  "SMTP_URL",
  "ALERT_EMAIL_FROM",
  "ALERT_EMAIL_TO",
] as const;
type Variable = (typeof VARIABLES)[number];

/** Which variables fill which key of a receiver. */
const SLACK_KEYS: Readonly<Record<string, Variable>> = {
  token: "SLACK_BOT_TOKEN",
  channel: "SLACK_CHANNEL",
  webhook_url: "SLACK_WEBHOOK_URL",
  api_url: "SLACK_API_URL",
};
const EMAIL_KEYS: Readonly<Record<string, Variable>> = { from: "ALERT_EMAIL_FROM", to: "ALERT_EMAIL_TO" };

/** The document of a program that is configured by nothing but its environment. */
export const NO_FILE: ConfigDocument = {
  value: { version: 1 },
  problems: [],
  position: () => null,
  variables: () => [],
  unresolved: () => false,
  allVariables: [],
};

/** A document without receivers gets those of the environment, and the console when there are none either. */
export function withReceivers(document: ConfigDocument, env: Environment): ConfigDocument {
  const { value } = document;
  if (!isMapping(value) || (value["receivers"] !== undefined && !isEmptyList(value["receivers"]))) {
    return document;
  }
  const found = receiversFromEnvironment(env);
  const receivers = found.receivers.length > 0 ? found.receivers : [{ name: "console", console: {} }];
  return {
    value: { ...value, receivers },
    problems: [...document.problems, ...found.problems.map((problem) => ({ ...problem, position: null }))],
    position: (place, at) => (place[0] === "receivers" ? null : document.position(place, at)),
    variables: (place) => (place[0] === "receivers" ? found.variables(place) : document.variables(place)),
    unresolved: (place) => document.unresolved(place),
    allVariables: [...document.allVariables, ...found.names],
  };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** What the environment says; an empty variable counts as not set, as containers often pass one on. */
function receiversFromEnvironment(env: Environment): EnvironmentReceivers {
  const given = (name: Variable): string | undefined => (env[name] === "" ? undefined : env[name]);
  const problems = [
    // Beside a webhook, half of the other way is no reason to stay silent.
    ...halves("Slack", ["SLACK_BOT_TOKEN", "SLACK_CHANNEL"], given).map((half) =>
      given("SLACK_WEBHOOK_URL") === undefined ? half : asWarning(half),
    ),
    ...halves("e-mail", ["SMTP_URL", "ALERT_EMAIL_FROM", "ALERT_EMAIL_TO"], given),
  ];
  const receivers: Readonly<Record<string, unknown>>[] = [];
  const keys: Readonly<Record<string, Variable>>[] = [];
  if (given("SLACK_BOT_TOKEN") !== undefined && given("SLACK_CHANNEL") !== undefined) {
    const { token, channel, api_url } = pick(SLACK_KEYS, given);
    receivers.push({
      name: "slack",
      slack: { token, channel, ...(api_url === undefined ? {} : { api_url }) },
    });
    keys.push(SLACK_KEYS);
  } else if (given("SLACK_WEBHOOK_URL") !== undefined) {
    receivers.push({ name: "slack", slack: { webhook_url: given("SLACK_WEBHOOK_URL") } });
    keys.push(SLACK_KEYS);
  }
  const url = given("SMTP_URL");
  const from = given("ALERT_EMAIL_FROM");
  const to = given("ALERT_EMAIL_TO");
  if (url !== undefined && from !== undefined && to !== undefined) {
    const server = smtpServer(url);
    if (typeof server === "string") problems.push(fault(`SMTP_URL: ${server}`));
    else {
      const list = to.split(",").map((address) => address.trim());
      receivers.push({ name: "email", email: { ...server, from, to: list.filter((one) => one !== "") } });
      keys.push(EMAIL_KEYS);
    }
  }
  return {
    receivers,
    problems,
    names: VARIABLES,
    variables: ([, index, , key]) => {
      if (typeof index !== "number" || typeof key !== "string") return [];
      return [keys[index]?.[key] ?? "SMTP_URL"];
    },
  };
}

function pick(
  keys: Readonly<Record<string, Variable>>,
  given: (name: Variable) => string | undefined,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(keys).map(([key, name]) => [key, given(name)]));
}

function fault(message: string): Problem {
  return { severity: "error", place: [], at: "value", message };
}

function asWarning({ place, at, message }: Problem): Problem {
  return { severity: "warning", place, at, message };
}

/** A complaint when some but not all of `names` are set. */
function halves(
  what: string,
  names: readonly Variable[],
  given: (name: Variable) => string | undefined,
): readonly Problem[] {
  const missing = names.filter((name) => given(name) === undefined);
  if (missing.length === 0 || missing.length === names.length) return [];
  const set = names.filter((name) => !missing.includes(name));
  return [fault(`expected ${missing.join(" and ")} beside ${set.join(" and ")} for ${what}, found none`)];
}

/** The receiver's keys out of `smtp://user:password@host:587?tls=none`, or what is wrong; never a part of the URL. */
function smtpServer(text: string): Readonly<Record<string, unknown>> | string {
  const form = "expected smtp://user:password@host:587 or smtps://…";
  const url = URL.parse(text);
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") return form;
  const tls = url.searchParams.get("tls");
  const others = [...url.searchParams.keys()].filter((key) => key !== "tls");
  if (others.length > 0 || (url.pathname !== "" && url.pathname !== "/")) {
    return `${form}, with nothing behind but ?tls=none`;
  }
  if (tls !== null && (tls !== "none" || url.protocol === "smtps:")) {
    return "expected no tls parameter, or tls=none with smtp://";
  }
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (username === null || password === null) return `${form}, with % written as %25`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    ...(url.port !== "" && { port: Number(url.port) }),
    tls: url.protocol === "smtps:" ? "implicit" : (tls ?? "required"),
    ...(username !== "" && { username }),
    ...(password !== "" && { password }),
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
