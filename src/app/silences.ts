// Every silence that is declared, whichever way: kept together, given to the engine whenever one changes, listed for people.

import type { Silences } from "../core/incidents/silences.ts";
import { rfc3339 } from "../core/incidents/rfc3339.ts";
import { occurrenceToShow, type SilenceDeclaration, type SilenceSpec } from "../core/incidents/silence.ts";
import type { Clock } from "../host/clock.ts";
import type { Change } from "../http/face.ts";
import type { StatusSilence } from "../http/views.ts";
import type { DocumentRow } from "../state/change.ts";
import type { SilenceCounts } from "../telemetry/views.ts";
import type { ManualSilences } from "./manual-silences.ts";
import type { SilenceFiles } from "./silence-files.ts";

/** Dropped-in files are looked for this often: a rotation script waits for nothing longer. */
const LOOK_MS = 3_000;

/** The configuration's silences with ids of their own. */
export function configuredSilences(declared: readonly SilenceDeclaration[]): SilenceSpec[] {
  return declared.map((one) => ({ ...one, id: `config:${one.name}` }));
}

export interface SilenceBookSetup {
  readonly silences: Silences;
  readonly clock: Clock;
  /** Those of the configuration. */
  readonly declared: readonly SilenceDeclaration[];
  readonly manual: ManualSilences;
  /** Null without a state directory. */
  readonly files: SilenceFiles | null;
  /** Makes rows true on disk. */
  readonly commit: (rows: readonly DocumentRow[]) => void;
}

export class SilenceBook {
  readonly #setup: SilenceBookSetup;
  #specs: readonly SilenceSpec[] = [];

  constructor(setup: SilenceBookSetup) {
    this.#setup = setup;
  }

  /** Reads the files and gives all silences to the engine. To be called before it is fed. */
  async open(): Promise<void> {
    await this.#setup.files?.look();
    this.#define();
  }

  /** Follows the files until `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock, files, manual, commit } = this.#setup;
    for (;;) {
      await clock.sleep(LOOK_MS, signal);
      if (signal.aborted) return;
      const pruned = manual.prune(clock.now());
      if (pruned.length > 0) commit(pruned);
      if ((await files?.look()) === true || pruned.length > 0) this.#define();
    }
  }

  async add(body: string, idempotencyKey: string | null): Promise<Change> {
    const { manual, clock, commit } = this.#setup;
    const added = await manual.add(body, idempotencyKey, clock.now());
    if (added.kind === "refused") return { status: added.status, body: { error: added.message } };
    this.#define();
    commit(added.rows);
    return { status: added.kind === "added" ? 201 : 200, body: this.#one(added.id) };
  }

  expire(id: string): Change {
    const { manual, clock, commit } = this.#setup;
    const rows = manual.expire(id, clock.now());
    if (rows !== null) {
      this.#define();
      commit(rows);
      return { status: 200, body: this.#one(id) };
    }
    const found = this.#one(id);
    if (found === undefined) return { status: 404, body: { error: "No silence has this id." } };
    const where = found.id.startsWith("file:") ? "in a file of silences.d" : "in the configuration";
    return { status: 409, body: { error: `The silence is declared ${where}: take it out there.` } };
  }

  list(): StatusSilence[] {
    const nowMs = this.#setup.clock.now();
    return this.#specs.map((spec) => this.#view(spec, nowMs));
  }

  counts(): SilenceCounts {
    const counts = { active: 0, pending: 0, expired: 0 };
    for (const { state } of this.list()) counts[state] += 1;
    return counts;
  }

  #one(id: string): StatusSilence | undefined {
    return this.list().find((silence) => silence.id === id || silence.name === id);
  }

  #define(): void {
    const { silences, clock, declared, manual, files } = this.#setup;
    this.#specs = [...configuredSilences(declared), ...(files?.specs ?? []), ...manual.specs];
    silences.define(this.#specs, clock.now());
  }

  #view(spec: SilenceSpec, nowMs: number): StatusSilence {
    const shown = occurrenceToShow(spec.times, nowMs);
    const over = shown === null || shown.endMs <= nowMs;
    const active = shown !== null && !over && shown.startMs <= nowMs;
    const run = active ? this.#setup.silences.runAt(spec, nowMs) : null;
    return {
      id: spec.id,
      name: spec.name,
      state: active ? "active" : over ? "expired" : "pending",
      starts_at: shown === null ? null : rfc3339(shown.startMs),
      ends_at: shown === null ? null : rfc3339(shown.endMs),
      recurring: spec.times.kind === "recurring",
      match: spec.match.map(({ text }) => text),
      max_events: spec.expect.maxEvents,
      max_keys: spec.expect.maxKeys,
      events: active ? (run?.events ?? 0) : null,
      keys: active ? (run?.keys.size ?? 0) : null,
      exceeded: run?.exceeded === true,
      comment: spec.comment,
      created_by: spec.createdBy,
    };
  }
}
