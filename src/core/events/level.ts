// How grave a record calls itself. Words in any case; numbers by the scale that the property's name and size tell.

import { isObject, type JsonObject, type JsonValue } from "../lines/json.ts";
import { reduceName } from "../lines/name.ts";

export interface Level {
  /** As a person would say it: `error`, `warn`, `50`. */
  readonly text: string;
  /** Warn or above. */
  readonly grave: boolean;
}

const QUIET_WORDS = [
  ["trace", "trc", "verbose", "vrb", "silly", "finest", "finer", "fine", "all"],
  ["debug", "dbg", "config", "d", "v", "t"],
  ["info", "inf", "information", "informational", "notice", "http", "log", "success", "ok", "i", "n"],
].flat();
const GRAVE_WORDS = [
  ["warn", "wrn", "warning", "w"],
  ["error", "err", "eror", "severe", "e"],
  [
    "crit",
    "critical",
    "crt",
    "alert",
    "emerg",
    "emergency",
    "fatal",
    "ftl",
    "panic",
    "pnc",
    "dpanic",
    "f",
    "c",
  ],
].flat();
const WORDS = new Map([
  ...QUIET_WORDS.map((word) => [word, false] as const),
  ...GRAVE_WORDS.map((word) => [word, true] as const),
]);

/** Colours (`ESC[31m`), OpenTelemetry's enum name, slog's distance (`ERROR+2`, `WARN-1`). */
// oxlint-disable-next-line no-control-regex
const DECORATION = /\u001b\[[\d;]*m|^severity_number_|(?<=[a-z])[+-]?\d+$/g;

/** Syslog counts down: 4 is warning, 0 is emergency. GELF's `level` and journald's PRIORITY are of this kind. */
const SYSLOG = { within: [0, 7], grave: (n: number) => n <= 4 };
/** Pino and bunyan: 40 is warn. */
const PINO = { within: [8, 99], grave: (n: number) => n >= 40 };
/** Monolog: 300 is warning. */
const MONOLOG = { within: [100, 1000], grave: (n: number) => n >= 300 };
/** Python's `levelno`: 30 is warning. */
const PYTHON = { within: [1, 100], grave: (n: number) => n >= 30 };
/** OpenTelemetry's SeverityNumber: 13 is warn; 0 is unspecified. */
const OPENTELEMETRY = { within: [1, 24], grave: (n: number) => n >= 13 };
/** Google's LogSeverity as a number: 400 is warning. */
const GOOGLE = { within: [100, 800], grave: (n: number) => n >= 400 };

const COMMON = [SYSLOG, PINO, MONOLOG];

/** Names of a level, best first, and the scales of a number under that name. */
const NAMES = new Map([
  ["level", COMMON],
  ["severity", [SYSLOG, PINO, GOOGLE]],
  ["loglevel", COMMON],
  ["levelname", COMMON],
  ["lvl", COMMON],
  ["severitytext", COMMON],
  ["@l", COMMON],
  ["priority", [SYSLOG]],
  ["syslogseverity", [SYSLOG]],
  ["levelno", [PYTHON]],
  ["severitynumber", [OPENTELEMETRY]],
  ["levelvalue", COMMON],
]);
const RANK = new Map([...NAMES.keys()].map((name, rank) => [name, rank]));

function fromNumber(n: number, name: string): Level | null {
  const scale = NAMES.get(name)?.find(({ within: [low = 0, high = 0] }) => n >= low && n <= high);
  return scale === undefined ? null : { text: String(n), grave: scale.grave(n) };
}

/** The level that a word names, null for a word that is none. */
export function levelOfWord(text: string): Level | null {
  if (text.length > 40) return null;
  const word = text.toLowerCase().trim().replace(DECORATION, "").trim();
  const grave = WORDS.get(word);
  return grave === undefined ? null : { text: word, grave };
}

/** A value that may name a level, as an object has it. */
export interface LevelCandidate {
  readonly value: JsonValue | undefined;
  /** The reduced name that it stands under; null where only a word is a level, as in Loguru's {"name":"ERROR","no":40}. */
  readonly name: string | null;
}

/** The level that a candidate names, null when it names none that is known. */
export function levelOfCandidate(value: JsonValue | undefined, name: string | null): Level | null {
  if (typeof value === "number") return name === null ? null : fromNumber(value, name);
  if (typeof value !== "string") return null;
  return name !== null && /^\d{1,4}$/.test(value) ? fromNumber(Number(value), name) : levelOfWord(value);
}

function candidateOf(value: JsonValue | undefined, name: string): LevelCandidate {
  return isObject(value) ? { value: value["name"], name: null } : { value, name };
}

/** The values by which an object may name its own level, best first; last ECS' `log.level`. */
export function levelCandidates(object: JsonObject): readonly LevelCandidate[] {
  const found: (LevelCandidate & { readonly rank: number })[] = [];
  for (const name of Object.keys(object)) {
    const reduced = name === "@l" ? name : reduceName(name);
    const rank = RANK.get(reduced);
    if (rank !== undefined) found.push({ ...candidateOf(object[name], reduced), rank });
  }
  const log = object["log"];
  if (isObject(log)) found.push({ ...candidateOf(log["level"], "level"), rank: RANK.size });
  return found.length > 1 ? found.sort((a, b) => a.rank - b.rank) : found;
}

/** The level an object names as its own, null when it names none that is known. */
export function levelOf(object: JsonObject): Level | null {
  for (const { value, name } of levelCandidates(object)) {
    const level = levelOfCandidate(value, name);
    if (level !== null) return level;
  }
  return null;
}
