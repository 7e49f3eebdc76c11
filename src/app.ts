// Builds every part of the daemon from its settings, runs it, and takes it down: what is opened stands on one stack and
// closes in reverse, also when only half of it could be opened.

import { actionsOf } from "./app/actions.ts";
import type { AppSetup } from "./app/app-setup.ts";
import { Histories } from "./app/history-view.ts";
import { History } from "./app/history.ts";
import { incidentLinksOf } from "./app/incident-links.ts";
import { keysOf } from "./app/keys-view.ts";
import { statusLine, turnNotifier } from "./app/notify.ts";
import { openEngine, openReceivers, openSources } from "./app/open-parts.ts";
import { openHeartbeat } from "./app/open-heartbeat.ts";
import { OutboxChanges } from "./app/outbox-changes.ts";
import { ReceiverChecks } from "./app/receiver-checks.ts";
import { openSilences } from "./app/open-silences.ts";
import { resumeReceivers } from "./app/resume-receivers.ts";
import {
  countedOf,
  healthOf,
  incidentOf,
  type Parts,
  receiversOf,
  sourcesOf,
  statusOf,
} from "./app/status-view.ts";
import { Totals } from "./app/totals.ts";
import { Upkeep } from "./app/upkeep.ts";
import { receiversFor } from "./core/incidents/routes.ts";
import { isHeld } from "./core/incidents/silence-report.ts";
import type { IncidentView, Transition } from "./core/incidents/transition.ts";
import type { Clock } from "./host/clock.ts";
import { Outbox } from "./outbox/outbox.ts";
import { Pipeline } from "./pipeline.ts";
import type { Settings } from "./settings.ts";
import { DOCUMENT } from "./state/change.ts";

/** Time for the last attempts at the end: SIGTERM promises an end within 10 s, and saving needs some of it. */
const SHUTDOWN_GRACE_MS = 8_000;
/** A batch run, which nobody is about to kill, waits longer for its messages to be accepted, … */
const BATCH_GRACE_MS = 60_000;
/** Last attempts for receivers that a reload removes; nothing is read meanwhile. */
const FAREWELL_MS = 3_000;
/** … and looks this often whether they are. */
const LOOK_MS = 20;
/** Stands in every message while the disk refuses the state. */
const NOT_SAVED = "State not persisted: a restart of revokewatch may repeat or forget this";

export interface App {
  /** Address of the HTTP server, null without one. */
  readonly url: string | null;
  /**
   * Reads, judges and delivers until every source has ended or a signal aborts, then takes everything down.
   * @param stop ends the daemon: what is due is attempted once more.
   * @returns what was left undone.
   */
  run(stop: AbortSignal): Promise<Leftover>;
  /**
   * Ends this app for the next one, which goes on from the same state: nothing is hurried but what waits for receivers that
   * the next one does not have.
   */
  makeWayFor(next: Settings): void;
}

export interface Leftover {
  /** Messages that are still to be said; they are in the state. */
  readonly undelivered: number;
  /** Times that a file was not there or could not be read; a batch run does not try again. */
  readonly failures: number;
}

