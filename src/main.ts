// The command line: finds the verb, checks the options, hands over the signals, and ends the process. It is the only
// file that does so.

import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EXIT, OUTPUTS, UsageError, type Verb } from "./cli/verb.ts";
import { helpFor, overview } from "./cli/help.ts";
import { closest } from "./config/similar.ts";
import { revision, version } from "./version.ts";

/** Every verb and how it is loaded: only the one that runs costs memory. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  run: async () => (await import("./cli/run.ts")).runVerb,
  explain: async () => (await import("./cli/explain.ts")).explainVerb,
  backtest: async () => (await import("./cli/backtest.ts")).backtestVerb,
  check: async () => (await import("./cli/check.ts")).checkVerb,
  test: async () => (await import("./cli/test.ts")).testVerb,
  schema: async () => (await import("./cli/schema.ts")).schemaVerb,
  status: async () => (await import("./cli/status.ts")).statusVerb,
  incident: async () => (await import("./cli/incident.ts")).incidentVerb,
  keys: async () => (await import("./cli/keys.ts")).keysVerb,
  silence: async () => (await import("./cli/silence.ts")).silenceVerb,
  outbox: async () => (await import("./cli/outbox.ts")).outboxVerb,
  demo: async () => (await import("./cli/demo.ts")).demoVerb,
  healthcheck: async () => (await import("./cli/healthcheck.ts")).healthcheckVerb,
};

const COMMON_OPTIONS = {
  config: { type: "string", short: "c" },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "V" },
} as const;

/** The code of the first write to stdout that failed. */
let refused: string | null = null;
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => (refused ??= code ?? "unknown error"));

void main(process.argv.slice(2)).then(async (code) => {
  // A write that failed says so a turn later.
  await setImmediate();
  process.exitCode = whole(code);
  // Sockets kept alive by a client library would hold the process for seconds after everything is said and saved.
  process.exit();
});

async function main(argv: readonly string[]): Promise<number> {
  // A file may be called `constructor`.
  const named = argv[0] !== undefined && Object.hasOwn(VERBS, argv[0]);
  const word = named ? String(argv[0]) : "run";
  if (!named && (argv[0] === "--help" || argv[0] === "-h" || argv[0] === "help")) {
    process.stdout.write(overview(await Promise.all(Object.values(VERBS).map((load) => load()))));
    return EXIT.ok;
  }
  const load = VERBS[word];
  if (load === undefined) return EXIT.internal;
  const verb = await load();
  try {
    if (!named) refuseMistyped(argv[0] ?? "");
    return await perform(verb, named ? argv.slice(1) : argv);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`revokewatch: ${error.message}\nTry: revokewatch ${verb.word} --help\n`);
      return EXIT.usage;
    }
    process.stderr.write(
      `revokewatch: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return EXIT.internal;
  }
}

/** `revokewatch chekc` must not wait for ever for a log of that name. */
function refuseMistyped(word: string): void {
  if (!/^[a-z]+$/.test(word) || existsSync(word)) return;
  const meant = closest(word, Object.keys(VERBS));
  if (meant === null) return;
  throw new UsageError(`there is no verb "${word}"; did you mean ${meant}? (a file of that name: ./${word})`);
}

/** An answer that stdout did not take is none. A reader that went away (`| head`) has seen enough. */
function whole(code: number): number {
  if (refused === null || refused === "EPIPE") return code;
  process.stderr.write(`revokewatch: cannot write to stdout: ${refused}\n`);
  return code === EXIT.ok ? EXIT.negative : code;
}

async function perform(verb: Verb, argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(verb, argv);
  if (values["help"] === true) {
    process.stdout.write(helpFor(verb));
    return EXIT.ok;
  }
  if (values["version"] === true) {
    process.stdout.write(`revokewatch ${version} (${revision}), Node ${process.version}\n`);
    return EXIT.ok;
  }
  const output = values["output"];
  const { outputs = OUTPUTS } = verb;
  if (typeof output === "string" && !outputs.includes(output)) {
    throw new UsageError(`--output takes ${outputs.join(", ")}, not ${JSON.stringify(output)}`);
  }
  const stop = new AbortController();
  const ask = (): void => {
    // The first signal asks for an orderly end, the second one does not wait for it.
    if (stop.signal.aborted) process.exit(EXIT.negative);
    stop.abort();
  };
  process.on("SIGTERM", ask);
  process.on("SIGINT", ask);
  const { env, stdout, stderr } = process;
  return verb.run({
    values,
    positionals,
    env,
    // Opened only by who reads it: a stream costs a start 5 ms, and `run` reads the descriptor itself.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    signal: stop.signal,
  });
}

function parse(verb: Verb, argv: readonly string[]): ReturnType<typeof parseArgs> {
  try {
    return parseArgs({
      args: [...argv],
      options: { ...COMMON_OPTIONS, ...verb.options },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? error.message.replace(/\. To specify .*$/s, "") : String(error),
    );
  }
}
