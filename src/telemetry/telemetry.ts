// Telemetry as the rest of the daemon meets it: facts go in, a log goes to stderr, a scrape comes out.

import type { CoreFacts } from "../core/facts.ts";
import type { OutboxFacts } from "../outbox/facts.ts";
import type { SourceFacts } from "../sources/source.ts";
import { coreRecorder } from "./core-recorder.ts";
import { daemonRecorder } from "./daemon-recorder.ts";
import type { DaemonFacts } from "./daemon-recorder.ts";
import { CONTENT_TYPES, negotiate, render } from "./exposition.ts";
import type { Format } from "./exposition.ts";
import { fillGauges } from "./gauges.ts";
import { Journal } from "./journal.ts";
import { BoundedLabel, MAX_SERVICES } from "./labels.ts";
import { createLog } from "./log.ts";
import type { Log, LogSetup } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { outboxRecorder } from "./outbox-recorder.ts";
import { preset } from "./preset.ts";
import type { KnownNames } from "./preset.ts";
import { RateLimit } from "./rate-limit.ts";
import { sharing } from "./sharing.ts";
import { sourceRecorder } from "./source-recorder.ts";
import type { TelemetryViews } from "./views.ts";

/**
 * Scrapes within this time get the same answer. One costs some 3 ms with its views, so that a hundred a second would take
 * a third of a CPU from reading logs; no scraper can tell 100 ms.
 */
const SCRAPE_SHARED_MS = 100;

export interface TelemetrySetup {
  readonly log: Pick<LogSetup, "level" | "stderr" | "colour">;
  /** Wall clock and monotonic clock of the daemon, milliseconds. */
  readonly clock: { now(): number; monotonic(): number };
  readonly version: string;
  /** Commit that was built, or an empty string. */
  readonly revision: string;
}

export interface Scrape {
  readonly contentType: string;
  readonly body: string;
}

export interface Telemetry extends CoreFacts, SourceFacts, OutboxFacts, DaemonFacts {
  /** For what has no fact: start, stop, and errors that end the process. */
  readonly log: Log;
  /** Names and views of the configuration that runs now; again after each reload. */
  attach(known: KnownNames, views: TelemetryViews): void;
  /** The answer to a scrape. @param accept the request's Accept header. */
  scrape(accept: string | undefined): Promise<Scrape>;
}

const NOTHING: TelemetryViews = {
  sources: () => [],
  groups: () => [],
  silences: () => ({ active: 0, pending: 0, expired: 0 }),
  keys: () => new Map(),
  receivers: () => [],
};

export function createTelemetry({ log: setup, clock, version, revision }: TelemetrySetup): Telemetry {
  const metrics = new Metrics();
  const services = new BoundedLabel(MAX_SERVICES);
  const log = createLog({
    ...setup,
    onLine: (level) => metrics.count("log_messages_total", { level }),
    onRedaction: (pattern) => metrics.count("redactions_total", { pattern }),
  });
  const journal = new Journal(log, new RateLimit(() => clock.monotonic()));
  let known: KnownNames = { sources: [], rules: [], receivers: [] };
  let views = NOTHING;
  const scrape = sharing(
    async (format: Format): Promise<Scrape> => {
      metrics.set("last_scrape_timestamp_seconds", {}, clock.now() / 1000);
      fillGauges(metrics, views, known.rules, services);
      return { contentType: CONTENT_TYPES[format], body: render(await metrics.read(), format) };
    },
    SCRAPE_SHARED_MS,
    () => clock.monotonic(),
  );
  metrics.set("build_info", { version, revision, node_version: process.version }, 1);
  preset(metrics, known);
  return {
    ...coreRecorder(metrics, journal, services, () => clock.now()),
    ...sourceRecorder(metrics, journal),
    ...outboxRecorder(metrics, journal),
    ...daemonRecorder(metrics, journal),
    log,
    attach(nextKnown, nextViews) {
      known = nextKnown;
      views = nextViews;
      preset(metrics, known);
    },
    scrape: (accept) => scrape(negotiate(accept)),
  };
}
