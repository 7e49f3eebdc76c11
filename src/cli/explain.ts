// `revokewatch explain`: for each line of a log, does it count, and what was read from it, or why not. It reads with
// the daemon's own parts, so what it says is what the daemon would do.

import { createHmac, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Transform, Writable } from "node:stream";
import { styleText } from "node:util";
import split2 from "split2";
import { formatFinding } from "../config/finding.ts";
import { EventReader, type Rejection, type Verdict } from "../core/events/event-reader.ts";
import { DEFAULT_MATCH, type MatchRule } from "../core/events/rule.ts";
import type { ChunkOrigin } from "../core/lines/chunk.ts";
import { LineReader } from "../core/lines/line-reader.ts";
import type { LineFault, LineResult, Wrapper } from "../core/lines/line.ts";
import { shownJson, shownText } from "../host/shown-text.ts";
import { roster } from "../roster.ts";
import { loadSettings } from "../settings.ts";
import { EXIT, UsageError, type Invocation, type Verb } from "./verb.ts";

/** A line longer than this is not read, as the daemon's default `max_line_bytes` has it. */
const MAX_LINE_BYTES = 1024 * 1024;
const LF = 0x0a;

/** What `-o json` prints of a line, key for key. */
export type Explanation =
  | {
      readonly line: number;
      readonly event: true;
      readonly rule: string;
      readonly request_id: string | null;
      readonly service: string | null;
      readonly key: string | null;
      readonly time: string | null;
      readonly wrapper: Wrapper | null;
    }
  | { readonly line: number; readonly event: false; readonly reason: Rejection | LineFault };

const REASONS: Readonly<Record<Rejection | LineFault, string>> = {
  no_match: "no code or phrase of a rule stands in a field that counts",
  not_json: "the line is not JSON",
  not_object: "the line is JSON, but not an object",
  level: "the message mentions it, but the record's level is below warn",
  where: "it matches, but a condition under `where` does not hold",
  own_log: "revokewatch wrote this line itself",
  too_deep: "nested too deeply: over 32 objects, or JSON in strings over 3 levels",
  too_long: "the line is longer than 1 MiB",
};
/** Of several rules' reasons, the one that came nearest to an event. */
const NEAREST_REASON: readonly Rejection[] = ["where", "level", "own_log", "too_deep", "no_match"];

/** There is no configured source: an empty name comes back as the service when the line names none. */
const ORIGIN: ChunkOrigin = { source: "", format: "auto", labels: {} };

function fromVerdicts(line: number, verdicts: readonly Verdict[], wrapper: Wrapper | null): Explanation {
  for (const verdict of verdicts) {
    if (verdict.kind === "none") continue;
    const { rule, requestId, service, key, timeMs, timeFrom } = verdict.event;
    const time = timeFrom === "arrival" ? null : new Date(timeMs).toISOString();
    return {
      line,
      event: true,
      rule,
      request_id: requestId,
      service: service === "" ? null : service,
      key: key?.shown ?? null,
      time,
      wrapper,
    };
  }
  const reason = NEAREST_REASON.find((one) => verdicts.some((v) => v.kind === "none" && v.reason === one));
  return { line, event: false, reason: reason ?? "no_match" };
}

/**
 * Explains lines one by one, each given without its LF; parts of one line are joined over calls.
 * @param rules as configured.
 */
export function explainLines(rules: readonly MatchRule[]): (line: Buffer) => Explanation {
  // Digests are not shown, so any key will do, and a fresh one tells nothing.
  const secret = randomBytes(32);
  const events = new EventReader(rules, (key) => createHmac("sha256", secret).update(key).digest("hex"));
  const lines = new LineReader(events.needles, true);
  let count = 0;
  return (bytes) => {
    count += 1;
    if (bytes.length > MAX_LINE_BYTES) return { line: count, event: false, reason: "too_long" };
    let result: LineResult | null = null;
    const whole = Buffer.concat([bytes, Buffer.of(LF)]);
    lines.read({ origin: ORIGIN, stream: "", bytes: whole, replay: true }, (read) => (result = read));
    return explainResult(count, result, events);
  };
}

