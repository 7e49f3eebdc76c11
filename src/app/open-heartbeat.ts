// The heartbeat as the settings want it.

import type { Engine } from "../core/engine.ts";
import type { Pipeline } from "../pipeline.ts";
import { beat } from "../receivers/heartbeat.ts";
import { version } from "../version.ts";
import type { AppSetup } from "./app-setup.ts";
import { Heartbeat } from "./heartbeat.ts";

/** Null when none is configured, and for a batch run, whose end is no reason to worry. */
export function openHeartbeat(
  { settings, clock, telemetry, follow }: AppSetup,
  engine: Engine,
  pipeline: Pipeline,
): Heartbeat | null {
  const { url, everyMs, allowLinkLocal } = settings.heartbeat;
  if (url === null || !follow) return null;
  return new Heartbeat({
    everyMs,
    clock,
    probe: (nowMs) => engine.probe(nowMs),
    save: () => pipeline.save(),
    beat: (nowMs, signal) => beat(url, version, allowLinkLocal, nowMs, signal),
    facts: telemetry,
  });
}
