// Makes the code caches of a build: runs the compiled daemon for a moment, so that the functions which a start needs are
// compiled, and writes down what V8 then has of each bundle. Usage: node scripts/code-cache.ts DIST

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Compiled, loadBundle } from "../src/host/code-cache.ts";
import { holdHeap } from "../src/host/heap.ts";

/** Long enough for a start, a look at the log and two ticks; it is not waited for by whoever uses the program. */
const RUN_MS = 2500;

const dist = resolve(process.argv[2] ?? "dist");
const folder = mkdtempSync(join(tmpdir(), "revokewatch-build-"));
const config = join(folder, "revokewatch.yaml");
writeFileSync(config, "version: 1\nrules: [{name: api_key_revoked}]\n");
const log = join(folder, "api.log");
const line = { level: 50, time: Date.now(), name: "build", error: "api_key_revoked", request_id: "req_1" };
writeFileSync(log, `${JSON.stringify(line)}\n${JSON.stringify({ ...line, error: null })}\n`.repeat(50));

holdHeap();
const bundles: Compiled[] = [];
const others = readdirSync(dist).filter(
  (name) => name.endsWith(".js") && !["main.js", "program.js"].includes(name),
);
for (const name of others) loadBundle(dist, name, (bundle) => void bundles.push(bundle));
process.argv = [process.execPath, join(dist, "main.js"), "run", "--config", config, "--from", "beginning"];
process.argv.push(
  "--state-dir",
  join(folder, "state"),
  "--listen",
  "127.0.0.1:0",
  "--log-level",
  "fatal",
  log,
);
// A client that reaches nobody: loading it is what counts.
process.env["SLACK_BOT_TOKEN"] = "xoxb-build";
process.env["SLACK_CHANNEL"] = "C0123456789";
process.env["SLACK_API_URL"] = "http://127.0.0.1:9/api/";
process.on("exit", () => {
  for (const { cache, script } of bundles) writeFileSync(cache, script.createCachedData());
  rmSync(folder, { recursive: true });
});
loadBundle(dist, "program.js", (bundle) => void bundles.push(bundle));
setTimeout(() => process.kill(process.pid, "SIGTERM"), RUN_MS);
