// The second channel: different keys revoked at once, on a background of clients that retry one key each.

import { NbScan } from "../../src/core/spikes/nb-scan.ts";
import { NewKeys } from "../../src/core/spikes/new-keys.ts";
import { DAY, HOUR } from "./backgrounds.ts";
import { Random } from "./random.ts";

/** As many as tell keys apart in the channel. */
const DIGEST_DIGITS = 12;

type KeyedEvent = readonly [second: number, key: number];

export interface NewKeysResult {
  /** False alarms per thirty days of the event channel and of the key channel. */
  readonly perMonth: { readonly events: number; readonly keys: number };
  /** Share of five different keys within a minute that each channel finds. */
  readonly found: { readonly events: number; readonly keys: number };
}

function clumps(random: Random, end: number): KeyedEvent[] {
  const events: KeyedEvent[] = [];
  for (let at = random.exponential(12_000); at < end; at += random.exponential(12_000)) {
    const key = random.below(40);
    let now = at;
    for (let left = Math.min(25, random.geometric(4)); left > 0; left--) {
      events.push([Math.floor(now), key]);
      now += random.between(1, 20);
    }
  }
  for (let at = random.exponential(2 * HOUR); at < end; at += random.exponential(2 * HOUR)) {
    events.push([Math.floor(at), random.below(40)]);
  }
  return events;
}

/** Seconds at which each channel starts an alert. */
function alerts(events: readonly KeyedEvent[], end: number): { events: number[]; keys: number[] } {
  const all = new NbScan({ sensitivity: "medium", minCount: 10 });
  const keys = new NewKeys({ sensitivity: "medium" });
  const found = { events: [] as number[], keys: [] as number[] };
  const take = (): void => {
    for (const { kind, atMs } of all.take())
      if (kind === "start" || kind === "reopen") found.events.push(atMs / 1000);
    for (const { kind, atMs } of keys.detector.take()) {
      if (kind === "start" || kind === "reopen") found.keys.push(atMs / 1000);
    }
  };
  let tick = 0;
  for (const [second, key] of events.toSorted(([a], [b]) => a - b)) {
    for (; tick <= second; tick += 300) {
      all.advance(tick * 1000);
      keys.detector.advance(tick * 1000);
      take();
    }
    all.observe(second * 1000, 1);
    keys.observe(second * 1000, key.toString(16).padStart(DIGEST_DIGITS, "0"));
    take();
  }
  all.advance(end * 1000);
  keys.detector.advance(end * 1000);
  take();
  return found;
}

export function measureNewKeys(replicates: number, seed: number): NewKeysResult {
  const perMonth = { events: 0, keys: 0 };
  const found = { events: 0, keys: 0 };
  for (let run = 0; run < replicates; run++) {
    const quiet = alerts(clumps(new Random(seed + run, "keys"), 30 * DAY), 30 * DAY);
    perMonth.events += quiet.events.length / replicates;
    perMonth.keys += quiet.keys.length / replicates;

    const random = new Random(seed + run, "keys found");
    const onset = Math.floor(random.between(8 * DAY, 9 * DAY));
    const end = onset + 4 * HOUR;
    const spike = Array.from({ length: 5 }, (_, i): KeyedEvent => [onset + random.below(60), 1000 + i]);
    const heard = alerts([...clumps(random, end), ...spike], end);
    const within = (second: number): boolean => second >= onset && second <= onset + 60 + 900;
    found.events += heard.events.some(within) ? 1 / replicates : 0;
    found.keys += heard.keys.some(within) ? 1 / replicates : 0;
  }
  return { perMonth, found };
}