/** Opens everything that the settings name. */
export async function openApp(setup: AppSetup): Promise<App> {
  const { settings, clock, telemetry, manager, state, startedMs } = setup;
  await using opening = new AsyncDisposableStack();
  const totals = new Totals();
  const { engine, ended } = openEngine(setup, totals);
  const sources = openSources(setup, totals, engine);
  const receivers = await openReceivers(setup, opening);
  const history = new History(state.documents(DOCUMENT.incident));
  let saved = true;
  const warnings = (): readonly string[] => (saved ? [] : [NOT_SAVED]);
  const outbox = new Outbox({
    receivers,
    fallbacks: new Map(
      settings.receivers.flatMap(({ name, fallback, fallbackAfterMs }) =>
        fallback === null ? [] : [[name, { receiver: fallback, afterMs: fallbackAfterMs }] as const],
      ),
    ),
    budgets: new Map(
      settings.receivers.flatMap(({ name, budget }) => (budget === null ? [] : [[name, budget] as const])),
    ),
    kept: (kind) => state.documents(kind),
    clock,
    facts: telemetry,
    draw: Math.random,
    persist: (change) => void state.commit(change),
    warnings,
  });
  opening.defer(() => outbox.close());
  const rules = settings.rules.map(({ name }) => name);
  const notify = new Map(settings.rules.map((rule) => [rule.name, rule.notify]));
  const receiversOfIncident = (incident: IncidentView): readonly string[] =>
    receiversFor(incident, notify.get(incident.rule) ?? []);
  const pipeline = new Pipeline({
    engine,
    sources,
    outbox,
    commit(change) {
      const result = state.commit(change);
      saved = result.ok;
      return result;
    },
    clock,
    follow: setup.follow,
    durable: setup.stateDir !== null,
    facts: {
      ...telemetry,
      evaluated(names, nowMs) {
        telemetry.evaluated(names, nowMs);
        turned();
        heartbeat?.turned();
      },
    },
    rules,
    route: (transition) => (isHeld(transition) ? [] : receiversOfIncident(transition.incident)),
    record: (transition) => history.add(transition),
    onTransition: setup.onTransition,
  });

  pipeline.apply(ended, []);
  const silences = await openSilences({
    ...setup,
    engine,
    facts: telemetry,
    commit: (rows) => pipeline.apply([], rows),
  });
  const checks = new ReceiverChecks(receivers, clock, telemetry);
  const parts: Parts = {
    checks,
    clock,
    startedMs,
    engine,
    sources,
    silences,
    receivers,
    outbox,
    pipeline,
    totals,
    saved: () => saved,
  };
  const find = (id: string) => incidentOf(history.list(engine.openIncidents()), engine, id);
  const histories = new Histories(engine, () => history.list(engine.openIncidents()));
  const turned = turnNotifier(manager, clock, () => statusOf(parts));
  telemetry.attach(
    { sources: sources.map(({ name }) => name), rules, receivers: settings.receivers },
    {
      sources: () => sourcesOf(parts),
      groups: () => countedOf(parts),
      silences: () => silences.counts(),
      keys: () => engine.keys.sizes(),
      receivers: () => receiversOf(parts),
    },
  );
  const acking = {
    engine,
    find,
    now: () => clock.now(),
    say: (said: readonly Transition[]) => pipeline.apply(said, []),
  };
  const heartbeat = openHeartbeat(setup, engine, pipeline);
  if (heartbeat !== null) opening.defer(() => heartbeat.close());
  const messages = new OutboxChanges(outbox.byHand);
  const upkeep = new Upkeep({
    receivers,
    clock,
    open: () => engine.openIncidents(),
    find,
    sent: (incident, receiver) => outbox.messageOf(incident, receiver),
    react(incident, receiver, standing) {
      const said = engine.react(incident, receiver, standing, clock.now());
      if (said.length > 0) pipeline.apply(said, []);
    },
    warnings,
    facts: telemetry,
  });
  setup.server?.show({
    externalUrl: settings.http.externalUrl,
    views: {
      health: () => healthOf(parts),
      status: () => statusOf(parts),
      incidents: () => history.list(engine.openIncidents()),
      incident: find,
      links: (incident) => incidentLinksOf(settings, incident),
      history: (query) => histories.answer(query, clock.monotonic()),
      silences: () => silences.list(),
      keys: (query) => keysOf(engine, query, clock.now()),
      outbox: () => outbox.byHand.list(),
      metrics: (accept) => telemetry.scrape(accept),
    },
    actions: actionsOf({ acking, silences, messages, reload: setup.reload }),
    token: () => settings.http.adminToken?.open() ?? null,
  });
  opening.defer(() => setup.server?.rest());
  const closed = new AbortController();
  opening.defer(() => closed.abort());
  const opened = opening.move();
  const handOver = new AbortController();
  let next: Settings | null = null;
  return {
    url: setup.server?.url ?? null,
    makeWayFor(settings) {
      next = settings;
      handOver.abort();
    },
    async run(stop) {
      await using _ = opened;
      outbox.start();
      resumeReceivers(receivers, engine, outbox);
      void silences.follow(closed.signal);
      if (setup.follow) void checks.follow(closed.signal);
      if (setup.follow) void upkeep.follow(closed.signal);
      const reading = pipeline.run(AbortSignal.any([stop, handOver.signal]));
      manager.ready(statusLine(statusOf(parts)));
      await reading;
      const leftover = (): Leftover => {
        const failures = sources.reduce((sum, { name }) => sum + totals.of(name).failures, 0);
        return { undelivered: waiting(outbox), failures };
      };
      if (next !== null && !stop.aborted) {
        const kept = new Set(next.receivers.map(({ name }) => name));
        await outbox.attemptAllDue(FAREWELL_MS, (name) => !kept.has(name));
        return leftover();
      }
      manager.stopping("Delivering what is still to be said");
      if (!setup.follow) await delivered(outbox, clock, BATCH_GRACE_MS);
      await outbox.attemptAllDue(SHUTDOWN_GRACE_MS);
      await manager.flush();
      return leftover();
    },
  };
}

/** Waits until everything is said, at most `graceMs`. */
async function delivered(outbox: Outbox, clock: Clock, graceMs: number): Promise<void> {
  const endMs = clock.monotonic() + graceMs;
  while (waiting(outbox) > 0 && clock.monotonic() < endMs) await clock.sleep(LOOK_MS);
}

/** Messages that are still to be said. */
function waiting(outbox: Outbox): number {
  return outbox.view().reduce((sum, { outbox_messages }) => sum + outbox_messages, 0);
}
