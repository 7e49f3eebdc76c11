// From the start of the process to its `Watching` line, without and with a configuration file to read.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { span } from "../batch.ts";
import { daemon, folder } from "../daemon.ts";
import type { Part, Row } from "../part.ts";

const ROUNDS = 9;

export const startup: Part = {
  name: "startup",
  title: "Start to ready",
  async measure(note) {
    note("starting");
    using place = folder();
    const log = join(place.path, "api.log");
    writeFileSync(log, '{"level":30,"msg":"hello"}\n');
    const config = join(place.path, "revokewatch.yaml");
    writeFileSync(config, "version: 1\nrules: [{name: api_key_revoked}]\n");
    const rows: Row[] = [];
    for (const [name, options] of [
      ["built-in defaults", []],
      ["a configuration file", ["--config", config]],
    ] as const) {
      const took: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const state = join(place.path, `state-${name}-${round}`);
        using running = await daemon([...options, "--state-dir", state, "--listen", "127.0.0.1:0", log]);
        took.push(running.readyMs);
      }
      rows.push({ from: name, "ready after ms": span(took, 0) });
    }
    return rows;
  },
};
