// The daemon's life: one app for each configuration, over the same state. A reload reads the configuration again and, when
// it is right, ends the running app after its last commit and lets a new one go on from there.

import { isDeepStrictEqual } from "node:util";
import { type App, type Leftover, openApp } from "../app.ts";
import { followWebConfig, NEEDS_RESTART } from "../app/web-follower.ts";
import { type Clock, systemClock } from "../host/clock.ts";
import { holdHeap, relieveHeap } from "../host/heap.ts";
import { type ServiceManager, serviceManager } from "../host/systemd.ts";
import { ListenError } from "../http/listen-error.ts";
import { type HttpServer, listen } from "../http/server.ts";
import { tlsKind } from "../http/tls.ts";
import { transitionLine } from "../receivers/console.ts";
import { roster } from "../roster.ts";
import type { Settings } from "../settings.ts";
import { openState } from "../state/open.ts";
import { StateError } from "../state/state-error.ts";
import { createTelemetry, type Telemetry } from "../telemetry/telemetry.ts";
import { revision, version } from "../version.ts";
import { followConfig } from "./config-follower.ts";
import { answerTo, Reloads } from "./reloads.ts";
import type { RunOptions } from "./run-options.ts";
import { EXIT, type Invocation } from "./verb.ts";

/** A configuration that was read: its settings unless a finding is an error, and all findings as lines. */
export interface Configured {
  readonly settings: Settings | null;
  readonly findings: readonly string[];
  /** The file that was read and the print of its content; null: none. */
  readonly file: { readonly path: string; readonly print: string } | null;
}

export interface ServeSetup extends Pick<Invocation, "env" | "stdout" | "stderr" | "signal"> {
  readonly settings: Settings;
  readonly file: Configured["file"];
  /** Reads the configuration again. */
  readonly reload: () => Promise<Configured>;
  readonly options: RunOptions;
}

/** What every app of this process shares. */
interface Shared {
  readonly setup: ServeSetup;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly manager: ServiceManager;
  readonly reloads: Reloads;
  /** Listens while one app follows another; null: --no-http. */
  readonly server: HttpServer | null;
}

/** Runs until every source has ended or the signal aborts. @returns the exit code. */
export async function serve(setup: ServeSetup): Promise<number> {
  const { settings, options, env, stdout, stderr } = setup;
  const clock = systemClock();
  const colour = stderr.isTTY === true && (env["NO_COLOR"] ?? "") === "";
  const telemetry = createTelemetry({
    log: { level: settings.log.level, stderr, colour },
    clock,
    version,
    revision,
  });
  const reloads = new Reloads();
  const stop = new AbortController();
  holdHeap();
  void relieveHeap(clock, AbortSignal.any([setup.signal, stop.signal]));
  stdout.once("error", ({ code }: NodeJS.ErrnoException) => {
    // Whoever is told elsewhere must still be told; with stdout alone there is nobody left to say the rest to.
    if (settings.receivers.every(({ kind }) => kind === "console")) return stop.abort();
    telemetry.log.error({ code }, "Stdout takes no more incidents; the receivers are told as before");
  });
  try {
    using state = closing(openState(options.state ? settings.stateDir : null, clock.now()));
    for (const notice of state.notices) telemetry.log.warn({}, notice);
    if (!options.state) {
      telemetry.log.warn(
        {},
        "Without a state directory a restart forgets windows, incidents and undelivered messages",
      );
    }
    await using server = options.http ? await opened(settings, telemetry) : null;
    const shared: Shared = { setup, clock, telemetry, reloads, server, manager: serviceManager(env) };
    const { undelivered, failures } = await appAfterApp(
      shared,
      state,
      AbortSignal.any([setup.signal, stop.signal]),
    );
    telemetry.log.info({ undelivered }, "Stopped");
    // A daemon goes on with both when it is started again; a batch run has failed.
    return undelivered + failures > 0 && !options.follow ? EXIT.negative : EXIT.ok;
  } catch (error) {
    if (!(error instanceof StateError || error instanceof ListenError)) throw error;
    stderr.write(`revokewatch: ${error.message}\n`);
    return error instanceof StateError ? EXIT.state : EXIT.negative;
  } finally {
    stop.abort();
    await telemetry.log.flush();
  }
}

