// What was seen in a group lately, beside the count: request ids, keys, services, hosts, events per minute. Of an
// incident it keeps what came since its first event, which was before anyone knew that it was one.

import type { RevokedEvent } from "../events/event.ts";
import { Profile, type ProfileState, type ProfileView } from "../spikes/profile.ts";
import { Minutes, type MinutesState } from "./minutes.ts";
import { type RecentId, RecentIds } from "./recent-ids.ts";
import { RequestIds, type RequestIdsState } from "./request-ids.ts";

/** The part that survives a restart. */
export interface SightingsState {
  readonly minutes: MinutesState;
  readonly recent: readonly RecentId[];
  readonly requestIds: RequestIdsState;
  readonly profile: ProfileState;
}

export class Sightings {
  #minutes = new Minutes();
  #recent = new RecentIds();
  #requestIds = new RequestIds();
  #profile = new Profile();

  /** @param open an incident is open: the event belongs to it. */
  add(event: RevokedEvent, open: boolean): void {
    this.#minutes.add(event.timeMs);
    this.#profile.add(event);
    if (event.requestId === null) return;
    if (open) this.#requestIds.add(event.requestId);
    else this.#recent.add(event.timeMs, event.requestId);
  }

  /** Events of which nothing but the time is known. */
  addCount(timeMs: number, count: number): void {
    this.#minutes.add(timeMs, count);
  }

  advance(timeMs: number): void {
    this.#minutes.advance(timeMs);
    this.#profile.advance(timeMs);
  }

  /** An incident has begun, with its first event at `onsetMs`. */
  begin(onsetMs: number): void {
    this.#requestIds = new RequestIds();
    for (const id of this.#recent.takeSince(onsetMs)) this.#requestIds.add(id);
    this.#profile.begin(onsetMs);
  }

  /** The incident is long over: from now on the profile is of the last hour. */
  end(): void {
    this.#profile.end();
  }

  /** Events in the newest minute, and in the fullest one since a moment. */
  get newestMinute(): number {
    return this.#minutes.current;
  }

  peakSince(fromMs: number): number {
    return this.#minutes.peakSince(fromMs);
  }

  /** Services of the incident, or of the last hour. */
  services(): string[] {
    return this.#profile.services();
  }

  profile(): ProfileView {
    return this.#profile.view();
  }

  /** The same of the events since a moment, as far as they are kept, while no incident is open. */
  profileSince(fromMs: number): ProfileView {
    return this.#profile.viewSince(fromMs);
  }

  /** Their request ids. */
  recentIds(fromMs: number): string[] {
    return this.#recent.since(fromMs);
  }

  /** Events per minute, oldest first, at most 30. */
  sparkline(): number[] {
    return this.#minutes.sparkline();
  }

  /** The incident's request ids. */
  get requestIds(): RequestIds {
    return this.#requestIds;
  }

  state(): SightingsState {
    return {
      minutes: this.#minutes.state(),
      recent: this.#recent.state(),
      requestIds: this.#requestIds.state(),
      profile: this.#profile.snapshot(),
    };
  }

  restore(state: SightingsState): void {
    this.#minutes = Minutes.from(state.minutes);
    this.#recent = RecentIds.from(state.recent);
    this.#requestIds = RequestIds.from(state.requestIds);
    this.#profile = Profile.restore(state.profile);
  }
}
