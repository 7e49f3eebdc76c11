// The events of a chunk on their way into their groups, in the order of their own time: programs with several threads write
// lines a little out of order, and what is read at one go need not be judged so.

import type { ChunkReader, LineVerdict } from "./events/chunk-reader.ts";
import type { RevokedEvent } from "./events/event.ts";
import type { EventCount } from "./event-count.ts";
import type { CoreFacts } from "./facts.ts";
import type { Group } from "./incidents/group.ts";
import type { Chunk, ChunkOrigin } from "./lines/chunk.ts";
import type { ReadingMoment } from "./source-time.ts";

/**
 * Events that are held back at once. Threads are some lines out of order; a chunk of events held whole would outlive V8's
 * young generation, and cost a fifth more CPU.
 */
const MOST_HELD = 128;

export class ChunkEvents {
  readonly #reader: ChunkReader;
  readonly #counting: EventCount;
  readonly #facts: Pick<CoreFacts, "lineRejected">;

  constructor(reader: ChunkReader, counting: EventCount, facts: Pick<CoreFacts, "lineRejected">) {
    this.#reader = reader;
    this.#counting = counting;
    this.#facts = facts;
  }

  /** @param touched takes the groups that the events belong to. @returns the number of the chunk's lines. */
  count(chunk: Chunk, moment: ReadingMoment, touched: Set<Group>): number {
    const { origin, replay } = chunk;
    const held: RevokedEvent[] = [];
    const judge = (most: number): void => {
      for (const event of byTime(held).splice(0, most)) {
        touched.add(this.#counting.add(event, origin.labels, moment, replay));
      }
    };
    const lines = this.#reader.read(chunk, moment.nowMs, (verdict) => {
      this.#take(verdict, origin, held);
      if (held.length === MOST_HELD) judge(MOST_HELD / 2);
    });
    judge(MOST_HELD);
    return lines;
  }

  /** Unfinished lines that were waited for long enough are judged as they are. */
  giveUp(moment: ReadingMoment, touched: Set<Group>): void {
    this.#reader.giveUp(moment.nowMs, (verdict, origin) => {
      const events: RevokedEvent[] = [];
      this.#take(verdict, origin, events);
      for (const event of events) touched.add(this.#counting.add(event, origin.labels, moment, false));
    });
  }

  #take(verdict: LineVerdict, origin: ChunkOrigin, events: RevokedEvent[]): void {
    if (verdict.kind === "none") this.#facts.lineRejected(origin.source, verdict.reason);
    else events.push(verdict.event);
  }
}

/** The events in the order of their time, those of one time as they came. Most logs are in order: then nothing is sorted. */
function byTime(events: RevokedEvent[]): RevokedEvent[] {
  const ordered = events.every(
    ({ timeMs }, i) => i === 0 || timeMs >= (events[i - 1] as RevokedEvent).timeMs,
  );
  return ordered ? events : events.sort((a, b) => a.timeMs - b.timeMs);
}
