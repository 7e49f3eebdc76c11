// The `file` source: follows files by path over rotation, truncation and restarts.

import type { FileStatus, Sink, Source, SourceKind, SourceSetup } from "../source.ts";
import { fileSchema } from "./file-options.ts";
import type { FileOptions } from "./file-options.ts";

export const fileKind: SourceKind<FileOptions> = {
  word: "file",
  schema: fileSchema,
  create: (setup, options) => new FileSource(setup, options),
};

export class FileSource implements Source {
  readonly kind = "file";
  readonly #setup: SourceSetup;
  readonly #options: FileOptions;

  constructor(setup: SourceSetup, options: FileOptions) {
    this.#setup = setup;
    this.#options = options;
  }

  get name(): string {
    return this.#setup.name;
  }

  get caughtUp(): boolean {
    return true;
  }

  async run(_sink: Sink, signal: AbortSignal): Promise<void> {
    await this.#setup.clock.sleep(this.#options.pollMs, signal);
  }

  takePositions(): ReadonlyMap<string, string | null> {
    return new Map();
  }

  keepPositions(): void {}

  nudge(): void {}

  status(): readonly FileStatus[] {
    return [];
  }
}
