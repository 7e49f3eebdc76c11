// The wrappers that container runtimes and the journal put around a program's line. Each opener knows one of them and
// gives the text inside, or null when the line is not its kind. All are tolerant: docker calls its format internal.

import { isObject, type JsonObject, type JsonValue } from "./json.ts";
import { parseTime } from "./time.ts";
import type { Wrapper } from "./line.ts";

export interface Opened {
  readonly wrapper: Wrapper;
  /** The program's own text; null where the wrapper says there was one and does not hold it. */
  readonly text: string | null;
  /** False when the runtime cut the line here and the next line of the same `pipe` goes on. */
  readonly complete: boolean;
  /** `stdout` or `stderr`: parts of the two are interleaved and must not be joined. */
  readonly pipe: string;
  readonly timeMs: number | null;
  readonly envelope: JsonObject | null;
}

const CRI = /^(\d{4}-\d\d-\d\dT\S{1,32}) (stdout|stderr) ([PF])(?::\S*)?(?: |$)/;

/** `TIME stdout|stderr P|F[:tags] TEXT` of containerd, CRI-O and podman's k8s-file. */
export function openCri(line: string): Opened | null {
  const found = CRI.exec(line);
  if (found === null) return null;
  const [head, time, pipe = "", tag] = found;
  const text = line.slice(head.length);
  return { wrapper: "cri", text, complete: tag === "F", pipe, timeMs: parseTime(time), envelope: null };
}

const DOCKER_NAMES = new Set(["log", "stream", "time", "attrs"]);

/** `{"log":…,"stream":…,"time":…}`: a `log` without its newline goes on in the next line of the stream. */
export function openDocker(line: JsonObject): Opened | null {
  const { log, stream, time, attrs } = line;
  if (typeof log !== "string" || (stream === undefined && time === undefined)) return null;
  if (!Object.keys(line).every((name) => DOCKER_NAMES.has(name))) return null;
  const complete = log.endsWith("\n");
  const pipe = typeof stream === "string" ? stream : "";
  const text = log.replace(/\r?\n$/, "");
  const envelope = isObject(attrs) ? attrs : null;
  return { wrapper: "docker", text, complete, pipe, timeMs: parseTime(time), envelope };
}

/** A field that was set several times is an array of its values; each value is a string or an array of bytes. */
function messageText(message: JsonValue | undefined): string | null {
  if (typeof message === "string") return message;
  if (!Array.isArray(message)) return null;
  if (message.every((byte) => typeof byte === "number"))
    return Buffer.from(message as number[]).toString("utf8");
  const texts = message.map(messageText).filter((text) => text !== null);
  return texts.find((text) => text.trimStart().startsWith("{")) ?? texts[0] ?? null;
}

/** `journalctl -o json`, where MESSAGE is a string, an array of byte numbers, an array of those, or null. */
export function openJournald(line: JsonObject): Opened | null {
  if (!("MESSAGE" in line)) return null;
  if (!("__REALTIME_TIMESTAMP" in line || "__CURSOR" in line || "_BOOT_ID" in line || "PRIORITY" in line))
    return null;
  const timeMs = parseTime(line["__REALTIME_TIMESTAMP"]) ?? parseTime(line["_SOURCE_REALTIME_TIMESTAMP"]);
  const text = messageText(line["MESSAGE"]);
  return { wrapper: "journald", text, complete: true, pipe: "", timeMs, envelope: line };
}
