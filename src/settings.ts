// The whole configuration as one schema, put together from the roster's parts, and the one way to get it: from -c, the
// environment's file, the system's file, or the defaults. Every fault is a finding; nothing here throws.

import { homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { NO_FILE, withReceivers } from "./config/environment.ts";
import type { Finding } from "./config/finding.ts";
import type { Environment } from "./config/interpolate.ts";
import type { Listen } from "./config/listen.ts";
import { judge, loadConfig } from "./config/load.ts";
import { configPathOf } from "./config/places.ts";
import type { Secret } from "./config/secrets.ts";
import type { ConfigDocument } from "./config/tree.ts";
import type { WebConfig } from "./config/web-config.ts";
import type { MatchSpec } from "./core/events/rule.ts";
import type { Route } from "./core/incidents/routes.ts";
import type { SilenceDeclaration } from "./core/incidents/silence.ts";
import type { Times } from "./core/incidents/times.ts";
import type { LineFormat } from "./core/lines/chunk.ts";
import type { DetectorSpec } from "./core/spikes/detector-spec.ts";
import { type Roster, roster as everyKind } from "./roster.ts";
import { crossChecks } from "./settings/checks.ts";
import { alwaysTo } from "./settings/routes.ts";
import { settingsSchema } from "./settings/schema.ts";

/** One configured source. */
export interface SourceSettings {
  readonly name: string;
  /** The kind's word. */
  readonly kind: string;
  /** What the kind's schema made of its options. */
  readonly options: unknown;
  readonly format: LineFormat;
  readonly labels: Readonly<Record<string, string>>;
}

/** One configured receiver. */
export interface ReceiverSettings {
  readonly name: string;
  readonly kind: string;
  readonly options: unknown;
  /** Name of the receiver that stands in for this one; null: none. */
  readonly fallback: string | null;
  /** How long this one may keep failing before that, milliseconds; default 2 min. */
  readonly fallbackAfterMs: number;
  readonly allowLinkLocal: boolean;
  /** What it may be sent one by one before digests are; null: no bound. */
  readonly budget: { readonly messages: number; readonly perMs: number } | null;
}

/** One rule, with every default put in. */
export interface RuleSettings {
  readonly name: string;
  readonly match: MatchSpec;
  /** Properties of an event whose every combination has its own window and incident. */
  readonly groupBy: readonly string[];
  readonly detector: DetectorSpec;
  readonly times: Times;
  /** Names of the rules for whose incidents those of this one stand. */
  readonly inhibits: readonly string[];
  /** Ways to receivers, each of which exists. */
  readonly notify: readonly Route[];
  readonly runbookUrl: string | null;
  /** A key that was not seen failing for 30 days and begins to is told of once, with severity info. */
  readonly newKeyNotice: boolean;
  readonly requestIds: {
    /** How many a message shows, 1 to 50, default 10. */
    readonly max: number;
    /** Holds `{request_id}`; null: ids are plain text. */
    readonly link: string | null;
  };
}

/** The configuration as the program works with it. */
export interface Settings {
  readonly version: 1;
  /** Absolute path. */
  readonly stateDir: string;
  readonly sources: readonly SourceSettings[];
  /** At least one. */
  readonly rules: readonly RuleSettings[];
  /** At least one. */
  readonly receivers: readonly ReceiverSettings[];
  readonly silences: readonly SilenceDeclaration[];
  /** Reload when the configuration file has changed. */
  readonly autoReload: boolean;
  readonly heartbeat: {
    /** Where an outside monitor listens; null: no heartbeat. */
    readonly url: Secret | null;
    readonly everyMs: number;
    readonly allowLinkLocal: boolean;
  };
  readonly http: {
    /** An empty host stands for every address of the machine. */
    readonly listen: Listen;
    /** Absolute path of the web configuration; null: plain HTTP, open to whoever reaches the address. */
    readonly webConfigFile: string | null;
    /** What it says. */
    readonly web: WebConfig | null;
    /** Where people reach the status page, without a slash at its end; null when nobody said. */
    readonly externalUrl: string | null;
    /** Null: only this machine may change anything. */
    readonly adminToken: Secret | null;
  };
  readonly links: { readonly allowedHosts: readonly string[] };
  readonly log: {
    readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  };
}

export interface SettingsRequest {
  /** From -c, relative to `cwd`; null: look in the usual places. */
  readonly configPath: string | null;
  readonly env: Environment;
  /** Absolute. */
  readonly cwd: string;
  readonly roster: Roster;
}

export interface SettingsResult {
  /** Null when there is an error among the findings. */
  readonly settings: Settings | null;
  readonly findings: readonly Finding[];
  /** The configuration file that was used, as it was named; null: none. */
  readonly path: string | null;
  /** Absolute paths of the files that secrets are read from. */
  readonly secretFiles: readonly string[];
}

/** Finds, reads and checks the configuration. */
export async function loadSettings({
  configPath,
  env,
  cwd,
  roster,
}: SettingsRequest): Promise<SettingsResult> {
  const path = configPathOf(configPath, env);
  const words = {
    sources: roster.sourceKinds.map(({ word }) => word),
    receivers: roster.receiverKinds.map(({ word }) => word),
  };
  const court = {
    schema: settingsSchema(roster),
    checks: (value: unknown) => crossChecks(value, words),
    env,
  };
  const complete = (document: ConfigDocument) => withReceivers(document, env);
  const judged =
    path === null
      ? await judge(complete(NO_FILE), "environment", cwd, court)
      : await loadConfig(path, cwd, court, complete);
  const { value, findings, secretFiles } = judged;
  if (value === null) return { settings: null, findings, path, secretFiles };
  const web = await webOf(value, env);
  const settings = web.failed ? null : settled(value, web.config, env);
  return { settings, findings: [...findings, ...web.findings], path, secretFiles };
}

/** The web configuration, when one is named. */
async function webOf({ http }: Parsed, env: Environment) {
  if (http.webConfigFile === null) return { failed: false, config: null, findings: [] };
  const { loadWebConfig } = await import("./config/web-config.ts");
  const { web, findings } = await loadWebConfig(http.webConfigFile, env);
  return { failed: web === null, config: web, findings };
}

type Parsed = v.InferOutput<ReturnType<typeof settingsSchema>>;

/** The defaults that depend on the rest of the configuration or on the machine. */
function settled(parsed: Parsed, web: WebConfig | null, env: Environment): Settings {
  const everyone = parsed.receivers.map(({ name }) => alwaysTo(name));
  return {
    ...parsed,
    stateDir: parsed.stateDir ?? defaultStateDir(env),
    http: { ...parsed.http, web },
    rules: parsed.rules.map((rule) => ({ ...rule, notify: rule.notify ?? everyone })),
  };
}

function defaultStateDir(env: Environment): string {
  // systemd gives a list with colons when the unit names several directories; ours is the first.
  const systemd = env["STATE_DIRECTORY"]?.split(":")[0];
  if (systemd !== undefined && systemd !== "") return systemd;
  const xdg = env["XDG_STATE_HOME"];
  // The XDG specification says that a relative path is to be ignored.
  if (xdg?.startsWith("/") === true) return join(xdg, "revokewatch");
  return join(env["HOME"] || homedir(), ".local/state/revokewatch");
}

const STDIN_ARGUMENT = "-";

/**
 * FILE arguments in place of the configured sources; the rest stays.
 * @param files paths and globs, which become one source `file`, and `-`, which becomes the source `stdin`; none: the
 * settings as they are.
 * @throws RangeError for an empty path.
 */
export function withFileArguments(
  settings: Settings,
  files: readonly string[],
  roster = everyKind,
): Settings {
  if (files.length === 0) return settings;
  const paths = files.filter((file) => file !== STDIN_ARGUMENT);
  const wanted: readonly (readonly [word: string, options: object])[] = [
    ...(paths.length > 0 ? ([["file", { paths }]] as const) : []),
    ...(paths.length < files.length ? ([["stdin", {}]] as const) : []),
  ];
  const sources = wanted.map(([kind, options]): SourceSettings => {
    const schema = roster.sourceKinds.find(({ word }) => word === kind)?.schema ?? v.never();
    const parsed = v.safeParse(schema, options);
    if (!parsed.success) throw new RangeError(`FILE: ${parsed.issues[0].message}`);
    return { name: kind, kind, options: parsed.output, format: "auto", labels: {} };
  });
  return { ...settings, sources };
}
