// Chunks to records. Most bytes end in the scan: a line is cut out, decoded and parsed only when it holds a needle, or
// when a needle could hide in it: parts of a longer line, a journal message written as numbers.

import type { BytePlace, Chunk, LineFormat } from "./chunk.ts";
import { lineText } from "./frame.ts";
import { parseObject } from "./json.ts";
import type { LineResult, Span } from "./line.ts";
import { Parts } from "./parts.ts";
import { ROOM_BYTES, type Scan } from "./scan.ts";
import { createScan } from "./scan-simd.ts";
import { isDocker, peel, unwrap, type Peeled } from "./unwrap.ts";

const LF = 0x0a;
const CR = 0x0d;

/**
 * What else must be looked at, since a wrapper may cut the needle in two or write it otherwise: CRI's partial lines,
 * journald's messages as arrays (old versions wrote a space). They cost the scan next to nothing, so they are looked
 * for in every stream, whatever its format.
 */
const WRAPPER_NEEDLES: readonly string[] = ["stdout P", "stderr P", '"MESSAGE":[', '"MESSAGE" : ['];

/** Ends the text of a whole line in docker's file. Quotes within the text are escaped, so it stands nowhere else. */
const DOCKER_LINE_END = Buffer.from('\\n","');

/** Lines that are read without being parsed, since lines of their form were read before. */
export interface LineForms {
  /**
   * Reads the line that begins at `start`, if it is of a known form and is a record that is wanted.
   * @returns its end, the place of its LF or the end of the bytes; -1 when it has to be read as any other line.
   */
  read(bytes: Buffer, start: number): number;
}

interface Stream {
  /** `auto` unless configured: lines of another kind than the first are read as what they are. */
  readonly format: LineFormat;
  /** Docker marks a part only by what is missing at its end, so each of its lines must be looked at. */
  readonly docker: boolean;
  readonly parts: Parts;
}

/** Reads all streams of all sources; formats and unfinished lines are kept per source and stream. */
export class LineReader {
  readonly #needles: readonly string[] | null;
  readonly #everyLine: boolean;
  readonly #streams = new Map<string, Stream>();
  #scan: Scan | null = null;
  #room: Buffer | null = null;

  /**
   * @param needles texts of which a record must hold one, as `needlesOf` gives them; null reads every line.
   * @param everyLine also tells of lines without a needle (`passed`, `part`, faults). Default false.
   */
  constructor(needles: readonly string[] | null, everyLine = false) {
    this.#needles = needles;
    this.#everyLine = everyLine;
  }

  /**
   * Memory for whoever reads the bytes of chunks: what is handed to `read` in it is not copied. Nothing in it outlives a
   * call of `read`, so that all sources may share it.
   */
  get room(): Buffer {
    this.#room ??=
      this.#needles === null ? Buffer.allocUnsafeSlow(ROOM_BYTES) : this.#scanOf(this.#needles).room;
    return this.#room;
  }

  /**
   * Reads a chunk and emits its lines' results in order. Returns the number of its lines.
   * @param forms is given the lines that may be read the short way; what it has read is not emitted.
   */
  read(chunk: Chunk, emit: (result: LineResult) => void, forms: LineForms | null = null): number {
    const stream = this.#streamOf(chunk);
    const waited = stream.parts.waiting;
    const lines = this.#readLines(chunk, stream, emit, stream.docker ? null : forms);
    if (waited || stream.parts.waiting) chunk.place?.waiting(stream.parts.places);
    return lines;
  }

