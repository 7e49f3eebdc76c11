// `revokewatch run`: the daemon, and with --no-follow the batch mode.

import { resolve } from "node:path";
import { isatty } from "node:tty";
import { formatFinding } from "../config/finding.ts";
import { parseListen } from "../config/listen.ts";
import { configPathOf } from "../config/places.ts";
import { printOf } from "../host/file-print.ts";
import { roster } from "../roster.ts";
import { loadSettings, type Settings, withFileArguments } from "../settings.ts";
import { LOG_LEVELS } from "../telemetry/level.ts";
import { overridden, type RunOptions } from "./run-options.ts";
import { type Configured, serve } from "./serve.ts";
import { trySecretFile } from "./trials.ts";
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
  const { env, stdout, stderr, signal } = invocation;
  const options = readOptions(invocation);
  const settings = await configured(options, env, stdout.isTTY === true);
  for (const finding of settings.findings) stderr.write(`${finding}\n`);
  if (settings.settings === null) return EXIT.config;
  return serve({
    settings: settings.settings,
    file: settings.file,
    reload: () => configured(options, env, stdout.isTTY === true),
    options,
    env,
    stdout,
    stderr,
    signal,
  });
}

/** The configuration as the command line overrides it; called again for each reload. */
async function configured(
  options: RunOptions,
  env: Invocation["env"],
  terminal: boolean,
): Promise<Configured> {
  const { configPath, files } = options;
  const path = configPathOf(configPath, env);
  // Before it is read: what changes meanwhile is then seen as a change.
  const print = path === null ? null : await printOf([path]);
  const loaded = await loadSettings({ configPath, env, cwd: process.cwd(), roster });
  const { settings, findings, secretFiles } = loaded;
  return {
    settings: settings === null ? null : overridden(withFileArguments(settings, files), options, terminal),
    findings: [...findings.map(formatFinding), ...(await unreadable(secretFiles))],
    file: path === null || print === null ? null : { path, print },
  };
}

/** A secret is read at each use, so that it may come later; but who waits for it must know. */
async function unreadable(secretFiles: readonly string[]): Promise<readonly string[]> {
  const trials = await Promise.all(secretFiles.map(trySecretFile));
  return trials
    .filter(({ outcome }) => outcome !== "ok")
    .map(
      ({ name, detail }) => `${name}: warning: the file of a secret ${detail}; until then its receiver fails`,
    );
}

function readOptions({ values, positionals }: Invocation): RunOptions {
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
    stdinIsTerminal: isatty(0),
  };
}
