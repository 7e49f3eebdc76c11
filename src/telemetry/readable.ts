// One line of the log for a person at a terminal: time, level, message, then the fields. Everything that came out of a
// log file is hostile, and here it meets a terminal: control characters are shown, never sent.

import { shownText } from "../host/shown-text.ts";

/** Fields that the head of the line already says, or that are the same on every line. */
const HEAD_FIELDS = new Set(["time", "level", "name", "msg"]);

const COLOURS: Readonly<Record<string, string>> = {
  trace: "\u001b[2m",
  debug: "\u001b[2m",
  warn: "\u001b[33m",
  error: "\u001b[31m",
  fatal: "\u001b[31;1m",
};
const PLAIN = "\u001b[0m";

/**
 * Turns one JSON line of the log into one line of text with its line break.
 * @param colour false where NO_COLOR asks for it.
 */
export function readableLine(json: string, colour: boolean): string {
  const record = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const level = String(record.level);
  const tint = colour ? (COLOURS[level] ?? "") : "";
  const time = String(record.time).slice(11, 23);
  const fields = Object.entries(record)
    .filter(([name]) => !HEAD_FIELDS.has(name))
    .map(([name, value]) => ` ${shownText(name)}=${fieldText(value)}`);
  const head = `${time} ${tint}${level.padEnd(5)}${tint === "" ? "" : PLAIN} ${shownText(String(record.msg ?? ""))}`;
  return `${head}${fields.join("")}\n`;
}

/** A value bare when it is one word, else in quotes. */
function fieldText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return typeof value !== "string" || /^[^\s"=]+$/.test(text) ? shownText(text) : `"${shownText(text)}"`;
}
