// Reads the time that a log line gives of itself, in every form loggers are known to write. A text without an offset
// is UTC. What lies before 1990 or after 2100 is no time: a counter, a duration, a clock that was never set.

import { isObject, type JsonObject, type JsonValue } from "./json.ts";
import { reduceName } from "./name.ts";

const EARLIEST_MS = Date.UTC(1990, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/** Microseconds in one unit of an epoch number. The 110 years allowed never overlap from one unit to the next. */
const EPOCH_UNITS_US = [1e6, 1e3, 1, 1e-3];

const ISO =
  /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[Tt ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?)? ?(?:(Z|z|UTC|GMT)|([+-])(\d\d):?(\d\d)?(?: ?UTC)?)?$/;
/** ISO 8601's basic form, `20260525T123456Z`; groups as above. */
const ISO_BASIC =
  /^(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(\d\d)(?:[.,](\d{1,12}))?(?:(Z|z)|([+-])(\d\d):?(\d\d)?)?$/;
const CLF = /^\[?(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\]?$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Longest text that is tried; an RFC 3339 time with nanoseconds has 35 characters. */
const MAX_TIME_LENGTH = 48;

/**
 * Names under which an object keeps its own time, best first. `@t` is Serilog's compact form; its reduced name `t` is
 * a time only with the at sign.
 */
const TIME_NAMES = [
  "time",
  "timestamp",
  "@t",
  "ts",
  "datetime",
  "asctime",
  "timeunixnano",
  "realtimetimestamp",
  "timemillis",
  "timestampms",
  "instant",
  "eventtime",
  "logtime",
  "timegenerated",
  "timelocal",
  "timeiso8601",
  "starttime",
  "writtenat",
  "loggedat",
  "date",
  "created",
  "createdat",
  "receivetimestamp",
  "sourcerealtimetimestamp",
  "observedtimeunixnano",
];
const RANK = new Map(TIME_NAMES.map((name, rank) => [name, rank]));

function inRange(ms: number): number | null {
  return ms >= EARLIEST_MS && ms < LATEST_MS ? ms : null;
}

function fromEpoch(value: number): number | null {
  for (const unit of EPOCH_UNITS_US) {
    // Rounded to microseconds first: 1779712496.789 s is …788.99999 ms as a double.
    const ms = inRange(Math.floor(Math.round(value * unit) / 1000));
    if (ms !== null) return ms;
  }
  return null;
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function utc(date: readonly number[], clock: readonly number[], offsetMinutes: number): number | null {
  const [year = 0, month = 0, day = 0] = date;
  const [hour = 0, minute = 0, second = 0, ms = 0] = clock;
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysOf(year, month) ||
    hour > 24 ||
    minute > 59 ||
    second > 60
  )
    return null;
  return inRange(Date.UTC(year, month - 1, day, hour, minute, second, ms) - offsetMinutes * 60_000);
}

function offsetOf(sign: string | undefined, hours = "0", minutes = "0"): number {
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function fromText(text: string): number | null {
  if (text.length > MAX_TIME_LENGTH) return null;
  if (/^\d{9,19}(?:\.\d+)?$/.test(text)) return fromEpoch(Number(text));
  const iso = ISO.exec(text) ?? ISO_BASIC.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", , sign, oh, om] = iso;
    const ms = Number(fraction.padEnd(3, "0").slice(0, 3));
    const date = [Number(year), Number(month), Number(day)];
    return utc(date, [Number(hour), Number(minute), Number(second), ms], offsetOf(sign, oh, om));
  }
  const other = CLF.exec(text) ?? HTTP_DATE.exec(text);
  if (other === null) return null;
  const [, day, month = "", year, hour, minute, second, sign, oh, om] = other;
  const date = [Number(year), MONTHS.indexOf(month) + 1, Number(day)];
  return utc(date, [Number(hour), Number(minute), Number(second)], offsetOf(sign, oh, om));
}

/** Log4j's `instant`, Monolog's old `datetime`, Loguru's `time` and MongoDB's `$date` are objects around the number. */
function fromObject(value: JsonObject): number | null {
  if (typeof value["epochSecond"] === "number") {
    const nanos = typeof value["nanoOfSecond"] === "number" ? value["nanoOfSecond"] : 0;
    return inRange(value["epochSecond"] * 1000 + Math.floor(nanos / 1e6));
  }
  for (const name of ["date", "$date", "timestamp", "stringValue", "intValue"]) {
    const inner = value[name];
    if (typeof inner === "string" || typeof inner === "number") return parseTime(inner);
  }
  return null;
}

/**
 * Milliseconds since the epoch of RFC 3339 (any offset, a space for the T, a comma before the fraction, nanoseconds),
 * `25/May/2026:12:34:56 +0000`, an HTTP date, or an epoch number or numeric text in s, ms, µs or ns; else null.
 */
export function parseTime(value: JsonValue | undefined): number | null {
  if (typeof value === "number") return fromEpoch(value);
  if (typeof value === "string") return fromText(value.trim());
  return isObject(value) ? fromObject(value) : null;
}

/** The values by which an object may name its own time, best first. */
export function timeCandidates(object: JsonObject): readonly (JsonValue | undefined)[] {
  const found: { readonly value: JsonValue | undefined; readonly rank: number }[] = [];
  for (const name of Object.keys(object)) {
    const rank = RANK.get(name === "@t" ? name : reduceName(name));
    if (rank !== undefined) found.push({ value: object[name], rank });
  }
  if (found.length > 1) found.sort((a, b) => a.rank - b.rank);
  return found.map(({ value }) => value);
}

/** The time that an object names as its own, nested objects left out; null when it names none. */
export function timeOf(object: JsonObject): number | null {
  for (const value of timeCandidates(object)) {
    const ms = parseTime(value);
    if (ms !== null) return ms;
  }
  return null;
}
