// What the command line says of a run, and how it overrides the configuration.

import type { Route } from "../core/incidents/routes.ts";
import { type Settings, withFileArguments } from "../settings.ts";
import { alwaysTo } from "../settings/routes.ts";
import { UsageError } from "./verb.ts";

export interface RunOptions {
  readonly configPath: string | null;
  readonly files: readonly string[];
  readonly follow: boolean;
  readonly from: "beginning" | "end" | null;
  readonly listen: { readonly host: string; readonly port: number } | null;
  readonly http: boolean;
  readonly stateDir: string | null;
  readonly state: boolean;
  readonly level: Settings["log"]["level"] | null;
  /** Transitions as JSON even on a terminal. */
  readonly json: boolean;
  readonly stdinIsTerminal: boolean;
}

/**
 * The settings with the command line's word put over them.
 * @throws UsageError when there is nothing to read: no FILE, no configured source, and stdin is a terminal.
 */
export function overridden(settings: Settings, options: RunOptions, terminal: boolean): Settings {
  if (settings.sources.length === 0) {
    if (options.stdinIsTerminal) {
      throw new UsageError("nothing to read: give a FILE, - for stdin, or a configuration with sources");
    }
    return overridden(withFileArguments(settings, ["-"]), options, terminal);
  }
  const sources = settings.sources.map((source) =>
    source.kind === "file" && options.from !== null
      ? { ...source, options: { ...(source.options as object), from: options.from } }
      : source,
  );
  return withStdout(
    {
      ...settings,
      sources,
      stateDir: options.stateDir ?? settings.stateDir,
      http: { ...settings.http, listen: options.listen ?? settings.http.listen },
      log: { ...settings.log, level: options.level ?? settings.log.level },
    },
    terminal && !options.json,
  );
}

/**
 * Stdout carries every transition once: as JSON lines, or in words by a console receiver when a person looks at it. So a
 * terminal gets a console when none is configured, and elsewhere a console has nothing to add.
 */
function withStdout(settings: Settings, inWords: boolean): Settings {
  const console = settings.receivers.find(({ kind }) => kind === "console");
  if (!inWords) {
    const receivers = settings.receivers.filter((receiver) => receiver !== console);
    return {
      ...settings,
      receivers,
      rules: notifying(settings, (routes) => routes.filter(({ to }) => to !== console?.name)),
    };
  }
  if (console !== undefined) return settings;
  const added = {
    name: "console",
    kind: "console",
    options: { format: "text" },
    fallback: null,
    fallbackAfterMs: 0,
    allowLinkLocal: false,
    budget: null,
  };
  return {
    ...settings,
    receivers: [...settings.receivers, added],
    rules: notifying(settings, (routes) => [...routes, alwaysTo(added.name)]),
  };
}

function notifying(
  settings: Settings,
  change: (routes: readonly Route[]) => readonly Route[],
): Settings["rules"] {
  return settings.rules.map((rule) => ({ ...rule, notify: change(rule.notify) }));
}
