// One chart: what came, the band of what is usual, and the incidents.

import uPlot from "uplot";
import type { History } from "./history.ts";

const HEIGHT = 140;

/** The colours of the style sheet, which knows the scheme. */
function colours(): Readonly<Record<"count" | "usual" | "band" | "incident" | "line" | "text", string>> {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--chart-${name}`).trim();
  return {
    count: of("count"),
    usual: of("usual"),
    band: of("band"),
    incident: of("incident"),
    line: of("line"),
    text: of("text"),
  };
}

export class Chart {
  readonly #place: HTMLElement;
  readonly #readout = document.createElement("p");
  readonly #plot: uPlot;
  readonly #resized: ResizeObserver;
  #history: History;

  constructor(place: HTMLElement, history: History) {
    this.#place = place;
    this.#history = history;
    this.#plot = new uPlot(this.#options(), dataOf(history), place);
    this.#readout.className = "readout dim";
    place.append(this.#readout);
    place.setAttribute("role", "img");
    this.#resized = new ResizeObserver(() => {
      this.#plot.setSize({ width: place.clientWidth, height: HEIGHT });
    });
    this.#resized.observe(place);
    this.show(history);
  }

  show(history: History): void {
    this.#history = history;
    this.#plot.setData(dataOf(history));
    this.#place.setAttribute("aria-label", summary(history));
    this.#tell(null);
  }

  close(): void {
    this.#resized.disconnect();
    this.#plot.destroy();
    this.#readout.remove();
  }

  #options(): uPlot.Options {
    const { count, usual, band, incident, line, text } = colours();
    const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const bars = uPlot.paths.bars?.({ align: 1, size: [1, 12, 1], gap: 0 });
    return {
      width: Math.max(1, this.#place.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [
        { ...axis, space: 60, values: "{HH}:{mm}" },
        {
          ...axis,
          size: 44,
          space: 28,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5],
        },
      ],
      series: [
        {},
        { stroke: band, fill: band, width: 0, points: { show: false }, ...(stepped && { paths: stepped }) },
        {
          stroke: usual,
          width: 1,
          dash: [4, 3],
          points: { show: false },
          ...(stepped && { paths: stepped }),
        },
        { stroke: count, fill: count, width: 0, points: { show: false }, ...(bars && { paths: bars }) },
      ],
      hooks: {
        drawClear: [(plot) => this.#drawIncidents(plot, incident)],
        setCursor: [(plot) => this.#tell(plot.cursor.idx ?? null)],
      },
    };
  }

  #drawIncidents({ ctx, bbox, valToPos }: uPlot, colour: string): void {
    ctx.save();
    ctx.fillStyle = colour;
    for (const { started_at, resolved_at } of this.#history.incidents) {
      const end = resolved_at === null ? bbox.left + bbox.width : valToPos(seconds(resolved_at), "x", true);
      const from = Math.max(bbox.left, valToPos(seconds(started_at), "x", true));
      const to = Math.min(bbox.left + bbox.width, end);
      // An incident of a minute is narrower than a pixel, and yet the reason why somebody looks.
      if (to >= from) ctx.fillRect(from - 1, bbox.top, Math.max(3, to - from), bbox.height);
    }
    ctx.restore();
  }

  /** The numbers under the pointer, or what the chart is of. */
  #tell(at: number | null): void {
    const { counts, expected, expected_high, step_seconds, from } = this.#history;
    const count = at === null ? undefined : counts[at];
    if (at === null || count === undefined) {
      this.#readout.textContent = `Events in ${step_seconds / 60} minutes, of the last ${hours(this.#history)}`;
      return;
    }
    const start = new Date((seconds(from) + at * step_seconds) * 1000).toISOString().slice(11, 16);
    const [usual, most] = [expected?.[at], expected_high?.[at]];
    const band = usual === undefined || most === undefined ? "" : `; usual ${short(usual)}, at most ${most}`;
    this.#readout.textContent = `${start} UTC: ${count} in ${step_seconds / 60} minutes${band}`;
  }
}

function dataOf({ from, step_seconds, counts, expected, expected_high }: History): uPlot.AlignedData {
  const first = seconds(from);
  const nothing = counts.map(() => null);
  // One step more, with the band and no bar, so that the step that is still going on has its width.
  const to = (values: readonly (number | null)[]): (number | null)[] => [...values, values.at(-1) ?? null];
  return [
    [...counts, 0].map((_, at) => first + at * step_seconds),
    to(expected_high ?? nothing),
    to(expected ?? nothing),
    [...counts, null],
  ];
}

/** What the picture shows, for whoever does not see it. */
function summary(history: History): string {
  const { counts, from, step_seconds, expected_high, incidents } = history;
  const most = counts.reduce((best, count, at) => (count > (counts[best] ?? 0) ? at : best), 0);
  const when = new Date((seconds(from) + most * step_seconds) * 1000).toISOString().slice(11, 16);
  const high = expected_high?.at(-1);
  const usual = high === undefined ? "" : ` Usual now is at most ${high}.`;
  return `Events of the last ${hours(history)}: at most ${counts[most] ?? 0} in ${step_seconds / 60} minutes, at ${when} UTC.${usual} Incidents: ${incidents.length}.`;
}

function hours({ counts, step_seconds }: History): string {
  const all = Math.round((counts.length * step_seconds) / 3600);
  return all <= 1 ? "hour" : `${all} hours`;
}

function short(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Number(value.toFixed(1)));
}

function seconds(at: string): number {
  return Date.parse(at) / 1000;
}
