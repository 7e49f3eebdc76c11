// Lines from the systemd journal, through `journalctl -o json`: it knows the journal's file format, and its cursor is a
// position that survives rotation and restarts. A journalctl that dies is started again behind the last entry handed on.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import split2 from "split2";
import * as v from "valibot";
import type { Chunk } from "../core/lines/chunk.ts";
import type { FileStatus, Sink, Source, SourceKind, SourceSetup } from "./source.ts";

const STREAM = "journal";
const CURSOR_KEY = "cursor";
/** Where to begin while no entry has been handed on yet: the wall time of the first start, milliseconds. */
const SINCE_KEY = "since_ms";
/** Waits between two starts of journalctl, milliseconds: short enough for a restart of journald, calm when it is gone. */
const RESTART_MS = [1000, 2000, 5000, 15_000, 30_000];
/** After this long without an entry everything stored has been read, milliseconds: journalctl does not say so itself. */
const QUIET_MS = 500;
/** Longest entry that is handed on, characters. `--all` prints fields whole, core dumps among them. */
const MAX_ENTRY_CHARS = 2 ** 20;
/** Longest entry that is held in memory at all, characters; split2 drops the rest of a longer one. */
const MAX_HELD_CHARS = 2 ** 24;
/** A longer entry is dropped instead of ending the stream (an option that split2's types leave out). */
const FRAMING = { maxLength: MAX_HELD_CHARS, skipOverflow: true };
/** Characters of journalctl's last words that are told when it ends. */
const MAX_WORDS_CHARS = 200;
/** The cursor is printed by journalctl itself, so no quote in it is escaped; one inside a message always is. */
const CURSOR = /"__CURSOR"\s*:\s*"([^"\\]+)"/;

const journaldSchema = v.pipe(
  v.strictObject({
    units: v.optional(
      v.pipe(
        v.array(v.pipe(v.string(), v.nonEmpty("expected the name of a unit, found an empty text"))),
        v.description("Systemd units whose entries are read, globs allowed; empty: all of them."),
      ),
      [],
    ),
    matches: v.optional(
      v.pipe(
        v.array(
          v.pipe(
            v.string(),
            v.regex(
              /^(?:[A-Z0-9_]+=[^\0]*|\+)$/,
              (issue) => `expected a match such as "_PID=1" or "+", found ${issue.received}`,
            ),
          ),
        ),
        v.description("Journal matches `FIELD=value`, as journalctl takes them; `+` between two is an or."),
      ),
      [],
    ),
  }),
  v.description("Entries of the systemd journal, read through journalctl."),
);

export type JournaldOptions = v.InferOutput<typeof journaldSchema>;

export const journaldKind: SourceKind<JournaldOptions> = {
  word: "journald",
  schema: journaldSchema,
  create: (setup, options) => new JournaldSource(setup, options),
};

class JournaldSource implements Source {
  readonly kind = "journald";
  readonly #setup: SourceSetup;
  readonly #options: JournaldOptions;
  #pending = new Map<string, string | null>();
  #cursor: string | null;
  #sinceMs: string | null;
  #state: FileStatus["state"] = "pending";
  #bytes = 0;
  #lastReadMs: number | null = null;
  #caughtUp = false;
  #nudge = new AbortController();

  constructor(setup: SourceSetup, options: JournaldOptions) {
    this.#setup = setup;
    this.#options = options;
    this.#cursor = setup.positions.get(CURSOR_KEY) ?? null;
    this.#sinceMs = setup.positions.get(SINCE_KEY) ?? null;
  }

  get name(): string {
    return this.#setup.name;
  }

