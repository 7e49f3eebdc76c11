// How surely and how soon a spike is found: extra events on a background that the detector has known for a while.

import { BACKGROUNDS, DAY, HOUR } from "./backgrounds.ts";
import type { Background } from "./backgrounds.ts";
import { Random } from "./random.ts";
import { backgroundTimes, seriesOf } from "./series.ts";
import { feed } from "./subject.ts";
import type { Subject } from "./subject.ts";

const SPREAD_SECONDS = { min1: 60, min5: 300, hour1: HOUR };
/** An alert this long after the spike's last event still counts as found. */
const GRACE_SECONDS = 900;
/** How long is watched for a second alert of the same spike. */
const WATCHED_SECONDS = 4 * HOUR;

export interface SpikeCase {
  readonly background: string;
  readonly spread: keyof typeof SPREAD_SECONDS;
  readonly events: number;
  /** How long the group has been known: eight to nine days, or half an hour to an hour. */
  readonly known: "mature" | "cold30m";
}

export interface Finds {
  readonly share: number;
  /** Median of those found, seconds; null when none was. */
  readonly delaySeconds: number | null;
  /** Further starts after the first, per spike found. */
  readonly repeats: number;
}

function onsetOf(random: Random, known: SpikeCase["known"]): number {
  return known === "cold30m" ? random.between(1800, 3600) : random.between(8 * DAY, 9 * DAY);
}

export function measureFinds(make: () => Subject, spike: SpikeCase, replicates: number, seed: number): Finds {
  const spread = SPREAD_SECONDS[spike.spread];
  const delays: number[] = [];
  let repeats = 0;
  for (let run = 0; run < replicates; run++) {
    const random = new Random(seed + run, `${spike.background} ${spike.spread} ${spike.events}`);
    const onset = Math.floor(onsetOf(random, spike.known));
    const end = onset + WATCHED_SECONDS;
    const background = BACKGROUNDS[spike.background] as Background;
    const times = backgroundTimes(spike.background, background, seed + run, end);
    times.push(onset);
    for (let i = 1; i < spike.events; i++) times.push(onset + random.below(spread));
    const subject = make();
    feed(subject, seriesOf(times), end);
    const after = subject.alerts.filter(({ kind, second }) => kind !== "stop" && second >= onset);
    const [first] = after;
    if (first === undefined || first.second > onset + spread + GRACE_SECONDS) continue;
    delays.push(first.second - onset);
    repeats += after.slice(1).filter(({ kind }) => kind === "start").length;
  }
  delays.sort((a, b) => a - b);
  return {
    share: delays.length / replicates,
    delaySeconds: delays[delays.length >> 1] ?? null,
    repeats: delays.length === 0 ? 0 : repeats / delays.length,
  };
}
