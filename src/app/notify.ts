// What the service manager hears: alive as long as the evaluation loop turns, and in one line what is being done.

import type { Clock } from "../host/clock.ts";
import type { ServiceManager } from "../host/systemd.ts";
import type { Status } from "../http/views.ts";

/** `systemctl status` shows the line; a minute old is new enough. */
const STATUS_EVERY_MS = 60_000;

/** @returns the function that the evaluation loop calls at each turn. */
export function turnNotifier(manager: ServiceManager, clock: Clock, status: () => Status): () => void {
  let aliveAtMs = -Infinity;
  let toldAtMs = clock.monotonic();
  return () => {
    const nowMs = clock.monotonic();
    if (manager.watchdogMs !== null && nowMs - aliveAtMs >= manager.watchdogMs / 2) {
      aliveAtMs = nowMs;
      manager.watchdog();
    }
    if (nowMs - toldAtMs >= STATUS_EVERY_MS) {
      toldAtMs = nowMs;
      manager.status(statusLine(status()));
    }
  };
}

/** `Watching 3 files, 12 groups, 1 incident firing, 0 messages waiting`. */
export function statusLine({ sources, groups, incidents, receivers }: Status): string {
  const files = sources.reduce((sum, source) => sum + source.files.length, 0);
  const waiting = receivers.reduce((sum, receiver) => sum + receiver.outbox_messages, 0);
  return (
    `Watching ${files} file${files === 1 ? "" : "s"}, ${groups.length} group${groups.length === 1 ? "" : "s"}, ` +
    `${incidents.length} incident${incidents.length === 1 ? "" : "s"} firing, ${waiting} message${waiting === 1 ? "" : "s"} waiting`
  );
}
