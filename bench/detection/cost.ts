// What the detector costs: an event in a burst, a learning bucket with its thresholds, a snapshot.

import { NbScan } from "../../src/core/spikes/nb-scan.ts";
import { BACKGROUNDS, DAY } from "./backgrounds.ts";
import type { Background } from "./backgrounds.ts";
import { backgroundTimes, seriesOf } from "./series.ts";
import { feed, OurSubject } from "./subject.ts";

export interface Cost {
  readonly nanosecondsPerEvent: number;
  readonly microsecondsPerBucket: number;
  /** Of a group that has seen one event, of one after thirty busy days, and what making the latter takes. */
  readonly freshSnapshotBytes: number;
  readonly oldSnapshotBytes: number;
  readonly snapshotMicroseconds: number;
}

const BURST_EVENTS = 2_000_000;
const BUCKETS = (30 * DAY) / 300;
const SNAPSHOTS = 2000;

/** Processor time, so that a busy machine does not count. */
function processorNs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

export function measureCost(): Cost {
  const burst = new NbScan({ sensitivity: "medium", minCount: 10 });
  const burstNs = processorNs(() => {
    for (let i = 0; i < BURST_EVENTS; i++) {
      burst.observe(DAY * 1000 + i / 1000, 1);
      burst.take();
    }
  });
  const old = new OurSubject({ sensitivity: "medium", minCount: 10 });
  const series = seriesOf(backgroundTimes("office60", BACKGROUNDS["office60"] as Background, 1, 30 * DAY));
  const monthNs = processorNs(() => feed(old, series, 30 * DAY));
  const fresh = new NbScan({ sensitivity: "medium", minCount: 10 });
  fresh.observe(DAY * 1000, 1);
  let bytes = 0;
  const snapshotNs = processorNs(() => {
    for (let i = 0; i < SNAPSHOTS; i++) bytes = old.snapshotBytes();
  });
  return {
    nanosecondsPerEvent: burstNs / BURST_EVENTS,
    microsecondsPerBucket: monthNs / BUCKETS / 1000,
    freshSnapshotBytes: fresh.snapshot().length,
    oldSnapshotBytes: bytes,
    snapshotMicroseconds: snapshotNs / SNAPSHOTS / 1000,
  };
}
