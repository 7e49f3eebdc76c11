// `revokewatch backtest`: which incidents would have been raised on these logs, under this configuration or under others.
// It reads, judges and prints; it sends nothing, saves nothing and listens nowhere.

import { accessSync, constants, statSync } from "node:fs";
import { engineRule } from "../app/engine-rule.ts";
import { configuredSilences } from "../app/silences.ts";
import { STDIN } from "../backtest/input.ts";
import { settingsText, transitionText } from "../backtest/json.ts";
import { type Outcome, outcomeOf } from "../backtest/outcome.ts";
import { pageOf } from "../backtest/page.ts";
import { Progress } from "../backtest/progress.ts";
import { Replay, type ReplaySetup } from "../backtest/replay.ts";
import { painter, textOf } from "../backtest/text.ts";
import { type Variant, variantsOf } from "../backtest/variant.ts";
import { formatFinding } from "../config/finding.ts";
import { parseDuration } from "../config/units.ts";
import { plural } from "../receivers/numbers.ts";
import { oneLine } from "../receivers/safe-text.ts";
import { roster } from "../roster.ts";
import { loadSettings } from "../settings.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

/** Characters of a sentence on stderr; names of files and pieces of their lines stand in it. */
const MAX_PROBLEM = 500;

export const backtestVerb: Verb = {
  word: "backtest",
  summary: "replay log files in their own time and list the incidents that would have been raised",
  synopsis: "FILE…|-",
  outputs: ["text", "json", "html"],
  options: {
    sensitivity: { type: "string", multiple: true },
    "min-count": { type: "string", multiple: true },
    threshold: { type: "string", multiple: true },
    counts: { type: "boolean" },
    learn: { type: "string" },
  },
  optionHelp: {
    sensitivity: "low, medium or high in place of the rules' own; several, with commas, are compared",
    "min-count": "least events that fire, in place of the rules' own; several are compared",
    threshold: "plain rules instead, such as 20/5m; several are compared",
    learn:
      "so long from the beginning is only learned from, such as 7d (default: nothing of logs; of counts a tenth, at most 3d)",
    counts: 'FILEs hold recorded counts: {"time": RFC 3339, "count": n, "group": optional} a line',
  },
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { values, positionals: files, stdin, stdout, stderr, env } = invocation;
  const variants = readVariants(values);
  const learnMs = readLearn(values["learn"]);
  const total = sizeOf(files);
  const judged = await judgedBy(invocation);
  if (judged === null) return EXIT.config;

  const form = values["output"] ?? "text";
  const counts = values["counts"] === true;
  // Whoever read our stdout went away: there is nobody left to tell.
  const unheard = new AbortController();
  stdout.on("error", () => unheard.abort());
  const signal = AbortSignal.any([invocation.signal, unheard.signal]);
  const progress = new Progress(stderr, total);
  const beganMs = performance.now();
  const replay = new Replay({
    files,
    stdin,
    ...judged,
    variants,
    charted: form === "html",
    learnMs,
    nowMs: Date.now(),
    onTransition: (transition, { name }) => {
      if (form === "json") stdout.write(transitionText(transition, variants.length > 1 ? name : null));
    },
    onProgress: (bytes, reachedMs) => progress.show(bytes, reachedMs),
  });
  await (counts ? replay.readCounts(signal) : replay.readLogs(signal));
  progress.end();

  const outcome = outcomeOf(replay, files.length, (performance.now() - beganMs) / 1000);
  const failures = signal.aborted ? [] : failuresOf(replay, counts);
  for (const text of [...replay.faults.told, ...outcome.notices, ...failures]) {
    stderr.write(`revokewatch backtest: ${oneLine(text, MAX_PROBLEM)}\n`);
  }
  if (failures.length > 0) return EXIT.negative;
  const colours = stdout.isTTY === true && (env["NO_COLOR"] ?? "") === "";
  stdout.write(answer(outcome, form, colours));
  if (!invocation.signal.aborted) return EXIT.ok;
  stderr.write("revokewatch backtest: stopped; this is what was found until then\n");
  return EXIT.negative;
}

