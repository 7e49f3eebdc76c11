// Builds the parts that the settings name: the engine, the sources, the receivers.

import { Engine } from "../core/engine.ts";
import type { Transition } from "../core/incidents/transition.ts";
import { keyedDigest } from "../host/digest.ts";
import type { Receiver } from "../receivers/receiver.ts";
import type { Source, SourceFacts } from "../sources/source.ts";
import { DOCUMENT } from "../state/change.ts";
import type { AppSetup } from "./app-setup.ts";
import { engineRule } from "./engine-rule.ts";
import { openReceiver } from "./open-receiver.ts";
import type { Totals } from "./totals.ts";

/** The engine with everything that earlier runs have learned, and the ends of incidents that it does not watch any more. */
export function openEngine(
  { settings, telemetry, state, clock, follow }: AppSetup,
  totals: Totals,
): { readonly engine: Engine; readonly ended: readonly Transition[] } {
  const engine = new Engine({
    rules: settings.rules.map(engineRule),
    summarises: follow,
    watchedSinceMs: state.firstStart ? null : state.createdAtMs,
    digest: keyedDigest(state.installationKey),
    facts: {
      ...telemetry,
      linesRead(source, lines, bytes, lastLineMs) {
        totals.addLines(source, lines, lastLineMs ?? (lines > 0 ? clock.now() : null));
        telemetry.linesRead(source, lines, bytes, lastLineMs);
      },
    },
  });
  const ended = engine.restore(state.groups(), clock.now());
  engine.times.restore(state.documents(DOCUMENT.sourceTime));
  // What was written into a pipe while nobody read is gone.
  for (const { name, kind } of settings.sources) if (kind === "stdin") engine.lose(name);
  engine.keys.restore(state.documents(DOCUMENT.key));
  return { engine, ended };
}

/** The configured sources, each with its committed positions. */
export function openSources(setup: AppSetup, totals: Totals, engine: Engine): Source[] {
  const { settings, roster, clock, telemetry, follow, state } = setup;
  const counting = totals.counting(telemetry);
  const facts: SourceFacts = {
    ...counting,
    bytesLost: (source, ...what) => {
      engine.lose(source);
      counting.bytesLost(source, ...what);
    },
    gap: (source, ...what) => {
      engine.lose(source);
      counting.gap(source, ...what);
    },
  };
  const room = (): Buffer => engine.room;
  return settings.sources.map(({ name, kind: word, options, format, labels }) => {
    const kind = roster.sourceKinds.find((candidate) => candidate.word === word);
    if (kind === undefined) throw new RangeError(`no kind of source is called ${word}`);
    const { firstStart, lastCommitMs } = state;
    const positions = state.positions(name);
    return kind.create(
      { name, format, labels, follow, firstStart, lastCommitMs, positions, room, clock, facts },
      options,
    );
  });
}

/** The configured receivers by name; each is closed with the app. */
export async function openReceivers(
  { settings, roster, clock }: AppSetup,
  opening: AsyncDisposableStack,
): Promise<ReadonlyMap<string, Receiver>> {
  const receivers = new Map<string, Receiver>();
  for (const configured of settings.receivers) {
    const receiver = await openReceiver(configured, settings, roster, clock);
    opening.defer(() => receiver.close());
    receivers.set(configured.name, receiver);
  }
  return receivers;
}
