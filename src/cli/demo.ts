// `revokewatch demo`: the real daemon on a generated log. It first reads hours of history, so that it knows what is
// usual; then a key is revoked, an integration keeps retrying with it, and the alert appears as on-call would see it.
// Time runs faster here, so that the end of the incident is seen within a minute too.

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, openApp } from "../app.ts";
import type { Transition } from "../core/incidents/transition.ts";
import { type Clock, systemClock } from "../host/clock.ts";
import { serviceManager } from "../host/systemd.ts";
import { ListenError } from "../http/listen-error.ts";
import { type HttpServer, listen } from "../http/server.ts";
import { roster } from "../roster.ts";
import { loadSettings, type Settings, withFileArguments } from "../settings.ts";
import { openState } from "../state/open.ts";
import { createTelemetry, type Telemetry } from "../telemetry/telemetry.ts";
import { revision, version } from "../version.ts";
import { type Draw, quietLines, spikeLines } from "./demo-log.ts";
import { EXIT, type Invocation, type Verb } from "./verb.ts";

/** How many seconds of the log pass in one of the person's. */
const SPEED = 40;
const MINUTE_MS = 60_000;
const HISTORY_MS = 8 * 60 * MINUTE_MS;
/** Log time from the start of the live part to the first retry, how long the retries go on, … */
const QUIET_MS = 3 * MINUTE_MS;
const SPIKE_MS = 4 * MINUTE_MS;
/** … and when the show ends even if no incident was resolved. */
const END_MS = 40 * MINUTE_MS;
/** The live part is written in steps of this much real time. */
const STEP_MS = 50;

/** The verb `demo`. */
export const demoVerb: Verb = {
  word: "demo",
  summary: "a show on a generated log: the alert as on-call would see it, within a minute",
  synopsis: "",
  options: {},
  optionHelp: {},
  run: demo,
};

async function demo({ stdout, stderr, signal }: Invocation): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "revokewatch-demo-"));
  const log = join(folder, "api.log");
  const say = (text: string): void => void stdout.write(text);
  try {
    // The log's clock starts so far back that it shows the time of now when the incident is over.
    const clock = systemClock(Date.now() - 25 * MINUTE_MS, SPEED);
    const startMs = clock.now();
    const draw = seeded();
    writeFileSync(log, lines(quietLines({ fromMs: startMs - HISTORY_MS, toMs: startMs }, draw)));
    say(`revokewatch demo: the real daemon on a generated log, its time ${SPEED} times as fast as yours\n\n`);
    say(`· 8 hours of history in ${log}: about two revoked keys an hour are usual there\n`);

    const resolved = new AbortController();
    const app = await open(await demoSettings(folder, log), clock, stderr, (transition) => {
      if (transition.event === "resolved") resolved.abort();
    });
    say(`· the daemon reads it, learns what is usual, and follows new lines\n`);
    say(`· status page and metrics: ${app.url}/ and ${app.url}/metrics\n\n`);
    const over = AbortSignal.any([signal, resolved.signal]);
    const stop = new AbortController();
    const running = app.run(stop.signal);
    await write(log, clock, startMs, draw, over, say);
    stop.abort();
    await running;
    if (resolved.signal.aborted) say(farewell());
    return resolved.signal.aborted || signal.aborted ? EXIT.ok : EXIT.negative;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function demoSettings(folder: string, log: string): Promise<Settings> {
  // Nothing of the person's own configuration or environment: a demo must not send anything anywhere.
  const configPath = join(folder, "revokewatch.yaml");
  writeFileSync(configPath, "version: 1\n");
  const { settings } = await loadSettings({ configPath, env: {}, cwd: folder, roster });
  if (settings === null) throw new Error("the built-in defaults are not valid");
  const watched = withFileArguments(settings, [log]);
  const [source] = watched.sources;
  if (source === undefined) throw new Error("the log is no source");
  return {
    ...watched,
    sources: [{ ...source, name: "api", options: { ...(source.options as object), from: "beginning" } }],
    receivers: watched.receivers.map((one) => ({ ...one, options: { format: "text" } })),
  };
}

async function open(
  settings: Settings,
  clock: Clock,
  stderr: Invocation["stderr"],
  onTransition: (transition: Transition) => void,
): Promise<App> {
  const telemetry = createTelemetry({
    log: { level: "error", stderr, colour: false },
    clock,
    version,
    revision,
  });
  return openApp({
    settings,
    roster,
    follow: true,
    state: openState(null, clock.now()),
    stateDir: null,
    startedMs: clock.now(),
    server: await listening(settings.http.listen, telemetry),
    clock,
    telemetry,
    manager: serviceManager({}),
    reload: () => Promise.resolve({ status: 409, body: { error: "The demo reads no configuration." } }),
    onTransition,
  });
}

async function listening(address: Settings["http"]["listen"], telemetry: Telemetry): Promise<HttpServer> {
  const setup = {
    ...address,
    web: null,
    onAnswer: (handler: string, code: number) => telemetry.requestAnswered(handler, code),
    onError: (error: unknown) => telemetry.log.error({ err: String(error) }, "An HTTP view failed"),
  };
  try {
    return await listen(setup);
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    // The usual port is taken, perhaps by a real revokewatch: any other will do for a show.
    return listen({ ...setup, port: 0 });
  }
}

/** Writes the live part of the log as its clock goes, until the incident is over or the show has gone on too long. */
async function write(
  log: string,
  clock: Clock,
  startMs: number,
  draw: Draw,
  over: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  let spiking = false;
  for (let fromMs = startMs; fromMs < startMs + END_MS && !over.aborted;) {
    await clock.sleep(STEP_MS * SPEED, over);
    const span = { fromMs, toMs: clock.now() };
    const inSpike = fromMs >= startMs + QUIET_MS && fromMs < startMs + QUIET_MS + SPIKE_MS;
    if (inSpike !== spiking) {
      spiking = inSpike;
      say(
        spiking
          ? "· now somebody revokes a key that billing still uses, and billing retries…\n\n"
          : "· billing has its new key; the incident is resolved once its windows are back to usual…\n\n",
      );
    }
    appendFileSync(
      log,
      lines([...quietLines(span, draw, 2_000), ...(inSpike ? spikeLines(span, draw) : [])]),
    );
    fromMs = span.toMs;
  }
}

function lines(records: readonly string[]): string {
  return records.map((record) => `${record}\n`).join("");
}

function farewell(): string {
  // From a checkout the program is not on the PATH, and npm brings the Node that it needs.
  const program = import.meta.url.endsWith(".ts") ? "npm run -s revokewatch --" : "revokewatch";
  return [
    "That was it. Where to look next:",
    `  ${program} explain FILE    which lines of your log count, and why the others do not`,
    `  ${program} run FILE        watch it; alerts appear here`,
    `  SLACK_BOT_TOKEN=… SLACK_CHANNEL=C… ${program} run FILE    alerts in Slack`,
    "  config/revokewatch.example.yaml    everything that can be configured, explained",
    "",
  ].join("\n");
}

/** mulberry32, public domain: the same show every time. */
function seeded(): Draw {
  let state = 7;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}