  get caughtUp(): boolean {
    const quiet = this.#lastReadMs !== null && this.#setup.clock.monotonic() - this.#lastReadMs >= QUIET_MS;
    this.#caughtUp ||= quiet || this.#state === "finished";
    return this.#caughtUp;
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    const { name, clock, facts, follow } = this.#setup;
    let failures = 0;
    while (!signal.aborted) {
      const before = this.#bytes;
      const ended = await this.#read(sink, signal);
      if (signal.aborted) return;
      if (!follow && ended === null) break;
      if (!follow) throw new Error(`Cannot read the journal to its end: journalctl ended with ${ended}`);
      this.#state = "failed";
      facts.fileFailed(name, STREAM, ended ?? "exit 0", "follow with journalctl");
      failures = this.#bytes > before ? 0 : failures + 1;
      this.#nudge = new AbortController();
      await clock.sleep(
        RESTART_MS[Math.min(failures, RESTART_MS.length - 1)] ?? 0,
        AbortSignal.any([signal, this.#nudge.signal]),
      );
    }
    this.#state = "finished";
  }

  takePositions(): ReadonlyMap<string, string | null> {
    const taken = this.#pending;
    this.#pending = new Map();
    return taken;
  }

  keepPositions(positions: ReadonlyMap<string, string | null>): void {
    this.#pending = new Map([...positions, ...this.#pending]);
  }

  nudge(): void {
    this.#nudge.abort();
  }

  status(): readonly FileStatus[] {
    return [{ path: STREAM, state: this.#state, offset: this.#bytes, size: this.#bytes, lag_bytes: 0 }];
  }

  /** Runs journalctl once. Gives null when it ended well, else how it ended. */
  async #read(sink: Sink, signal: AbortSignal): Promise<string | null> {
    const { name, clock, facts } = this.#setup;
    const child = spawn("journalctl", this.#arguments(), { stdio: ["ignore", "pipe", "pipe"] });
    const ended = endOf(child);
    const stop = (): void => void child.kill();
    signal.addEventListener("abort", stop, { once: true });
    this.#lastReadMs = clock.monotonic();
    this.#state = "active";
    facts.fileOpened(name, STREAM, this.#bytes);
    const entries = child.stdout.pipe(split2("\n", FRAMING));
    try {
      for await (const entry of entries as AsyncIterable<string>) {
        if (signal.aborted) break;
        this.#handOn(entry, sink);
      }
    } finally {
      child.kill();
      signal.removeEventListener("abort", stop);
      facts.fileClosed(name, STREAM);
    }
    return ended;
  }

  #handOn(entry: string, sink: Sink): void {
    const { name, format, labels, clock, facts } = this.#setup;
    this.#lastReadMs = clock.monotonic();
    const bytes = Buffer.from(`${entry}\n`);
    if (entry.length > MAX_ENTRY_CHARS) facts.lineTooLong(name, STREAM, bytes.length - 1);
    else {
      const origin: Chunk["origin"] = {
        source: name,
        format: format === "auto" ? "journald" : format,
        labels,
      };
      sink({ origin, stream: STREAM, bytes, replay: !this.#setup.follow && this.#cursor === null });
    }
    this.#bytes += bytes.length;
    const cursor = CURSOR.exec(entry)?.[1];
    if (cursor === undefined) return;
    this.#cursor = cursor;
    this.#pending.set(CURSOR_KEY, cursor);
    if (this.#sinceMs !== null) this.#pending.set(SINCE_KEY, null);
    this.#sinceMs = null;
  }

  #arguments(): string[] {
    const { follow } = this.#setup;
    // Without --merge, --follow shows only what was logged since the machine was booted, also behind a cursor of before, and
    // asks for the boot's id in a place that ProcSubset=pid hides.
    const args = ["-o", "json", "--all", "--merge", "--no-pager", "--quiet"];
    if (follow) args.push("--follow");
    if (this.#cursor !== null) {
      // Without --no-tail, --follow shows the last ten entries only, also behind a cursor.
      args.push("--no-tail", `--after-cursor=${this.#cursor}`);
    } else if (follow && this.#sinceMs !== null) {
      args.push("--no-tail", `--since=@${Math.floor(Number(this.#sinceMs) / 1000)}`);
    } else if (follow) {
      args.push("--lines=0");
      this.#sinceMs = String(this.#setup.clock.now());
      this.#pending.set(SINCE_KEY, this.#sinceMs);
    }
    return [...args, ...this.#options.units.map((unit) => `--unit=${unit}`), ...this.#options.matches];
  }
}

/** How a process ended: null for exit code 0, else the code with its last words, the signal or the errno name. */
function endOf(child: ChildProcess): Promise<string | null> {
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-MAX_WORDS_CHARS);
  });
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "EIO"));
    child.once("close", (code, signal) => {
      const last = words.trim().split("\n").at(-1) ?? "";
      resolve(code === 0 ? null : (signal ?? `exit ${code}${last === "" ? "" : `: ${last}`}`));
    });
  });
}
