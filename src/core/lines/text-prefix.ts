// A text before the object: a syslog header, a log4j pattern, a shipper's tag. The record is the first object that
// reaches to the end of the line; what stands before it may name a time, a level, a host and a program.

import type { JsonObject } from "./json.ts";
import { parseObject } from "./json.ts";
import { parseTime } from "./time.ts";

/** Each try may read the rest of the line, so a hostile line of braces costs at most this many times its length. */
const MAX_TRIES = 8;
/** Where a header is looked for; time, level, host and program stand in the first few words. */
const MAX_HEADER_LENGTH = 512;

/** A brace that can open a non-empty object, or an empty one. */
const OPENING = /\{\s*["}]/g;
/** What stands before a brace inside broken JSON: a property name, a bracket, a comma. */
const INSIDE_JSON = /(?:"\s*:|[,[{])\s*$/;
/** A line that begins like JSON and is none was cut or garbled; a part of it must not pass for the whole. */
const BROKEN_JSON = /^\s*(?:\{\s*"|\[\s*[{"[]|")/;

const TIME = /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/;
const LEVEL =
  /(?<![\w=/.-])(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY|FATAL|SEVERE|PANIC)(?![\w=/-])/;
const RFC3164 = /^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (\S+) ([^\s:[\]]+)(?:\[[^\]\s]*\])?:/;
const RFC5424 = /^(?:\d+ )?<\d{1,3}>1 \S+ (\S+) (\S+) /;

export interface Prefixed {
  readonly value: JsonObject;
  readonly timeMs: number | null;
  readonly level: string | null;
  readonly envelope: JsonObject | null;
}

function headerOf(prefix: string): JsonObject | null {
  const found = RFC5424.exec(prefix) ?? RFC3164.exec(prefix);
  const [, host, program] = found ?? [];
  if (host === undefined || program === undefined) return null;
  return {
    ...(host === "-" ? {} : { hostname: host }),
    ...(program === "-" ? {} : { SYSLOG_IDENTIFIER: program }),
  };
}

/** The object that ends a line of text, null when there is none. */
export function readPrefixed(text: string): Prefixed | null {
  if (!/\}\s*$/.test(text.slice(-64)) || BROKEN_JSON.test(text.slice(0, 64))) return null;
  let tries = 0;
  for (const { index } of text.matchAll(OPENING)) {
    if (INSIDE_JSON.test(text.slice(Math.max(0, index - 16), index))) return null;
    const value = parseObject(text.slice(index));
    if (value !== null) {
      const prefix = text.slice(0, Math.min(index, MAX_HEADER_LENGTH));
      const time = TIME.exec(prefix);
      return {
        value,
        timeMs: time === null ? null : parseTime(time[0]),
        level: LEVEL.exec(prefix)?.[0] ?? null,
        envelope: headerOf(prefix),
      };
    }
    tries += 1;
    if (tries === MAX_TRIES) return null;
  }
  return null;
}
