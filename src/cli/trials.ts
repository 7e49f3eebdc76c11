// What a configuration names, tried out without changing anything: providers asked, files opened, directories looked at.

import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { openReceiver } from "../app/open-receiver.ts";
import { systemClock } from "../host/clock.ts";
import type { Receiver } from "../receivers/receiver.ts";
import type { Roster } from "../roster.ts";
import type { ReceiverSettings, Settings } from "../settings.ts";
import { Discoverer } from "../sources/file/discovery.ts";
import type { FileOptions } from "../sources/file/file-options.ts";
import { shownPath, systemPath } from "../sources/file/path-name.ts";

/** The outcome of one trial; `warning` is what may be right on another machine or a minute later. */
export interface Trial {
  readonly what: "receiver" | "state" | "source" | "secret";
  /** Name of the receiver or source, or a path. */
  readonly name: string;
  readonly outcome: "ok" | "warning" | "failed";
  readonly detail: string;
}

/** A provider that has not answered by then would not deliver an alert in time either, milliseconds. */
const VERIFY_TIMEOUT_MS = 30_000;

/** Tries everything, the slow ones at the same time; the order of the results is that of the configuration. */
export async function tryOut(
  settings: Settings,
  secretFiles: readonly string[],
  roster: Roster,
  signal: AbortSignal,
): Promise<readonly Trial[]> {
  const trials = await Promise.all([
    tryStateDirectory(settings.stateDir),
    ...secretFiles.map(trySecretFile),
    ...settings.sources.flatMap(({ name, kind, options }) =>
      kind === "file" ? [tryFiles(name, options as FileOptions)] : [],
    ),
    ...settings.receivers.map((receiver) => tryReceiver(receiver, settings, roster, signal)),
  ]);
  return trials.flat();
}

async function tryStateDirectory(directory: string): Promise<Trial> {
  const trial = (outcome: Trial["outcome"], detail: string): Trial => {
    return { what: "state", name: directory, outcome, detail };
  };
  const denied = await deniedBy(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  if (denied === null) return trial("ok", "can be written");
  if (denied !== "ENOENT") return trial("failed", `cannot be written: ${denied}`);
  // Nothing is created here: it is enough that the daemon could.
  let parent = dirname(directory);
  for (;;) {
    const code = await deniedBy(parent, constants.W_OK | constants.X_OK);
    if (code === null) return trial("ok", `does not exist yet and can be created in ${parent}`);
    if (code !== "ENOENT" || parent === dirname(parent)) {
      return trial("failed", `does not exist and cannot be created in ${parent}: ${code}`);
    }
    parent = dirname(parent);
  }
}

/** Whether the file of a secret can be read. @param file absolute path. */
export async function trySecretFile(file: string): Promise<Trial> {
  const denied = await deniedBy(file, constants.R_OK);
  const detail = denied === null ? "can be read" : `cannot be read: ${denied}`;
  return { what: "secret", name: file, outcome: denied === null ? "ok" : "failed", detail };
}

/** One result for all files of a source that can be read, and one for each that cannot. */
async function tryFiles(name: string, options: FileOptions): Promise<readonly Trial[]> {
  const { literal, found, failed } = new Discoverer(options.paths, options.exclude).look();
  const trials: Trial[] = [...failed].map(([directory, code]) => {
    const detail = `${shownPath(directory)} cannot be listed: ${code}`;
    return { what: "source", name, outcome: "failed", detail };
  });
  let readable = 0;
  for (const path of [...literal, ...found]) {
    const denied = await deniedBy(systemPath(path), constants.R_OK);
    if (denied === null) readable += 1;
    else if (denied === "ENOENT") {
      trials.push({
        what: "source",
        name,
        outcome: "warning",
        detail: `${shownPath(path)} is not there (yet)`,
      });
    } else {
      const detail = `${shownPath(path)} cannot be read: ${denied}`;
      trials.push({ what: "source", name, outcome: "failed", detail });
    }
  }
  if (readable === 0 && trials.length === 0) {
    return [{ what: "source", name, outcome: "warning", detail: "no file fits its paths (yet)" }];
  }
  const files = readable === 1 ? "1 file" : `${readable} files`;
  return readable === 0
    ? trials
    : [{ what: "source", name, outcome: "ok", detail: `${files} can be read` }, ...trials];
}

async function tryReceiver(
  configured: ReceiverSettings,
  settings: Settings,
  roster: Roster,
  signal: AbortSignal,
): Promise<Trial> {
  const { name } = configured;
  let receiver: Receiver | undefined;
  try {
    receiver = await openReceiver(configured, settings, roster, systemClock());
    const verified = await receiver.verify(AbortSignal.any([signal, AbortSignal.timeout(VERIFY_TIMEOUT_MS)]));
    return verified.kind === "delivered"
      ? { what: "receiver", name, outcome: "ok", detail: verified.detail }
      : { what: "receiver", name, outcome: "failed", detail: `${verified.class}: ${verified.detail}` };
  } catch (error) {
    return { what: "receiver", name, outcome: "failed", detail: notBuilt(error) };
  } finally {
    await receiver?.close();
  }
}

/** Why a receiver could not be built. Only the code: a message may quote an address with a token in it. */
export function notBuilt(error: unknown): string {
  return `cannot be built: ${codeOf(error)}`;
}

async function deniedBy(path: string | Buffer, mode: number): Promise<string | null> {
  return access(path, mode).then(() => null, codeOf);
}

function codeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code ?? (error instanceof Error ? error.name : "unknown reason");
}
