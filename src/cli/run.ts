// `revokewatch run`: the daemon, and with --no-follow the batch mode.

import { resolve } from "node:path";
import { type App, openApp } from "../app.ts";
import { formatFinding } from "../config/finding.ts";
import { parseListen } from "../config/listen.ts";
import { systemClock } from "../host/clock.ts";
import { serviceManager } from "../host/systemd.ts";
import { ListenError } from "../http/listen-error.ts";
import { transitionLine } from "../receivers/console.ts";
import { roster } from "../roster.ts";
import { loadSettings, type Settings, withFileArguments } from "../settings.ts";
import { StateError } from "../state/state-error.ts";
import { LOG_LEVELS } from "../telemetry/level.ts";
import { createTelemetry } from "../telemetry/telemetry.ts";
import { revision, version } from "../version.ts";
import { overridden, type RunOptions } from "./run-options.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

/** The verb `run`, which is also what happens without a verb. */
export const runVerb: Verb = {
  word: "run",
  summary: "watch log files (or stdin) and alert; the daemon",
  synopsis: "[FILE…|-]",
  options: {
    "no-follow": { type: "boolean" },
    from: { type: "string" },
    listen: { type: "string" },
    "no-http": { type: "boolean" },
    "state-dir": { type: "string" },
    "no-state": { type: "boolean" },
    "log-level": { type: "string" },
  },
  optionHelp: {
    "no-follow": "read every source to its end, deliver what is to be said, exit",
    from: "where files that exist at the first start are read from: beginning or end (default end)",
    listen: "HOST:PORT of the HTTP server (default 127.0.0.1:10401; port 0 picks one and logs it)",
    "no-http": "no HTTP server",
    "state-dir": "directory of the state database",
    "no-state": "keep nothing on disk: a restart forgets windows, incidents and undelivered messages",
    "log-level": `least level of the daemon's own log: ${LOG_LEVELS.join(", ")} (default info)`,
  },
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { env, stdout, stderr } = invocation;
  const options = readOptions(invocation);
  const loaded = await loadSettings({ configPath: options.configPath, env, cwd: process.cwd(), roster });
  for (const finding of loaded.findings) stderr.write(`${formatFinding(finding)}\n`);
  if (loaded.settings === null) return EXIT.config;

  const settings = overridden(
    withFileArguments(loaded.settings, options.files),
    options,
    stdout.isTTY === true,
  );
  const clock = systemClock();
  const telemetry = createTelemetry({
    log: {
      level: settings.log.level,
      stderr,
      colour: stderr.isTTY === true && (env["NO_COLOR"] ?? "") === "",
    },
    clock,
    version,
    revision,
  });
  const stop = new AbortController();
  // The reader of our stdout went away: there is nobody left to say the rest to.
  stdout.on("error", () => stop.abort());
  const speaks = settings.receivers.some(({ kind }) => kind === "console");
  let app: App;
  try {
    app = await openApp({
      settings,
      roster,
      follow: options.follow,
      stateDir: options.state ? settings.stateDir : null,
      listen: options.http ? settings.http.listen : null,
      clock,
      telemetry,
      manager: serviceManager(env),
      onTransition: (transition) => void (speaks || stdout.write(transitionLine(transition))),
    });
  } catch (error) {
    telemetry.log.flush();
    if (!(error instanceof StateError || error instanceof ListenError)) throw error;
    stderr.write(`revokewatch: ${error.message}\n`);
    return error instanceof StateError ? EXIT.state : EXIT.negative;
  }
  telemetry.configLoaded(clock.now());
  greet(telemetry.log, app, settings, options);
  const undelivered = await app.run(AbortSignal.any([invocation.signal, stop.signal]));
  telemetry.log.info({ undelivered }, "Stopped");
  telemetry.log.flush();
  return undelivered > 0 && !options.follow ? EXIT.negative : EXIT.ok;
}

function readOptions({ values, positionals, stdin }: Invocation): RunOptions {
  const text = (name: string): string | null => {
    const value = values[name];
    return typeof value === "string" ? value : null;
  };
  const from = text("from");
  if (from !== null && from !== "beginning" && from !== "end") {
    throw new UsageError(`--from takes beginning or end, not ${JSON.stringify(from)}`);
  }
  const level = text("log-level");
  if (level !== null && !(LOG_LEVELS as readonly string[]).includes(level)) {
    throw new UsageError(`--log-level takes one of ${LOG_LEVELS.join(", ")}, not ${JSON.stringify(level)}`);
  }
  const listen = text("listen");
  const address = listen === null ? null : parseListen(listen);
  if (listen !== null && address === null) {
    throw new UsageError(`--listen takes HOST:PORT, such as 127.0.0.1:10401, not ${JSON.stringify(listen)}`);
  }
  if (positionals.includes("")) throw new UsageError("FILE is empty");
  return {
    configPath: text("config"),
    files: positionals,
    follow: values["no-follow"] !== true,
    from,
    listen: address,
    http: values["no-http"] !== true,
    stateDir: text("state-dir") === null ? null : resolve(text("state-dir") ?? ""),
    state: values["no-state"] !== true,
    level: level as Settings["log"]["level"] | null,
    json: values["output"] === "json",
    stdinIsTerminal: stdin.isTTY === true,
  };
}

function greet(
  log: {
    info(fields: Record<string, unknown>, message: string): void;
    warn(fields: Record<string, unknown>, message: string): void;
  },
  app: App,
  settings: Settings,
  options: RunOptions,
): void {
  log.info(
    {
      version,
      sources: settings.sources.map(({ name, kind }) => `${name} (${kind})`),
      receivers: settings.receivers.map(({ name, kind }) => `${name} (${kind})`),
      state: options.state ? settings.stateDir : null,
      url: app.url,
    },
    "Watching",
  );
  if (!options.state) {
    log.warn({}, "Without a state directory a restart forgets windows, incidents and undelivered messages");
  }
}
