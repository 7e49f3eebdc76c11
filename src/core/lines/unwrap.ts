// From the text of a line to its record. One line is opened at most once as a wrapper, and what is inside may have a
// text prefix of its own: a container's syslog-like output, a journal entry of a log4j program.

import type { LineFormat } from "./chunk.ts";
import { isObject, parseJson, type JsonObject, type JsonValue } from "./json.ts";
import type { LineFault, LogRecord, Wrapper } from "./line.ts";
import { readPrefixed } from "./text-prefix.ts";
import { openCri, openDocker, openJournald, type Opened } from "./wrappers.ts";

export type Unwrapped = { readonly record: LogRecord } | { readonly fault: LineFault };

/** A line with its wrapper opened, if it has one. `value` is the line's JSON, undefined when it is none. */
export type Peeled =
  | { readonly opened: Opened; readonly value: JsonObject | null }
  | { readonly opened: null; readonly value: JsonValue | undefined };

/**
 * Opens the wrapper of a line. The format only says what is not tried: `json` keeps an object with a `log` as it is.
 * Every other format takes lines of every kind, for a stream changes its mind (a banner before the first record, two
 * programs in one file) and its lines must not be lost.
 */
export function peel(text: string, format: LineFormat): Peeled {
  if (format === "json") return { opened: null, value: parseJson(text) };
  const cri = openCri(text);
  if (cri !== null) return { opened: cri, value: null };
  const value = parseJson(text);
  if (!isObject(value)) return { opened: null, value };
  const opened = openDocker(value) ?? openJournald(value);
  return opened === null ? { opened, value } : { opened, value };
}

interface Around {
  readonly wrapper: Wrapper | null;
  readonly timeMs: number | null;
  readonly envelope: JsonObject | null;
}
const NOTHING_AROUND: Around = { wrapper: null, timeMs: null, envelope: null };

function recordOf(text: string, value: JsonValue | undefined, around: Around): Unwrapped {
  const { wrapper, timeMs: wrapperTimeMs, envelope } = around;
  if (isObject(value)) return { record: { value, wrapper, wrapperTimeMs, envelope, prefixLevel: null } };
  if (value !== undefined) return { fault: "not_object" };
  const prefixed = readPrefixed(text);
  if (prefixed === null) return { fault: "not_json" };
  return {
    record: {
      value: prefixed.value,
      wrapper: wrapper ?? "text",
      wrapperTimeMs: wrapperTimeMs ?? prefixed.timeMs,
      envelope: envelope ?? prefixed.envelope,
      prefixLevel: prefixed.level,
    },
  };
}

/**
 * The record of a peeled line. A journal entry whose MESSAGE holds no object is itself the record: it is a JSON object
 * with a message and a level. `text` is the line's own text, or the joined text of its parts.
 */
export function unwrap(peeled: Peeled, text: string): Unwrapped {
  if (peeled.opened === null) return recordOf(text, peeled.value, NOTHING_AROUND);
  const { opened } = peeled;
  const inner = opened.text === null ? null : recordOf(text, parseJson(text), opened);
  if (inner !== null && "record" in inner) return inner;
  if (opened.wrapper !== "journald" || peeled.value === null) return inner ?? { fault: "not_json" };
  const { wrapper, timeMs } = opened;
  const value = typeof opened.text === "string" ? { ...peeled.value, MESSAGE: opened.text } : peeled.value;
  return { record: { value, wrapper, wrapperTimeMs: timeMs, envelope: null, prefixLevel: null } };
}

/** Whether a stream's first line shows docker's json-file. */
export function isDocker(text: string): boolean {
  return peel(text, "auto").opened?.wrapper === "docker";
}
