// Who makes up a group's events: keys, services, hosts and log sources, of the open episode, or of the last hour while
// there is none. It names the spike's shape and lists the most frequent, in bounded memory.

import { firstUse, isPeriodic, nextUse } from "./key-gaps.ts";
import type { KeyGaps } from "./key-gaps.ts";
import { keyId, RecentEvents } from "./recent-events.ts";
import type { ProfileEvent, RecentEventsState } from "./recent-events.ts";
import { shapeOf } from "./shape.ts";
import type { Shape } from "./shape.ts";
import { Tally } from "./tally.ts";
import type { TallyState, TopEntry } from "./tally.ts";

/** Entries of each list that is shown. */
const SHOWN = 10;
/** Names that are given out when they are compared. */
const MAX_NAMES = 100;

interface KeyDetail {
  readonly gaps: KeyGaps;
  /** The group had seen this key before the spike. */
  readonly known: boolean;
}

export interface ProfileView {
  readonly shape: Shape;
  /** Exact up to 10,000, then to about 3 %. */
  readonly distinctKeys: number;
  /** At most ten of each, most frequent first. */
  readonly top: {
    readonly keys: readonly TopEntry[];
    readonly services: readonly TopEntry[];
    readonly hosts: readonly TopEntry[];
  };
}

/** Plain JSON, typically 1 to 5 KiB, at most about 30 KiB; the most frequent hundred of each list. */
export interface ProfileState {
  readonly recent: RecentEventsState;
  /** Null while no episode was begun. */
  readonly episode: EpisodeState | null;
}

interface EpisodeState {
  readonly keys: TallyState<KeyDetail>;
  readonly services: TallyState<null>;
  readonly hosts: TallyState<null>;
  readonly sources: TallyState<null>;
}

/** Tallies of one stretch of time. */
class Tallies {
  readonly keys: Tally<KeyDetail>;
  readonly services: Tally<null>;
  readonly hosts: Tally<null>;
  readonly sources: Tally<null>;

  constructor(state: EpisodeState | null) {
    this.keys = state === null ? new Tally() : Tally.restore(state.keys);
    this.services = state === null ? new Tally() : Tally.restore(state.services);
    this.hosts = state === null ? new Tally() : Tally.restore(state.hosts);
    this.sources = state === null ? new Tally() : Tally.restore(state.sources);
  }

  add({ timeMs, key, service, host, source }: ProfileEvent, recent: Pick<RecentEvents, "known">): void {
    this.services.add(service, service, nothing);
    this.sources.add(source, source, nothing);
    if (host !== null) this.hosts.add(host, host, nothing);
    if (key === null) return;
    const id = keyId(key.digest);
    let first = false;
    const detail = this.keys.add(id, key.shown, () => {
      first = true;
      return { gaps: firstUse(timeMs), known: recent.known(id) };
    });
    if (!first) nextUse(detail.gaps, timeMs);
  }

  view(): ProfileView {
    const { keys, services, hosts, sources } = this;
    const [topKey] = keys.top(1);
    const shape = shapeOf({
      events: services.total,
      keyedEvents: keys.total,
      topKeyShare: topKey === undefined ? 0 : topKey.count / keys.total,
      topKeyPeriodic: topKey !== undefined && isPeriodic(topKey.detail.gaps),
      effectiveKeys: keys.effectiveNumber(),
      distinctKeys: keys.distinct,
      knownKeyShare: keys.share(({ known }) => known),
      distinctServices: services.distinct,
      places: Math.max(hosts.distinct, services.distinct, sources.distinct),
    });
    const top = { keys: shown(keys), services: shown(services), hosts: shown(hosts) };
    return { shape, distinctKeys: keys.distinct, top };
  }

  snapshot(): EpisodeState {
    return {
      keys: this.keys.snapshot(),
      services: this.services.snapshot(),
      hosts: this.hosts.snapshot(),
      sources: this.sources.snapshot(),
    };
  }
}

export class Profile {
  #recent = new RecentEvents();
  #episode: Tallies | null = null;
  /** The last view, as long as nothing was added: it is asked for at every tick. */
  #view: ProfileView | null = null;

  add(event: ProfileEvent): void {
    this.#recent.add(event);
    this.#episode?.add(event, this.#recent);
    this.#view = null;
  }

  /** Time has reached `timeMs` without an event: the last hour moves on. */
  advance(timeMs: number): void {
    if (this.#recent.advance(timeMs)) this.#view = null;
  }

  /** An episode has begun at `onsetMs`: from now on the view is of it, with what came since then. */
  begin(onsetMs: number): void {
    this.#episode = new Tallies(null);
    for (const event of this.#recent.since(onsetMs)) this.#episode.add(event, this.#recent);
    this.#view = null;
  }

  /** The incident is over and told: from now on the view is of the last hour. */
  end(): void {
    this.#episode = null;
    this.#view = null;
  }

  view(): ProfileView {
    return (this.#view ??= (this.#episode ?? this.#lastHour()).view());
  }

  /** The view of what came since `fromMs`, as far as it is kept. To be asked rarely: it costs up to a millisecond. */
  viewSince(fromMs: number): ProfileView {
    const recent = this.#recent.all();
    const before = new Set(
      recent.flatMap(({ timeMs, key }) => (timeMs < fromMs && key !== null ? keyId(key.digest) : [])),
    );
    const known = (id: string): boolean => before.has(id) || this.#recent.known(id);
    const tallies = new Tallies(null);
    for (const event of recent) if (event.timeMs >= fromMs) tallies.add(event, { known });
    return tallies.view();
  }

  /** Names of the services, the most frequent first, at most a hundred. */
  services(): string[] {
    return (this.#episode ?? this.#lastHour()).services.top(MAX_NAMES).map(({ value }) => value);
  }

  snapshot(): ProfileState {
    return { recent: this.#recent.snapshot(), episode: this.#episode?.snapshot() ?? null };
  }

  static restore(state: ProfileState): Profile {
    const profile = new Profile();
    profile.#recent = RecentEvents.restore(state.recent);
    profile.#episode = state.episode === null ? null : new Tallies(state.episode);
    return profile;
  }

  #lastHour(): Tallies {
    const tallies = new Tallies(null);
    for (const event of this.#recent.all()) tallies.add(event, this.#recent);
    return tallies;
  }
}

function nothing(): null {
  return null;
}

function shown(tally: Tally<unknown>): TopEntry[] {
  return tally.top(SHOWN).map(({ value, count }) => ({ value, count }));
}
