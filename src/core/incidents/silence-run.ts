// One occurrence of a silence while it is on and a day after: what it has seen, against what it expects. It is plain data,
// saved with the positions of the lines that were counted, so that a restart counts none twice and forgets none.

import type { Expectation } from "./silence.ts";

/** What a run keeps of the silence, so that it can report when the silence is no longer declared. */
export interface SilenceRun {
  /** Id of the silence. */
  readonly id: string;
  readonly name: string;
  readonly comment: string;
  readonly expect: Expectation;
  readonly startMs: number;
  endMs: number;
  events: number;
  /** The beginnings of the digests of the keys seen. */
  readonly keys: Set<string>;
  /** It saw more than it expects: it holds nothing any more. */
  exceeded: boolean;
  reported: boolean;
  /** It was told that it is about to end. */
  reminded: boolean;
  /** The group that was counted last. */
  last: { readonly rule: string; readonly group: Readonly<Record<string, string>> } | null;
}

/** Keys kept of a run that expects no number of them; above it the report says "at least". */
const KEPT_KEYS = 1000;
/** Hex digits kept of a key's digest: two of ten thousand keys fall together once in five million rotations. */
const DIGEST_DIGITS = 12;

/** The name of a run in the database. */
export function runKey({ id, startMs }: Pick<SilenceRun, "id" | "startMs">): string {
  return `${id}@${startMs}`;
}

/** Counts events of one key. @returns whether it is the one with which the expectation is exceeded. */
export function countInto(run: SilenceRun, keyDigest: string | null, many = 1): boolean {
  const { maxEvents, maxKeys } = run.expect;
  run.events += many;
  if (keyDigest !== null && run.keys.size <= Math.max(KEPT_KEYS, maxKeys ?? 0)) {
    run.keys.add(keyDigest.slice(0, DIGEST_DIGITS));
  }
  const before = run.exceeded;
  run.exceeded ||= run.events > (maxEvents ?? Infinity) || run.keys.size > (maxKeys ?? Infinity);
  return run.exceeded && !before;
}

/** Why something breaks through: `exceeds the planned rotation CHG-17: 612 > 500`. */
export function excessOf({ comment, events, keys, expect }: SilenceRun): string {
  const { maxEvents, maxKeys } = expect;
  const which = `exceeds the planned rotation ${comment}`;
  const parts = [
    ...(maxEvents !== null && events > maxEvents ? [`${events} > ${maxEvents} events`] : []),
    ...(maxKeys !== null && keys.size > maxKeys ? [`${keys.size} > ${maxKeys} keys`] : []),
  ];
  return `${which}: ${parts.join(", ")}`;
}

/** Expected against seen, in one line. */
export function reportOf({ comment, events, keys, expect, exceeded }: SilenceRun): string {
  const { maxEvents, maxKeys } = expect;
  const many = keys.size > Math.max(KEPT_KEYS, maxKeys ?? 0) ? "at least " : "";
  const seen = `planned rotation ${comment}: ${counted(events, "event")} and ${many}${counted(keys.size, "key")}`;
  const bounds = [
    ...(maxEvents === null ? [] : [counted(maxEvents, "event")]),
    ...(maxKeys === null ? [] : [counted(maxKeys, "key")]),
  ];
  if (bounds.length === 0) return seen;
  return `${seen}, ${exceeded ? "more than" : "as"} expected (at most ${bounds.join(", ")})`;
}

/** A run as JSON. */
export function packRun(run: SilenceRun): string {
  return JSON.stringify({ ...run, keys: [...run.keys] });
}

/** What `packRun` gave. */
export function unpackRun(data: string): SilenceRun {
  const packed = JSON.parse(data) as Omit<SilenceRun, "keys"> & { readonly keys: readonly string[] };
  // Written before there were reminders.
  return { ...packed, reminded: packed.reminded ?? false, keys: new Set(packed.keys) };
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
