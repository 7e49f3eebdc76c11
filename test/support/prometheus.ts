// A real Prometheus on loopback, with what it scrapes as its test says.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { requireDebian } from "./debian.ts";
import { freePort } from "./free-port.ts";
import { PATIENCE_MS } from "./patience.ts";
import type { TempFolder } from "./temp-folder.ts";

export interface Prometheus {
  /** What a path of the API gives as soon as it gives anything, such as `query?query=up`. */
  api(path: string): Promise<unknown[]>;
  /** The result of an expression as soon as it has one. */
  query(expression: string): Promise<unknown[]>;
  /** Scrapes something else from now on. */
  scrape(configs: readonly object[]): void;
  stop(): Promise<void>;
}

/** Starts one that scrapes each second. @param configs as in `scrape_configs`. */
export async function startPrometheus(folder: TempFolder, configs: readonly object[]): Promise<Prometheus> {
  const program = requireDebian("prometheus");
  const file = folder.join("prometheus.yml");
  const write = (scrapeConfigs: readonly object[]): void =>
    writeFileSync(file, JSON.stringify({ global: { scrape_interval: "1s" }, scrape_configs: scrapeConfigs }));
  write(configs);
  mkdirSync(folder.join("data"));
  const port = await freePort();
  const child: ChildProcess = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${folder.join("data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--enable-feature=exemplar-storage",
      "--log.level=warn",
    ],
    { stdio: "ignore" },
  );
  const api = async (path: string): Promise<unknown[]> => {
    for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs;) {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
        const { data } = (await response.json()) as { data: { result?: unknown[] } | unknown[] };
        const found = Array.isArray(data) ? data : (data.result ?? []);
        if (found.length > 0) return found;
      } catch {
        // Not listening yet.
      }
      await delay(200);
    }
    assert.fail(`Prometheus had no answer to ${path} within ${PATIENCE_MS} ms`);
  };
  return {
    api,
    query: (expression) => api(`query?query=${encodeURIComponent(expression)}`),
    scrape(next) {
      write(next);
      child.kill("SIGHUP");
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
