// Lines from standard input: bytes, never strings, with the pipe itself as the only queue. A pipe cannot be read twice,
// so there is no position: what was read is exact within one run, and at the end the unterminated rest is handed on.

import { fstatSync } from "node:fs";
import type { Readable } from "node:stream";
import * as v from "valibot";
import type { Chunk } from "../core/lines/chunk.ts";
import { LineCutter } from "./line-cutter.ts";
import { maxLineBytesOption } from "./measures.ts";
import type { FileStatus, Sink, Source, SourceKind, SourceSetup } from "./source.ts";

const STREAM = "-";

const stdinSchema = v.pipe(
  v.strictObject({ max_line_bytes: maxLineBytesOption() }),
  v.transform((options) => ({ maxLineBytes: options.max_line_bytes })),
  v.description("Lines from standard input."),
);

export type StdinOptions = v.InferOutput<typeof stdinSchema>;

export const stdinKind: SourceKind<StdinOptions> = {
  word: "stdin",
  schema: stdinSchema,
  create: (setup, options) => new StdinSource(setup, options, openStdin),
};

/** Reads one stream of bytes to its end. */
export class StdinSource implements Source {
  readonly kind = "stdin";
  readonly #setup: SourceSetup;
  readonly #options: StdinOptions;
  readonly #open: () => Readable | null;
  #state: FileStatus["state"] = "pending";
  #bytes = 0;

  /** @param open gives the stream when reading begins; null when there is none (closed descriptor). */
  constructor(setup: SourceSetup, options: StdinOptions, open: () => Readable | null) {
    this.#setup = setup;
    this.#options = options;
    this.#open = open;
  }

  get name(): string {
    return this.#setup.name;
  }

  /** Nothing lies before the start of a pipe that could still be caught up with. */
  get caughtUp(): boolean {
    return this.#state !== "pending";
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    const { name, facts } = this.#setup;
    const input = signal.aborted ? null : this.#open();
    this.#state = "active";
    if (input === null) {
      this.#state = "finished";
      return;
    }
    const cutter = this.#cutter(sink);
    facts.fileOpened(name, STREAM, 0);
    // Destroying ends the loop below within the turn, also while the pipe is silent; what it still held is not read.
    const stop = (): void => void input.destroy();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for await (const bytes of input as AsyncIterable<Buffer>) {
        if (signal.aborted) break;
        cutter.push(bytes);
        this.#bytes += bytes.length;
      }
      if (!signal.aborted) cutter.end();
    } catch (error) {
      if (!signal.aborted) facts.fileFailed(name, STREAM, errorCode(error), "read");
    } finally {
      signal.removeEventListener("abort", stop);
      input.destroy();
      this.#state = "finished";
      facts.fileClosed(name, STREAM);
    }
  }

  takePositions(): ReadonlyMap<string, string | null> {
    return new Map();
  }

  keepPositions(): void {}

  nudge(): void {}

  status(): readonly FileStatus[] {
    return [{ path: STREAM, state: this.#state, offset: this.#bytes, size: this.#bytes, lag_bytes: 0 }];
  }

  #cutter(sink: Sink): LineCutter {
    const { name, format, labels, facts } = this.#setup;
    const origin: Chunk["origin"] = { source: name, format, labels };
    return new LineCutter(this.#options.maxLineBytes, {
      lines: (bytes) => sink({ origin, stream: STREAM, bytes, replay: false }),
      tooLong: (bytes) => facts.lineTooLong(name, STREAM, bytes),
    });
  }
}

/** The process's standard input, null when it was closed (`<&-`). */
function openStdin(): Readable | null {
  try {
    fstatSync(0);
  } catch {
    return null;
  }
  return process.stdin;
}

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "EIO";
}
