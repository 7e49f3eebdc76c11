// A stage for the real daemon and the files that it follows: a folder of logs, a writer whose lines are counted, and the
// daemon that can be paused, killed and started again on the same state. What it counted is asked over HTTP.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, type Finished, start } from "../support/daemon.ts";
import { LogWriter } from "../support/log-writer.ts";
import { tempFolder } from "../support/temp-folder.ts";

const POLL = process.env["TAIL_POLL"] ?? "200ms";
/** A look costs the daemon a millisecond, and several cases run at once. */
const LOOK_MS = 50;

/** What these tests read of `revokewatch status -o json`. */
export interface Status {
  readonly state_saved: boolean;
  readonly sources: readonly {
    readonly name: string;
    readonly lines_total: number;
    readonly lost_bytes_total: number;
    readonly gaps_total: number;
    readonly files: readonly {
      readonly path: string;
      readonly state: string;
      readonly offset: number;
      readonly size: number;
      readonly lag_bytes: number;
    }[];
  }[];
  readonly groups: readonly { readonly events_total: number }[];
}

/** The options of the one `file` source; paths are relative to the folder of logs. */
export interface StageOptions {
  readonly watch: "auto" | "off";
  readonly paths?: readonly string[];
  readonly exclude?: readonly string[];
  readonly rotated?: readonly string[];
  readonly format?: string;
  /** Further sources. */
  readonly beside?: readonly unknown[];
  /** Other options as they stand in the configuration. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export class Stage implements AsyncDisposable {
  readonly writer = new LogWriter();
  readonly #folder = tempFolder();
  readonly #args: readonly string[];
  #daemon: Daemon | null = null;
  #url: string | null = null;

  constructor(options: StageOptions) {
    const {
      watch,
      paths = ["app.log"],
      exclude = [],
      rotated = [],
      format = "auto",
      beside = [],
      more = {},
    } = options;
    mkdirSync(this.#folder.join("logs"));
    const file = {
      paths: paths.map((path) => this.path(path)),
      exclude,
      rotated: rotated.map((path) => this.path(path)),
      watch,
      poll: POLL,
      ...more,
    };
    const config = this.#folder.join("revokewatch.yaml");
    // JSON is YAML.
    writeFileSync(
      config,
      JSON.stringify({ version: 1, sources: [{ name: "logs", file, format }, ...beside] }),
    );
    this.#args = ["run", "-c", config, "--state-dir", this.state, "--listen", "127.0.0.1:0"];
  }

  /** The state directory. */
  get state(): string {
    return this.#folder.join("state");
  }

  get daemon(): Daemon {
    if (this.#daemon === null) throw new Error("no daemon runs");
    return this.#daemon;
  }

  path(name: string): string {
    return join(this.#folder.path, "logs", name);
  }

  /** Writes text that is not counted, over what is there. */
  put(name: string, text: string | Buffer = ""): void {
    writeFileSync(this.path(name), text);
  }

  /** Appends event lines that are counted. */
  log(name: string, count = 3): void {
    this.writer.append(this.path(name), count);
  }

  /** Starts the daemon and waits until it has read what is there. */
  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  /** Starts the daemon and waits for nothing. */
  launch(): void {
    this.#daemon = start(this.#args);
    this.#url = null;
  }

  /** Starts another daemon with the same arguments and waits for its end. */
  second(): Promise<Finished> {
    return start(this.#args).finished();
  }

  async ready(): Promise<void> {
    this.#url ??= await this.daemon.watching();
    await this.daemon.until("the first pass", async () => (await fetch(`${this.#url}/-/ready`)).ok);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.#daemon?.stop(signal);
    this.#daemon = null;
  }

  async restart(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.stop(signal);
    await this.start();
  }

  /** What is done while the daemon cannot look. */
  async paused(act: () => void | Promise<void>): Promise<void> {
    this.daemon.child.kill("SIGSTOP");
    await act();
    this.daemon.child.kill("SIGCONT");
  }

  async status(): Promise<Status> {
    const answer = await fetch(`${this.#url}/api/v1/status`);
    return (await answer.json()) as Status;
  }

  async events(): Promise<number> {
    return (await this.status()).groups.reduce((sum, group) => sum + group.events_total, 0);
  }

  /** Waits until at least so many lines are counted. */
  async seen(count: number): Promise<void> {
    await this.daemon.until(`${count} events`, async () => (await this.events()) >= count);
  }

  /** Waits until every written line is counted, then a little longer, so that lines counted twice show too. */
  async counted(): Promise<void> {
    const { written } = this.writer;
    await this.seen(written);
    await sleep(2 * LOOK_MS);
    assert.equal(await this.events(), written, this.daemon.stderr());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
    this.#folder[Symbol.dispose]();
  }
}