async function appAfterApp(
  shared: Shared,
  state: ReturnType<typeof openState>,
  stop: AbortSignal,
): Promise<Leftover> {
  const { setup, clock, telemetry, manager, reloads, server } = shared;
  const startedMs = clock.now();
  let { settings, file } = setup;
  for (;;) {
    const speaks = settings.receivers.some(({ kind }) => kind === "console");
    const app = await openApp({
      settings,
      roster,
      follow: setup.options.follow,
      state,
      stateDir: setup.options.state ? settings.stateDir : null,
      startedMs,
      server,
      clock,
      telemetry,
      manager,
      reload: async () => answerTo(await reloads.wish()),
      onTransition: (transition) => void (speaks || setup.stdout.write(transitionLine(transition))),
    });
    telemetry.configLoaded(clock.now());
    greet(shared, settings, app);
    const over = new AbortController();
    const running = app.run(stop);
    followWeb(shared, settings, over.signal);
    if (settings.autoReload && file !== null) {
      void followConfig(file.path, file.print, clock, () => void reloads.wish(), over.signal);
    }
    const next = await Promise.race([running.then(() => null), reloaded(shared, settings)]);
    if (next !== null) app.makeWayFor(next.settings);
    over.abort();
    const leftover = await running;
    if (next === null || stop.aborted) return leftover;
    ({ settings, file } = next);
    server?.configure(settings.http.web);
    telemetry.log.setLevel(settings.log.level);
  }
}

/** Lets the server take on what changes in the files of the web configuration. */
function followWeb({ server, clock, telemetry, setup }: Shared, { http }: Settings, over: AbortSignal): void {
  const { web, webConfigFile: path } = http;
  if (server === null || web === null || path === null) return;
  const following = {
    path,
    web,
    server,
    env: setup.env,
    clock,
    changed: () => telemetry.log.info({ path }, "The web configuration has changed and was taken on"),
    refused: (findings: readonly string[]) =>
      telemetry.log.error({ path, findings }, "The web configuration has changed and cannot be used"),
  };
  void followWebConfig(following, over);
}

/** The next configuration that a reload brings; why one is refused is in the log, and the old one goes on. */
async function reloaded(
  { setup, telemetry, manager, reloads }: Shared,
  running: Settings,
): Promise<Pick<ServeSetup, "settings" | "file">> {
  for (;;) {
    await reloads.next();
    manager.reloading();
    const { settings, findings, file } = await setup.reload();
    const refusals = settings === null ? findings : refusalsOf(running, settings);
    reloads.answer(refusals);
    if (settings !== null && refusals.length === 0) return { settings, file };
    telemetry.configRefused(refusals);
    manager.ready("The new configuration was refused, the old one goes on");
  }
}

/** What cannot change without a restart. */
function refusalsOf(running: Settings, next: Settings): string[] {
  const stdin = [running, next].some(({ sources }) => sources.some(({ kind }) => kind === "stdin"));
  return [
    ...(next.stateDir === running.stateDir ? [] : ["state_dir: a change needs a restart"]),
    ...(isDeepStrictEqual(next.http.listen, running.http.listen)
      ? []
      : ["http.listen: a change needs a restart"]),
    ...(tlsKind(next.http.web?.tls ?? null) === tlsKind(running.http.web?.tls ?? null)
      ? []
      : [`http.web_config_file: ${NEEDS_RESTART}`]),
    ...(stdin
      ? ["sources: a pipe cannot be opened again, so a configuration that reads stdin needs a restart"]
      : []),
  ];
}

function greet({ telemetry, setup }: Shared, settings: Settings, app: App): void {
  const names = (entries: readonly { readonly name: string; readonly kind: string }[]): string[] =>
    entries.map(({ name, kind }) => `${name} (${kind})`);
  telemetry.log.info(
    {
      version,
      sources: names(settings.sources),
      receivers: names(settings.receivers),
      state: setup.options.state ? settings.stateDir : null,
      url: app.url,
    },
    "Watching",
  );
}

/** The HTTP server, which outlives a reload: nobody who scrapes notices one. @throws ListenError */
async function opened({ http }: Settings, telemetry: Telemetry): Promise<HttpServer & AsyncDisposable> {
  const server = await listen({
    ...http.listen,
    web: http.web,
    onAnswer: (handler, code) => telemetry.requestAnswered(handler, code),
    onError: (error, handler) => telemetry.log.error({ handler, err: String(error) }, "An HTTP view failed"),
  });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

function closing<Resource extends { close(): void }>(resource: Resource): Resource & Disposable {
  return Object.assign(resource, { [Symbol.dispose]: () => resource.close() });
}
