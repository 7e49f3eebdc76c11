// `revokewatch check`: everything that is wrong with a configuration, one finding a line, and what it names tried out.

import { formatFinding } from "../config/finding.ts";
import type { Finding } from "../config/finding.ts";
import { shownJson } from "../host/shown-text.ts";
import { roster } from "../roster.ts";
import { loadSettings, type Settings } from "../settings.ts";
import { type Trial, tryOut } from "./trials.ts";
import { EXIT, type Invocation, UsageError, type Verb } from "./verb.ts";

/** What `-o json` prints last. */
interface Summary {
  readonly kind: "summary";
  /** The file that was checked; null: built-in defaults and the environment. */
  readonly config: string | null;
  readonly ok: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** Trials that failed. */
  readonly failed: number;
}

/** The verb `check`. */
export const checkVerb: Verb = {
  word: "check",
  summary: "validate a configuration and try what it names",
  synopsis: "[CONFIG]",
  options: { offline: { type: "boolean" }, strict: { type: "boolean" } },
  optionHelp: {
    offline: "only read the configuration; ask no provider, open no file",
    strict: "count warnings as errors",
  },
  run: check,
};

async function check({ values, positionals, env, stdout, signal }: Invocation): Promise<number> {
  const configPath = configArgument(values["config"], positionals);
  const loaded = await loadSettings({ configPath, env, cwd: process.cwd(), roster });
  const json = values["output"] === "json";
  const print = (line: string) => stdout.write(`${line}\n`);

  for (const finding of loaded.findings) print(json ? findingJson(finding) : formatFinding(finding));
  const trials =
    loaded.settings === null || values["offline"] === true
      ? []
      : await tryOut(loaded.settings, loaded.secretFiles, roster, signal);
  for (const trial of trials) print(json ? shownJson({ kind: "trial", ...trial }) : trialText(trial));

  const summary = summarise(loaded.path, loaded.findings, trials, values["strict"] === true);
  print(json ? shownJson(summary) : summaryText(summary, loaded.settings));
  if (summary.ok) return EXIT.ok;
  return summary.failed > 0 ? EXIT.negative : EXIT.config;
}

function configArgument(option: unknown, positionals: readonly string[]): string | null {
  if (positionals.length > 1) throw new UsageError("check takes one CONFIG");
  if (typeof option === "string" && positionals.length === 1) {
    throw new UsageError("check takes CONFIG or --config, not both");
  }
  return positionals[0] ?? (typeof option === "string" ? option : null);
}

/** With `strict`, warnings of the configuration are errors and doubtful trials have failed. */
function summarise(
  config: string | null,
  findings: readonly Finding[],
  trials: readonly Trial[],
  strict: boolean,
): Summary {
  const found = (severity: Finding["severity"]) =>
    findings.filter((finding) => finding.severity === severity);
  const tried = (outcome: Trial["outcome"]) => trials.filter((trial) => trial.outcome === outcome).length;
  const errors = found("error").length + (strict ? found("warning").length : 0);
  const failed = tried("failed") + (strict ? tried("warning") : 0);
  const warnings = strict ? 0 : found("warning").length + tried("warning");
  return { kind: "summary", config, ok: errors === 0 && failed === 0, errors, warnings, failed };
}

function findingJson(finding: Finding): string {
  return shownJson({ kind: "finding", ...finding });
}

function trialText({ what, name, outcome, detail }: Trial): string {
  return `${what} ${name}: ${outcome}: ${detail}`;
}

function summaryText({ config, ok, errors, warnings, failed }: Summary, settings: Settings | null): string {
  const subject = config ?? "defaults and environment";
  const counts = [plural(errors, "error"), plural(warnings, "warning")];
  if (failed > 0) counts.push(plural(failed, "failed trial"));
  if (!ok || settings === null) return `${subject}: ${counts.join(", ")}`;
  const parts = [
    plural(settings.sources.length, "source"),
    plural(settings.rules.length, "rule"),
    plural(settings.receivers.length, "receiver"),
  ];
  return `${subject}: valid (${parts.join(", ")}), ${counts.join(", ")}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
