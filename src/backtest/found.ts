// The incidents that a replay has found, each with its newest numbers, and what they add up to.

import type { IncidentView, Transition } from "../core/incidents/transition.ts";

/** Incidents kept for the list; a log with more tells of the setting, not of its incidents. */
export const MAX_KEPT = 10_000;
const MINUTE_MS = 60_000;

export interface FoundIncident {
  readonly view: IncidentView;
  /** Null: still firing when the log ended. */
  readonly resolvedMs: number | null;
}

export interface Sums {
  /** Incidents that somebody would have been told of. */
  readonly incidents: number;
  /** Further ones that a silence held back to the end. */
  readonly silenced: number;
  /** Still firing at the end of the log. */
  readonly open: number;
  /** Minutes of the log during which at least one incident was firing and not silenced, rounded up. */
  readonly alertedMinutes: number;
  /** Rises that were no larger than what recurs more often than the sensitivity allows alarms; they do not alert. */
  readonly recurring: number;
  /** The incident that fired first; null without one. */
  readonly first: IncidentView | null;
}

export class Found {
  recurring = 0;
  readonly #kept = new Map<string, IncidentView>();
  readonly #openIds = new Set<string>();
  /** Of these, the ones that somebody was told of. */
  readonly #alertingIds = new Set<string>();
  /** Held back so far. */
  readonly #silencedIds = new Set<string>();
  /** The one that was told of first. */
  #first: string | null = null;
  #incidents = 0;
  #endMs = -Infinity;
  /** Time in alert that has ended, and since when something has been firing; null while nothing is. */
  #alertedMs = 0;
  #alertedSinceMs: number | null = null;

  /** Incidents that are firing now, silenced or not. */
  get open(): number {
    return this.#openIds.size;
  }

  add({ event, incident }: Transition): void {
    if (event === "firing" || event === "silence_exceeded") {
      // What breaks through a silence still names it.
      if (event === "firing" && incident.silence !== null) this.#hold(incident);
      else this.#fire(incident);
    }
    // The report of a silence is not about the incident's numbers.
    if (event !== "silence_ended" && this.#kept.has(incident.id)) this.#kept.set(incident.id, incident);
    if (event === "resolved") this.#resolve(incident);
  }

  /** @param open the incidents that are firing at the end, with their last numbers. */
  end(open: readonly IncidentView[], endMs: number): void {
    for (const incident of open) if (this.#kept.has(incident.id)) this.#kept.set(incident.id, incident);
    this.#endMs = endMs;
  }

  /** In the order in which they fired, at most 10,000. */
  list(): FoundIncident[] {
    return [...this.#kept.values()].map((view) => ({
      view,
      resolvedMs: view.resolved_at === null ? null : Date.parse(view.resolved_at),
    }));
  }

  sums(): Sums {
    const openMs = this.#alertedSinceMs === null ? 0 : Math.max(0, this.#endMs - this.#alertedSinceMs);
    const first = this.#first === null ? null : (this.#kept.get(this.#first) ?? null);
    return {
      incidents: this.#incidents,
      silenced: this.#silencedIds.size,
      open: this.#alertingIds.size,
      alertedMinutes: Math.ceil((this.#alertedMs + openMs) / MINUTE_MS),
      recurring: this.recurring,
      first,
    };
  }

  #hold(incident: IncidentView): void {
    if (!this.#kept.has(incident.id)) this.#silencedIds.add(incident.id);
    this.#keep(incident);
    this.#openIds.add(incident.id);
  }

  #fire(incident: IncidentView): void {
    const { id } = incident;
    if (this.#silencedIds.delete(id) || !this.#kept.has(id)) this.#incidents += 1;
    this.#keep(incident);
    this.#openIds.add(id);
    this.#alertingIds.add(id);
    this.#first ??= id;
    // Silenced until then, nobody was called.
    const calledMs = Date.parse(incident.silenced_until ?? incident.fired_at ?? incident.started_at);
    // The end of an earlier incident, not its beginning, bounds what is counted: one that reopens tells its first firing.
    this.#alertedSinceMs ??= Math.max(this.#endMs, calledMs);
  }

  #keep(incident: IncidentView): void {
    if (this.#kept.size < MAX_KEPT) this.#kept.set(incident.id, incident);
  }

  #resolve(incident: IncidentView): void {
    this.#openIds.delete(incident.id);
    this.#alertingIds.delete(incident.id);
    const atMs = Date.parse(incident.resolved_at ?? incident.last_event_at);
    if (this.#alertedSinceMs !== null) this.#endMs = Math.max(this.#endMs, atMs);
    if (this.#alertingIds.size > 0 || this.#alertedSinceMs === null) return;
    this.#alertedMs += Math.max(0, this.#endMs - this.#alertedSinceMs);
    this.#alertedSinceMs = null;
  }
}
