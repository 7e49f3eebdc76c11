// What every kind of source keeps, whatever it reads from: each line once and in order over any cut of the bytes into
// writes, whole lines in every chunk, nothing more after an abort, and going on where it stopped.

import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import type { Chunk } from "../../src/core/lines/chunk.ts";
import { systemClock } from "../../src/host/clock.ts";
import type { Source, SourceSetup } from "../../src/sources/source.ts";
import { factList } from "../sources/fact-list.ts";
import { patience } from "../support/patience.ts";

const RUNS = 15;

/** One place that lines can be written to and that sources of one kind can be opened on. */
export interface Place {
  /** Writes bytes, cut anywhere. */
  write(bytes: Buffer): void | Promise<void>;
  /** Nothing more will be written: a pipe is closed, a file simply stays. */
  end(): void | Promise<void>;
  open(setup: SourceSetup): Source;
  close(): void | Promise<void>;
}

export interface SourceLaw {
  readonly kind: string;
  /** True when what was written while no source ran is read by the next one. */
  readonly resumes: boolean;
  place(): Place | Promise<Place>;
}

/** Lines as logs have them and as they should not be: empty, long, with CR, NUL and broken UTF-8, but without LF. */
const line = fc
  .oneof(
    fc.string({ maxLength: 40, unit: "binary" }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("", "\r", "x".repeat(70_000), '{"error":"api_key_revoked"}')
      .map((text) => Buffer.from(text)),
  )
  // A line that is only NULs, or that holds a long run of them, is a hole and no line (see nul-runs.ts).
  .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a && byte !== 0)));

const script = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 30 }),
  cuts: fc.array(fc.nat(), { maxLength: 6 }),
  stopAfter: fc.nat({ max: 5 }),
});

/** Registers the tests of the law for one kind. */
export function keepsSourceLaw(law: SourceLaw): void {
  it("hands on each line once and in order over any cut into writes", async () => {
    await fc.assert(
      fc.asyncProperty(script, async ({ lines, cuts }) => {
        const place = await law.place();
        const bytes = Buffer.concat(lines.map((text) => Buffer.concat([text, Buffer.from("\n")])));
        const run = new Run(place, new Map(), null);
        try {
          await run.live();
          for (const part of cutAt(bytes, cuts)) await place.write(part);
          await place.end();
          await run.until(() => run.bytes.length >= bytes.length);
          assert.ok(run.bytes.equals(bytes), `handed on ${run.bytes.length} of ${bytes.length} bytes`);
        } finally {
          await run.stop();
          await place.close();
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("hands on nothing after an abort, and ends", async () => {
    const place = await law.place();
    try {
      const run = new Run(place, new Map(), null);
      await run.live();
      await place.write(Buffer.from("1\n"));
      await run.until(() => run.bytes.length === 2);
      await run.stop();
      await place.write(Buffer.from("2\n"));
      assert.equal(run.bytes.toString(), "1\n");
    } finally {
      await place.close();
    }
  });

  it("hands positions out once, and again when their commit failed", async () => {
    const place = await law.place();
    try {
      const run = new Run(place, new Map(), null);
      await run.live();
      await place.write(Buffer.from("1\n"));
      await run.until(() => run.bytes.length === 2);
      const taken = run.source.takePositions();
      assert.equal(run.source.takePositions().size, 0);
      run.source.keepPositions(taken);
      assert.equal(run.source.takePositions().size, taken.size);
      await run.stop();
    } finally {
      await place.close();
    }
  });

  if (!law.resumes) return;
  it("loses and doubles nothing over stops and resumes", async () => {
    await fc.assert(
      fc.asyncProperty(script, async ({ lines, cuts, stopAfter }) => {
        const place = await law.place();
        const bytes = Buffer.concat(lines.map((text) => Buffer.concat([text, Buffer.from("\n")])));
        const parts = cutAt(bytes, cuts);
        const positions = new Map<string, string>();
        let got = Buffer.alloc(0);
        try {
          let run = new Run(place, positions, null);
          await run.live();
          for (const [i, part] of parts.entries()) {
            if (i === stopAfter || i === stopAfter + 2) {
              await run.stop();
              got = Buffer.concat([got, run.bytes]);
              await place.write(part);
              run = new Run(place, run.positions, Date.now());
              await run.live();
            } else await place.write(part);
          }
          const missing = bytes.length - got.length;
          await run.until(() => run.bytes.length >= missing);
          await run.stop();
          got = Buffer.concat([got, run.bytes]);
          assert.ok(got.equals(bytes), `handed on ${got.length} of ${bytes.length} bytes`);
        } finally {
          await place.close();
        }
      }),
      { numRuns: RUNS },
    );
  });
}

/** One run of a source, with everything it handed on. */
class Run {
  readonly source: Source;
  readonly positions: Map<string, string>;
  readonly #chunks: Buffer[] = [];
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #stopped = false;

  constructor(place: Place, positions: ReadonlyMap<string, string>, lastCommitMs: number | null) {
    this.positions = new Map(positions);
    this.source = place.open({
      name: "law",
      format: "auto",
      labels: { service: "checkout" },
      follow: true,
      firstStart: lastCommitMs === null,
      lastCommitMs,
      positions,
      clock: systemClock(),
      facts: factList([]),
    });
    this.#ended = this.source.run((chunk) => this.#take(chunk), this.#stop.signal);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async live(): Promise<void> {
    await this.until(() => this.source.caughtUp);
  }

  async until(holds: () => boolean): Promise<void> {
    const signal = patience();
    while (!holds() && !signal.aborted) await sleep(1);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#stopped = true;
    await this.#ended;
    for (const [key, value] of this.source.takePositions()) {
      if (value === null) this.positions.delete(key);
      else this.positions.set(key, value);
    }
  }

  #take(chunk: Chunk): void {
    assert.equal(this.#stopped, false, "handed on a chunk after the abort");
    assert.equal(chunk.origin.source, "law");
    assert.equal(chunk.bytes.at(-1), 0x0a, "a chunk of an unfinished stream ends inside a line");
    this.#chunks.push(Buffer.from(chunk.bytes));
  }
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  return [0, ...places]
    .map((from, i) => bytes.subarray(from, places[i] ?? bytes.length))
    .filter((part) => part.length > 0);
}
