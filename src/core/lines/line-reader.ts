// Chunks to records. Most bytes end in the scan: a line is cut out, decoded and parsed only when it holds a needle, or
// when a needle could hide in it: parts of a longer line, a journal message written as numbers.

import type { BytePlace, Chunk, ChunkOrigin } from "./chunk.ts";
import { lineText } from "./frame.ts";
import { parseObject } from "./json.ts";
import type { LineResult, Span } from "./line.ts";
import { endOfLine, firstLine, LineStream } from "./line-stream.ts";
import type { GivenUp } from "./parts.ts";
import { ROOM_BYTES, type Scan } from "./scan.ts";
import { createScan } from "./scan-simd.ts";
import { peel, unwrap, type Peeled } from "./unwrap.ts";

const LF = 0x0a;

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
  read(start: number): number;
}

/** A line that was joined from parts stands nowhere as a whole. */
const NO_SPAN: Span = { start: 0, end: 0 };

/** Reads all streams of all sources; formats and unfinished lines are kept per source and stream. */
export class LineReader {
  readonly #needles: readonly string[] | null;
  readonly #everyLine: boolean;
  readonly #streams = new Map<string, LineStream>();
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
    if (waited || stream.parts.waiting) stream.tellWaiting(chunk.place);
    return lines;
  }

  /**
   * Takes unfinished lines of streams that have been silent for a minute as they are, so that they are counted as
   * something and their bytes are not waited for for ever. To be called about once a second.
   * @param nowMs any clock that runs on, milliseconds.
   */
  giveUp(nowMs: number, emit: (result: LineResult, origin: ChunkOrigin) => void): void {
    for (const stream of this.#streams.values()) {
      if (!stream.overdue(nowMs)) continue;
      for (const line of stream.parts.giveUp()) {
        const result = this.#judgeGivenUp(line, 0);
        if (result !== null) emit(result, stream.origin);
      }
      stream.tellGivenUp();
    }
  }

  #readLines(
    chunk: Chunk,
    stream: LineStream,
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
      let end: number = known ? (short?.read(start) ?? -1) : -1;
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
        end = short?.read(start) ?? -1;
        known = end !== -1;
        if (!known) {
          end = endOfLine(bytes, start);
          if (!skips || hit < end || !endsDockerLine(bytes, start, end)) {
            if (stream.parts.waiting) this.#passLine(stream, line, emit);
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

  #streamOf(chunk: Chunk): LineStream {
    const key = `${chunk.origin.source}\0${chunk.stream}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const first = firstLine(chunk.bytes);
    const begun = new LineStream(chunk, first);
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

  #readLine(chunk: Chunk, span: Span, line: number, stream: LineStream): LineResult | null {
    const text = lineText(chunk.bytes, span.start, span.end);
    if (text === "" && !this.#everyLine) return null;
    const peeled = peel(text, stream.format);
    const opened = peeled.opened;
    if (opened === null || opened.text === null) return this.#judge(peeled, text, text, line, span);
    const { pipe, text: own } = opened;
    if (!opened.complete && !wholeObject(own, stream.parts.has(pipe))) {
      stream.parts.add(pipe, peeled, own, placeOf(chunk, span));
      return this.#everyLine ? { kind: "part", line } : null;
    }
    const joined = stream.parts.finish(pipe, own);
    if (joined === null) return { kind: "fault", line, reason: "too_long" };
    const result = this.#judge(peeled, joined, text, line, span);
    // What stood open may have been the last words of a killed container, and this line be whole by itself.
    return result?.kind === "fault" && joined !== own ? this.#judge(peeled, own, text, line, span) : result;
  }

  #passLine(stream: LineStream, line: number, emit: (result: LineResult) => void): void {
    for (const given of stream.parts.passLine()) {
      const result = this.#judgeGivenUp(given, line);
      if (result !== null) emit(result);
    }
  }

  #judgeGivenUp({ peeled, text }: GivenUp, line: number): LineResult | null {
    if (text === null) return { kind: "fault", line, reason: "too_long" };
    return this.#judge(peeled, text, text, line, NO_SPAN);
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

function placeOf({ place }: Chunk, { start, end }: Span): BytePlace | null {
  if (place === undefined) return null;
  const { generation, offset } = place;
  return { generation, from: offset + start, to: offset + end + 1 };
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