  #readLines(
    chunk: Chunk,
    stream: Stream,
    emit: (result: LineResult) => void,
    forms: LineForms | null,
  ): number {
    const { bytes } = chunk;
    const scan = this.#needles === null || this.#everyLine ? null : this.#scanOf(this.#needles);
    scan?.open(bytes);
    let line = 0;
    let start = 0;
    let hit = -1;
    /** After a line of a known form comes, more often than not, another: it is tried before the scan. */
    let known = false;
    while (start < bytes.length) {
      const short = stream.parts.waiting ? null : forms;
      let end: number = known ? (short?.read(bytes, start) ?? -1) : -1;
      if (end === -1) {
        const skips = scan !== null && !stream.parts.waiting;
        if (skips && !stream.docker) {
          hit = scan.next(start);
          line += scan.passed;
          if (hit === bytes.length) return bytes[hit - 1] === LF ? line : line + 1;
          start = Math.max(start, bytes.lastIndexOf(LF, hit) + 1);
        } else if (skips && hit < start) {
          hit = scan.next(start);
        }
        end = short?.read(bytes, start) ?? -1;
        known = end !== -1;
        if (!known) {
          end = endOfLine(bytes, start);
          if (!skips || hit < end || !endsDockerLine(bytes, start, end)) {
            const result = this.#readLine(chunk, { start, end }, line, stream);
            if (result !== null) emit(result);
          }
        }
      }
      line += 1;
      start = end + 1;
    }
    return line;
  }

  /** Forgets a stream that has ended: its format and what it left unfinished. */
  forget(source: string, stream: string): void {
    this.#streams.delete(`${source}\0${stream}`);
  }

  #streamOf({ origin, stream, bytes }: Chunk): Stream {
    const key = `${origin.source}\0${stream}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const { format } = origin;
    const first = firstLine(bytes);
    const docker = format === "docker" || (format === "auto" && isDocker(first));
    const begun = { format, docker, parts: new Parts() };
    // Blank lines tell nothing: the next chunk is asked again.
    if (first !== "") this.#streams.set(key, begun);
    return begun;
  }

  #scanOf(needles: readonly string[]): Scan {
    this.#scan ??= createScan([...needles, ...WRAPPER_NEEDLES]);
    return this.#scan;
  }

  #holdsNeedle(text: string): boolean {
    return this.#needles === null || this.#needles.some((needle) => text.includes(needle));
  }

  #readLine(chunk: Chunk, span: Span, line: number, stream: Stream): LineResult | null {
    const text = lineText(chunk.bytes, span.start, span.end);
    if (text === "" && !this.#everyLine) return null;
    const peeled = peel(text, stream.format);
    const opened = peeled.opened;
    if (stream.parts.waiting) stream.parts.passLine();
    if (opened === null || opened.text === null) return this.#judge(peeled, text, text, line, span);
    const { pipe, text: own } = opened;
    if (!opened.complete && !wholeObject(own, stream.parts.has(pipe))) {
      stream.parts.add(pipe, own, placeOf(chunk, span));
      return this.#everyLine ? { kind: "part", line } : null;
    }
    const joined = stream.parts.finish(pipe, own);
    if (joined === null) return { kind: "fault", line, reason: "too_long" };
    const result = this.#judge(peeled, joined, text, line, span);
    // What stood open may have been the last words of a killed container, and this line be whole by itself.
    return result?.kind === "fault" && joined !== own ? this.#judge(peeled, own, text, line, span) : result;
  }

  /** @param inner the text that should be the record's; `text` is the line as it stands. */
  #judge(peeled: Peeled, inner: string, text: string, line: number, span: Span): LineResult | null {
    const held = this.#holdsNeedle(inner) || this.#holdsNeedle(text);
    if (!held && !this.#everyLine) return null;
    const unwrapped = unwrap(peeled, inner);
    if ("fault" in unwrapped) return { kind: "fault", line, reason: unwrapped.fault };
    return held ? { kind: "record", line, span, record: unwrapped.record } : { kind: "passed", line };
  }
}

/** The first line that is not blank. */
function firstLine(bytes: Buffer): string {
  let start = 0;
  while (bytes[start] === LF || bytes[start] === CR) start += 1;
  return lineText(bytes, start, endOfLine(bytes, start));
}

function placeOf({ place }: Chunk, { start, end }: Span): BytePlace | null {
  if (place === undefined) return null;
  const { generation, offset } = place;
  return { generation, from: offset + start, to: offset + end + 1 };
}

function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(LF, start);
  return end === -1 ? bytes.length : end;
}

/** Whether docker says that the line ends here; one that does not goes on below and may hide a needle. */
function endsDockerLine(bytes: Buffer, start: number, end: number): boolean {
  // Backwards: only the stream and the time stand behind it, but any number of backslashes before.
  return bytes.subarray(start, end).lastIndexOf(DOCKER_LINE_END) !== -1;
}

/** Docker writes a program's last line without its newline when the program ends: a first part that is an object. */
function wholeObject(part: string, continued: boolean): boolean {
  return !continued && part.endsWith("}") && parseObject(part) !== null;
}
