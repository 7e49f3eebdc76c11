// The events of a log, read by the daemon's own parts. A line is read once, however many settings judge it.

import type { EventReader } from "../core/events/event-reader.ts";
import type { RevokedEvent } from "../core/events/event.ts";
import type { ChunkOrigin } from "../core/lines/chunk.ts";
import type { LineReader } from "../core/lines/line-reader.ts";
import type { ReadLines } from "./file-log.ts";
import type { Tally } from "./tally.ts";

/**
 * Reads the lines of one stream.
 * @param stream tells streams apart: formats are found out and lines joined for each by itself.
 */
export function readEvents(
  lines: LineReader,
  events: EventReader,
  { origin, stream, tally }: { origin: ChunkOrigin; stream: string; tally: Tally },
): ReadLines<RevokedEvent> {
  return (bytes, add) =>
    lines.read({ origin, stream, bytes, replay: false }, (line) => {
      if (line.kind !== "record") return;
      // Infinity as the arrival: whoever merges the logs knows the time of what stands before it.
      for (const verdict of events.read(line.record, origin, Infinity)) {
        if (verdict.kind === "none") continue;
        const { event } = verdict;
        tally.events += 1;
        if (event.timeFrom === "arrival") tally.undated += 1;
        add(event, event.timeFrom === "arrival" ? null : event.timeMs);
      }
    });
}