/** What is printed at the end; as JSON, transitions have been printed as they came. */
function answer(outcome: Outcome, form: unknown, colours: boolean): string {
  if (form === "html") return pageOf(outcome);
  return form === "json" ? settingsText(outcome.settings) : textOf(outcome, painter(colours));
}

/** Why there is no answer; empty when there is one. */
function failuresOf({ tally, faults }: Replay, counts: boolean): string[] {
  if (faults.total > 0) {
    return [`${plural(faults.total, "line is", "lines are")} no count; nothing was judged`];
  }
  if (tally.lines === 0) return ["there is no line to read in what was given"];
  if (counts && tally.lastMs === -Infinity) return ["there is no count to read in what was given"];
  if (counts || tally.readable || tally.events > 0) return [];
  return [
    `none of ${plural(tally.lines, "line", "lines")} could be read as a log record; \`revokewatch explain FILE\` tells why`,
  ];
}

function readLearn(value: unknown): number | null {
  if (typeof value !== "string") return null;
  const learnMs = parseDuration(value);
  if (learnMs === null || learnMs < 0) {
    throw new UsageError(`--learn takes a duration such as 7d, or 0s, not ${JSON.stringify(value)}`);
  }
  return learnMs;
}

function readVariants(values: Invocation["values"]): Variant[] {
  const given = (name: string): string[] => {
    const value = values[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  try {
    return variantsOf({
      sensitivity: given("sensitivity"),
      minCount: given("min-count"),
      threshold: given("threshold"),
    });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

/**
 * Bytes of all files together, null when one of them is a pipe.
 * @throws UsageError naming every file that cannot be read.
 */
function sizeOf(files: readonly string[]): number | null {
  if (files.length === 0) throw new UsageError("backtest needs at least one FILE, or - for stdin");
  if (files.filter((file) => file === STDIN).length > 1)
    throw new UsageError("- stands for stdin, which can be read once");
  const faults: string[] = [];
  let total: number | null = 0;
  for (const file of files) {
    const stat = file === STDIN ? null : statOf(file);
    if (typeof stat === "string") faults.push(`cannot read ${JSON.stringify(file)}: ${stat}`);
    else total = total === null || stat === null ? null : total + stat;
  }
  if (faults.length > 0)
    throw new UsageError(`${faults.join("; ")}. FILE is a log file, .gz too, or - for stdin`);
  return total;
}

/** Its size in bytes, null for a pipe, or why it cannot be read. */
function statOf(file: string): number | null | string {
  try {
    // Not by opening it: the writer of a named pipe would take the closing for the end of its reader.
    accessSync(file, constants.R_OK);
    const stat = statSync(file);
    if (stat.isDirectory()) return "it is a directory";
    return stat.isFile() ? stat.size : null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return code === "ENOENT" ? "there is no such file" : code;
  }
}

/**
 * The rules and silences that the daemon would judge by; null when the configuration has errors, which are printed. Without a
 * configuration file the built-in rule counts, whatever the environment says about receivers.
 */
async function judgedBy({
  values,
  env,
  stderr,
}: Invocation): Promise<Pick<ReplaySetup, "rules" | "silences"> | null> {
  const option = values["config"];
  const request = { configPath: typeof option === "string" ? option : null, cwd: process.cwd(), roster };
  let loaded = await loadSettings({ ...request, env });
  if (loaded.settings === null && loaded.path === null) loaded = await loadSettings({ ...request, env: {} });
  if (loaded.settings === null) {
    for (const finding of loaded.findings) stderr.write(`${formatFinding(finding)}\n`);
    return null;
  }
  // What it lists is incidents; a notice is none.
  const { rules, silences } = loaded.settings;
  // Nobody could acknowledge: steps of escalation would tell nothing of the rules.
  const judging = rules.map((rule) => ({ ...engineRule(rule), routes: [] }));
  return { rules: judging, silences: configuredSilences(silences) };
}
