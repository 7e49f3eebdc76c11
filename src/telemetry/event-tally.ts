// Events that were counted since the last scrape. In a spike there are a hundred thousand a second, and the registry
// hashes its labels for each; here an event costs one look into a map, and a scrape hands all of them over.

import type { Metrics } from "./metrics.ts";

interface Counted {
  events: number;
  /** Of the newest event that had one: the exemplar. */
  requestId: string | null;
}

/** One map for each rule; services are bounded by their label. */
export class EventTally {
  readonly #metrics: Metrics;
  readonly #waiting = new Map<string, Map<string, Counted>>();
  readonly #newestMs = new Map<string, number>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** @param service as it stands in the label. */
  add(rule: string, service: string, timeMs: number, requestId: string | null): void {
    let services = this.#waiting.get(rule);
    if (services === undefined) this.#waiting.set(rule, (services = new Map<string, Counted>()));
    const counted = services.get(service);
    if (counted === undefined) services.set(service, { events: 1, requestId });
    else {
      counted.events += 1;
      counted.requestId = requestId ?? counted.requestId;
    }
    if (timeMs > (this.#newestMs.get(rule) ?? -Infinity)) this.#newestMs.set(rule, timeMs);
  }

  /** Gives everything to the registry. */
  handOver(): void {
    for (const [rule, services] of this.#waiting) {
      for (const [service, { events, requestId }] of services) {
        // The exemplar is one event, so it is counted by itself.
        this.#metrics.count("events_total", { rule, service }, events - 1);
        this.#metrics.count("events_total", { rule, service }, 1, requestId);
      }
    }
    this.#waiting.clear();
    for (const [rule, timeMs] of this.#newestMs) {
      this.#metrics.set("last_event_timestamp_seconds", { rule }, timeMs / 1000);
    }
  }
}
