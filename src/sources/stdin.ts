// Lines from standard input: bytes, never strings, with the pipe itself as the only queue. A pipe cannot be read twice,
// so there is no position: what was read is exact within one run, and at the end the unterminated rest is handed on.

import * as v from "valibot";
import type { Chunk } from "../core/lines/chunk.ts";
import { LineCutter } from "./line-cutter.ts";
import { maxLineBytesOption } from "./measures.ts";
import type { FileStatus, Sink, Source, SourceKind, SourceSetup } from "./source.ts";
import { type Input, standardInput } from "./stdin-input.ts";

const STREAM = "-";
/** Where no room is given: what a pipe holds, and its lead. */
const ROOM_BYTES = 2 ** 17;
/** Kept free before what is read: there goes the part of a line that an earlier read ended with, so that one chunk is made. */
const LEAD_BYTES = 2 ** 14;

const stdinSchema = v.pipe(
  v.strictObject({ max_line_bytes: maxLineBytesOption() }),
  v.transform((options) => ({ maxLineBytes: options.max_line_bytes })),
  v.description("Lines from standard input."),
);

export type StdinOptions = v.InferOutput<typeof stdinSchema>;

export const stdinKind: SourceKind<StdinOptions> = {
  word: "stdin",
  schema: stdinSchema,
  create: (setup, options) => new StdinSource(setup, options, standardInput),
};

/** Reads one stream of bytes to its end. */
export class StdinSource implements Source {
  readonly kind = "stdin";
  readonly #setup: SourceSetup;
  readonly #options: StdinOptions;
  readonly #open: () => Input | null;
  #state: FileStatus["state"] = "pending";
  #bytes = 0;

  /** @param open gives the input when reading begins; null when there is none (closed descriptor). */
  constructor(setup: SourceSetup, options: StdinOptions, open: () => Input | null) {
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
    const room = this.#setup.room?.() ?? Buffer.allocUnsafeSlow(ROOM_BYTES);
    const read = room.subarray(LEAD_BYTES);
    const cutter = this.#cutter(sink);
    facts.fileOpened(name, STREAM, 0);
    const take = (bytes: number): void => {
      cutter.push(read.subarray(0, bytes), LEAD_BYTES);
      this.#bytes += bytes;
    };
    try {
      await input.read(read, take, signal);
      if (!signal.aborted) cutter.end();
    } catch (error) {
      if (signal.aborted) return;
      // Only a failed system call has a code; what the sink throws is a fault of ours and ends the source.
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      facts.fileFailed(name, STREAM, (error as NodeJS.ErrnoException).code ?? "EIO", "read");
    } finally {
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
