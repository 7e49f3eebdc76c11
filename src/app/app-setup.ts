// What one app is built from.

import type { Transition } from "../core/incidents/transition.ts";
import type { Clock } from "../host/clock.ts";
import type { ServiceManager } from "../host/systemd.ts";
import type { HttpActions } from "../http/face.ts";
import type { HttpServer } from "../http/server.ts";
import type { Roster } from "../roster.ts";
import type { Settings } from "../settings.ts";
import type { StateDatabase } from "../state/database.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

export interface AppSetup {
  readonly settings: Settings;
  readonly roster: Roster;
  /** False: read every source to its end, deliver, end. */
  readonly follow: boolean;
  /** Opened and closed by the caller: it outlives a reload. */
  readonly state: StateDatabase;
  /** Where the state is and files of silences are dropped in; null when nothing is kept on disk. */
  readonly stateDir: string | null;
  /** When the process began to work, milliseconds since the epoch. */
  readonly startedMs: number;
  /** Shows this app for as long as it runs; null: there is none. Opened and closed by the caller, as the state is. */
  readonly server: HttpServer | null;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly manager: ServiceManager;
  /** Reads the configuration anew; if it is valid, another app follows this one. */
  readonly reload: HttpActions["reload"];
  /** Told of each transition once it is committed. */
  readonly onTransition: (transition: Transition) => void;
}
