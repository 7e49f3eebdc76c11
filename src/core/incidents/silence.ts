// One silence as it was declared: what it applies to, when, how much it expects. Plain data with two questions: when it is
// on, and whether it means a subject.

import type { Matcher } from "./matchers.ts";
import type { Occurrence, Schedule } from "./schedule.ts";

/** When a silence is on. */
export type SilenceTimes =
  | { readonly kind: "once"; readonly startsMs: number; readonly endsMs: number }
  | { readonly kind: "recurring"; readonly schedule: Schedule };

/** What a planned rotation may cause; more than this breaks through. Null: no bound. */
export interface Expectation {
  readonly maxEvents: number | null;
  readonly maxKeys: number | null;
}

export interface SilenceSpec {
  /** Unique among all; what the API calls it. */
  readonly id: string;
  /** What messages call it. */
  readonly name: string;
  readonly match: readonly Matcher[];
  readonly times: SilenceTimes;
  readonly expect: Expectation;
  /** The ticket or reason. */
  readonly comment: string;
  readonly createdBy: string;
}

/** A silence before it has its id. */
export type SilenceDeclaration = Omit<SilenceSpec, "id">;

/** What matchers are asked about; null is not known yet, and no reason against it. */
export interface Subject {
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  readonly severity: string | null;
  /** Masked; all of them must pass, so that a silence of one key never hides another. */
  readonly keys: readonly string[] | null;
}

/** The occurrence that holds `timeMs`, null when the silence is off then. */
export function occurrenceAt(times: SilenceTimes, timeMs: number): Occurrence | null {
  if (times.kind === "recurring") return times.schedule.at(timeMs);
  const { startsMs: startMs, endsMs: endMs } = times;
  return timeMs >= startMs && timeMs < endMs ? { startMs, endMs } : null;
}

/** The occurrence of now, else the next one; of one that happens once the only one. Null when none comes. */
export function occurrenceToShow(times: SilenceTimes, timeMs: number): Occurrence | null {
  if (times.kind === "once") return { startMs: times.startsMs, endMs: times.endsMs };
  return times.schedule.at(timeMs) ?? times.schedule.after(timeMs);
}

/** Whether a silence means this subject. */
export function applies({ match }: SilenceSpec, subject: Subject): boolean {
  const { rule, group, severity, keys } = subject;
  return match.every(({ name, passes }) => {
    if (name === "rule") return passes(rule);
    if (name === "severity") return severity === null || passes(severity);
    if (name === "key" && group["key"] === undefined) return keys === null || keys.every(passes);
    return passes(group[name] ?? "");
  });
}
