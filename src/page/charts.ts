// The charts of the page: each is drawn where the server has left a place for it.

import { Chart } from "./chart.ts";
import { fetchHistories } from "./history.ts";

/** How often the counts are asked for, milliseconds; a step of a chart lasts five minutes. */
const RENEW_MS = 10_000;

export class Charts {
  /** By the place that it stands in, which the page may have renewed. */
  readonly #charts = new Map<HTMLElement, Chart>();
  #dueMs = 0;
  #asking = false;

  constructor() {
    // A chart is a picture: in another colour scheme it is drawn anew.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      for (const chart of this.#charts.values()) chart.close();
      this.#charts.clear();
      this.#dueMs = 0;
      this.renew();
    });
  }

  /** Draws what is due; to be called whenever the page may have changed. */
  renew(): void {
    const places = [...document.querySelectorAll<HTMLElement>("[data-chart]")];
    const fresh = places.some((place) => !this.#charts.has(place));
    if (places.length === 0 || this.#asking || (!fresh && performance.now() < this.#dueMs)) return;
    this.#asking = true;
    void this.#draw(places).finally(() => {
      this.#asking = false;
      this.#dueMs = performance.now() + RENEW_MS;
    });
  }

  async #draw(places: readonly HTMLElement[]): Promise<void> {
    const { root = "./" } = document.body.dataset;
    const incident = places[0]?.dataset["incident"] ?? null;
    // No answer: the page says that the connection is lost, and the charts stay as they are.
    const histories = await fetchHistories(root, incident).catch(() => null);
    if (histories === null) return;
    for (const [place, chart] of this.#charts) {
      if (place.isConnected) continue;
      chart.close();
      this.#charts.delete(place);
    }
    const byId = new Map(histories.map((history) => [history.id, history]));
    for (const place of places) {
      const history = byId.get(place.dataset["chart"] ?? "");
      if (history === undefined || history.counts.length === 0) continue;
      const chart = this.#charts.get(place);
      if (chart === undefined) this.#charts.set(place, new Chart(place, history));
      else chart.show(history);
    }
  }
}
