// The silences of an app: those of its configuration, those in files beside its state, those made by hand.

import { join } from "node:path";
import type { Engine } from "../core/engine.ts";
import type { Clock } from "../host/clock.ts";
import type { Settings } from "../settings.ts";
import { silenceLabels } from "../settings/silence-labels.ts";
import { DOCUMENT, type DocumentRow } from "../state/change.ts";
import type { StateDatabase } from "../state/database.ts";
import type { DaemonFacts } from "../telemetry/daemon-recorder.ts";
import { ManualSilences } from "./manual-silences.ts";
import { SilenceFiles } from "./silence-files.ts";
import { SilenceBook } from "./silences.ts";

/** The folder in the state directory whose files are silences. */
const FOLDER = "silences.d";

export interface OpenSilences {
  readonly settings: Settings;
  readonly state: StateDatabase;
  /** Null: nothing is kept on disk, and no files are looked for. */
  readonly stateDir: string | null;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly facts: Pick<DaemonFacts, "silenceFileRefused">;
  readonly commit: (rows: readonly DocumentRow[]) => void;
}

/** Takes up what the last run knew, and gives every silence to the engine. */
export async function openSilences(setup: OpenSilences): Promise<SilenceBook> {
  const { settings, state, stateDir, engine, clock, facts, commit } = setup;
  engine.silences.restore(state.documents(DOCUMENT.silenceRun));
  const labels = silenceLabels(settings.rules.flatMap(({ groupBy }) => groupBy));
  const refused = (file: string, finding: string): void => facts.silenceFileRefused(file, finding);
  const book = new SilenceBook({
    silences: engine.silences,
    clock,
    declared: settings.silences,
    manual: new ManualSilences(labels, state.documents(DOCUMENT.silence)),
    files: stateDir === null ? null : new SilenceFiles(join(stateDir, FOLDER), labels, refused),
    commit,
  });
  await book.open();
  return book;
}
