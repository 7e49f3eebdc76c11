// `auto_reload`: wishes for a reload when the configuration file says something else than what was loaded.

import type { Clock } from "../host/clock.ts";
import { FILE_LOOK_MS, printOf } from "../host/file-print.ts";

/**
 * Looks until the signal aborts. What was refused once is not tried again before it changes.
 * @param loaded the file's print from before it was loaded: what changed meanwhile is seen at the first look.
 */
export async function followConfig(
  path: string,
  loaded: string,
  clock: Clock,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  let known = loaded;
  for (;;) {
    await clock.sleep(FILE_LOOK_MS, signal);
    if (signal.aborted) return;
    const print = await printOf([path]);
    if (print === known || signal.aborted) continue;
    known = print;
    changed();
  }
}
