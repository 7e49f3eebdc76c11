// A rig for the file source: a temporary directory of logs, a source that runs on it, and what it handed on and stated.
// Stopping commits the positions; starting again goes on with them, as the daemon does.

import { mkdtempSync, rmSync, writeFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { systemClock } from "../../../src/host/clock.ts";
import { fileKind } from "../../../src/sources/file/file-source.ts";
import type { Source } from "../../../src/sources/source.ts";
import { patience } from "../../support/patience.ts";
import { factList } from "../fact-list.ts";

export class TailRig {
  readonly directory = mkdtempSync(join(tmpdir(), "revokewatch-tail-"));
  /** Lines handed on since the rig began, without their newline. */
  readonly lines: string[] = [];
  readonly replayed: string[] = [];
  /** Facts as `name detail…`, paths relative to the directory. */
  readonly facts: string[] = [];
  positions = new Map<string, string>();
  lastCommitMs: number | null = null;
  /** Called with each chunk's lines, within the call that hands it on. */
  onLines: (lines: readonly string[]) => void = () => {};
  source: Source | null = null;
  #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();
  /** Lines handed on before the last commit. */
  #committed = 0;

  path(name: string): string {
    return join(this.directory, name);
  }

  write(name: string, text: string | Buffer): void {
    writeFileSync(this.path(name), text);
  }

  append(name: string, text: string | Buffer): void {
    appendFileSync(this.path(name), text);
  }

  /** Starts a source; `paths` are relative to the directory. */
  start(options: Record<string, unknown> = {}, follow = true): void {
    const { paths = ["app.log"], exclude = [], rotated = [], ...rest } = options;
    const absolute = (names: unknown): string[] => (names as string[]).map((name) => this.path(name));
    const parsed = v.parse(fileKind.schema, {
      poll: "20ms",
      watch: "off",
      ...rest,
      paths: absolute(paths),
      exclude,
      rotated: absolute(rotated),
    });
    const source = fileKind.create(
      {
        name: "logs",
        format: "auto",
        labels: {},
        follow,
        firstStart: this.lastCommitMs === null,
        lastCommitMs: this.lastCommitMs,
        positions: this.positions,
        clock: systemClock(),
        facts: factList(this.facts, `${this.directory}/`),
      },
      parsed,
    );
    this.source = source;
    this.#stop = new AbortController();
    this.#ended = source.run(
      (chunk) => {
        const text = chunk.bytes.toString();
        const lines = text.split("\n");
        if (lines.at(-1) === "") lines.pop();
        this.lines.push(...lines);
        if (chunk.replay) this.replayed.push(...lines);
        this.onLines(lines);
      },
      this.#stop.signal,
      () => this.commit(),
    );
  }

  /** Starts and waits until the source is live. */
  async follow(options: Record<string, unknown> = {}): Promise<void> {
    this.start(options);
    await this.until(() => this.source?.caughtUp === true);
  }

  /** Reads everything in batch mode. */
  async batch(options: Record<string, unknown> = {}): Promise<void> {
    this.start(options, false);
    await this.#ended;
    this.commit();
  }

  commit(): void {
    for (const [key, value] of this.source?.takePositions() ?? []) {
      if (value === null) this.positions.delete(key);
      else this.positions.set(key, value);
    }
    this.lastCommitMs = Date.now();
    this.#committed = this.lines.length;
  }

  /** Ends as a killed process does: what was handed on since the last commit is forgotten together with its position. */
  async kill(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    this.lines.length = this.#committed;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    this.commit();
  }

  /** Waits until `holds`, until patience ends; what is asserted afterwards tells what was missing. */
  async until(holds: () => boolean): Promise<void> {
    const signal = patience();
    while (!holds() && !signal.aborted) await delay(2);
  }

  /** Waits until as many lines came, and a little longer, so that doubles are seen too. */
  async settle(lines: number): Promise<readonly string[]> {
    await this.until(() => this.lines.length >= lines);
    await delay(60);
    return this.lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}