function explainResult(line: number, result: LineResult | null, events: EventReader): Explanation {
  if (result?.kind === "record") {
    return fromVerdicts(line, events.read(result.record, ORIGIN, 0), result.record.wrapper);
  }
  return { line, event: false, reason: result?.kind === "fault" ? result.reason : "no_match" };
}

/** Passes bytes on, but of a line only so many that it can be told to be too long: split2 would hold all of it. */
function clipLines(): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let start = 0; start < chunk.length;) {
        const found = chunk.indexOf(LF, start);
        const end = found === -1 ? chunk.length : found;
        const room = Math.max(0, MAX_LINE_BYTES + 1 - length);
        this.push(chunk.subarray(start, Math.min(end, start + room)));
        length += end - start;
        if (found !== -1) {
          this.push("\n");
          length = 0;
        }
        start = end + 1;
      }
      done();
    },
  });
}

function asText(explanation: Explanation, colour: boolean): string {
  const paint = (style: "red" | "dim", text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const place = String(explanation.line).padStart(6);
  if (!explanation.event) return paint("dim", `${place}  -      ${REASONS[explanation.reason]}`);
  const { rule, request_id, service, key, time, wrapper } = explanation;
  const read = { request_id, service, key, time, wrapper };
  const details = Object.entries(read).map(
    ([name, value]) => `${name}=${value === null ? "-" : printable(value)}`,
  );
  return `${place}  ${paint("red", "event")}  ${rule}  ${details.join("  ")}`;
}

/** Log text could move the cursor or recolour the terminal. */
function printable(text: string): string {
  return text === shownText(text) ? text : shownJson(text);
}

/**
 * The rules of the daemon that would read these lines; null when its configuration has errors, which are printed.
 * Without a configuration file the built-in rule counts, whatever the environment says about receivers.
 */
async function rulesOf({ values, env, stderr }: Invocation): Promise<readonly MatchRule[] | null> {
  const option = values["config"];
  const configPath = typeof option === "string" ? option : null;
  const { settings, findings, path } = await loadSettings({ configPath, env, cwd: process.cwd(), roster });
  if (path === null) return [{ name: "api_key_revoked", match: DEFAULT_MATCH }];
  if (settings !== null) return settings.rules;
  for (const finding of findings) stderr.write(`${formatFinding(finding)}\n`);
  return null;
}

/** The named file, null for stdin. */
function fileOf({ positionals, stdin }: Invocation): string | null {
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`explain reads one FILE, found ${positionals.length}`);
  if (file === undefined && stdin.isTTY) throw new UsageError("explain needs a FILE, or lines on stdin");
  return file === undefined || file === "-" ? null : file;
}

async function run(invocation: Invocation): Promise<number> {
  const { values, stdin, stdout, stderr, env, signal } = invocation;
  const json = values["output"] === "json";
  const colour = stdout.isTTY && !env["NO_COLOR"];
  const file = fileOf(invocation);
  const rules = await rulesOf(invocation);
  if (rules === null) return EXIT.config;
  const explain = explainLines(rules);
  // The failing write says so too; without a listener the event alone would end the process.
  stdout.on("error", () => {});
  const print = new Writable({
    objectMode: true,
    write(line: string, _encoding, done) {
      const explanation = explain(Buffer.from(line));
      const text = json ? shownJson(explanation) : asText(explanation, colour);
      stdout.write(`${text}\n`, done);
    },
  });
  try {
    const input = file === null ? stdin : createReadStream(file);
    await pipeline(input, clipLines(), split2("\n"), print, { signal });
  } catch (error) {
    const { code = "unknown error", syscall } = error as NodeJS.ErrnoException;
    // What stdout does not take is `main`'s to tell; `explain app.log | head` has seen enough.
    if (signal.aborted || code === "EPIPE" || syscall === "write") return EXIT.ok;
    stderr.write(`revokewatch explain: cannot read ${file ?? "stdin"}: ${code}\n`);
    return EXIT.negative;
  }
  return EXIT.ok;
}

export const explainVerb: Verb = {
  word: "explain",
  summary: "for each log line: does it count, what was read from it, or why not",
  synopsis: "[FILE|-]",
  options: {},
  optionHelp: {},
  run,
};
