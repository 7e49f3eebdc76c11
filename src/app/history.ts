// The incidents of late, as they were last said: what the API and the status page list. They live in the state database
// as documents, so that a restart forgets none.

import type { IncidentView, Transition, TransitionEvent } from "../core/incidents/transition.ts";
import { DOCUMENT, type DocumentRow } from "../state/change.ts";

/** Incidents kept, newest first; some 2 KB each. Years of an ordinary service, an hour of a hostile one. */
const KEPT = 500;

/** The report of a silence: its incident was told of already, or there was none. And notices, which are no incidents. */
const TOLD_ONCE: ReadonlySet<TransitionEvent> = new Set([
  "silence_ending",
  "silence_ended",
  "new_key_notice",
  "recurring",
]);

export class History {
  /** By id; ids sort by time. */
  readonly #incidents = new Map<string, IncidentView>();
  /** Those that are over: the ones that may be forgotten. */
  readonly #over = new Set<string>();

  constructor(saved: Iterable<{ readonly id: string; readonly data: string }>) {
    for (const { data } of saved) this.#keep(JSON.parse(data) as IncidentView);
  }

  /** Takes what was said of an incident. @returns the documents to commit with it. */
  add({ event, incident }: Transition): DocumentRow[] {
    if (TOLD_ONCE.has(event)) return [];
    this.#keep(incident);
    const rows: DocumentRow[] = [
      { kind: DOCUMENT.incident, id: incident.id, data: JSON.stringify(incident) },
    ];
    const surplus = this.#incidents.size - KEPT;
    if (surplus <= 0 || this.#over.size === 0) return rows;
    for (const id of [...this.#over].toSorted().slice(0, surplus)) {
      this.#incidents.delete(id);
      this.#over.delete(id);
      rows.push({ kind: DOCUMENT.incident, id, data: null });
    }
    return rows;
  }

  /** Newest first, the open ones with the numbers of now. */
  list(open: readonly IncidentView[]): IncidentView[] {
    const newest = new Map([...this.#incidents, ...open.map((incident) => [incident.id, incident] as const)]);
    return [...newest.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }

  #keep(incident: IncidentView): void {
    this.#incidents.set(incident.id, incident);
    if (incident.state === "resolved") this.#over.add(incident.id);
    else this.#over.delete(incident.id);
  }
}
