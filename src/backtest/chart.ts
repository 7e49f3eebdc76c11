// One group's chart as SVG without a script: bars for what came, a band for what was usual, marks for the incidents. The
// plot stretches with the page; text keeps its size, since it stands outside of what is stretched.

import type { IncidentView } from "../core/incidents/transition.ts";
import { html, type Markup } from "../http/html.ts";
import { count } from "../receivers/numbers.ts";
import { type Columns, gridOf } from "./columns.ts";
import { type TimeMark, timeMarks } from "./time-axis.ts";

/** Height of the plot, and where it begins below the numbers of the incidents; CSS pixels. */
const PLOT = 150;
const HEAD = 22;
const FOOT = 22;
/** A mark is at least this share of the width, so that it can be seen and pressed. */
const LEAST_MARK = 0.006;
/** A mark of time so near to the left edge begins there instead of being centred on it. */
const AT_EDGE = 0.03;
/** Numbers of incidents stand at least this far apart: two digits on a phone. */
const LEAST_GAP = 0.05;
/** A bar is at least this share of the height: one event in a chart of thousands is still something. */
const LEAST_BAR = 0.012;

/** An incident in a chart. */
export interface Mark {
  /** As the list numbers it, from 1. */
  readonly number: number;
  readonly view: IncidentView;
  readonly fromMs: number;
  readonly toMs: number;
}

/** @param threshold count of a plain threshold, null for none. @param title says what is drawn, for who cannot see it. */
export function chart(
  columns: Columns,
  marks: readonly Mark[],
  threshold: number | null,
  title: string,
): Markup {
  const width = columns.counts.length;
  const toMs = columns.fromMs + width * columns.columnMs;
  const y = (value: number): number => {
    const part = Math.min(value, columns.top) / columns.top;
    return round(PLOT * (1 - (columns.rooted ? Math.sqrt(part) : part)));
  };
  const share = (timeMs: number): number =>
    Math.min(1, Math.max(0, (timeMs - columns.fromMs) / (toMs - columns.fromMs)));
  const grid = gridOf(columns.top, columns.rooted);
  const spots = marks.map((mark) => spotOf(mark, share(mark.fromMs), share(mark.toMs)));
  const numbered = apart(spots);
  return html`<svg
    class="chart"
    width="100%"
    height="${HEAD + PLOT + FOOT}"
    role="group"
    aria-label="${title}"
  >
    <svg y="${HEAD}" width="100%" height="${PLOT}" viewBox="0 0 ${width} ${PLOT}" preserveAspectRatio="none">
      ${grid.map((value) => html`<path class="grid" d="M0 ${y(value)}H${width}" />`)}
      <path
        class="band"
        d="${steps(
          columns.usual.map((one) => one?.high ?? 0),
          y,
        )}"
      />
      <path class="bars" d="${bars(columns.counts, y)}" />
      <path
        class="usual"
        d="${line(
          columns.usual.map((one) => one?.usual ?? null),
          y,
        )}"
      />
      ${threshold === null ? html`` : html`<path class="threshold" d="M0 ${y(threshold)}H${width}" />`}
      <path class="axis" d="M0 ${PLOT}H${width}" />
    </svg>
    ${grid.map((value) => html`<text class="value" x="2" y="${HEAD + y(value) - 3}">${count(value)}</text>`)}
    ${timeMarks(columns.fromMs, toMs).map(timeText)}
    ${spots.map((spot) => incidentMark(spot, numbered.has(spot)))}
  </svg>`;
}

function timeText({ at, text }: TimeMark, i: number): Markup {
  const kinds = ["time", ...(i % 2 === 0 ? [] : ["minor"]), ...(at < AT_EDGE ? ["first"] : [])];
  return html`<text class="${kinds.join(" ")}" x="${percent(at)}" y="${HEAD + PLOT + 16}">${text}</text>`;
}

/** Where an incident stands in a chart; shares of its width. */
interface Spot extends Pick<Mark, "number" | "view"> {
  readonly from: number;
  readonly width: number;
  readonly middle: number;
}

function spotOf({ number, view }: Mark, from: number, to: number): Spot {
  const width = Math.max(LEAST_MARK, to - from);
  const left = Math.min(from, 1 - width);
  return { number, view, from: left, width, middle: left + width / 2 };
}

/** The spots whose number does not stand on one before. */
function apart(spots: readonly Spot[]): ReadonlySet<Spot> {
  const kept = new Set<Spot>();
  let last = -LEAST_GAP;
  for (const spot of spots) {
    if (spot.middle - last < LEAST_GAP) continue;
    kept.add(spot);
    last = spot.middle;
  }
  return kept;
}

/** @param numbered false where the number would stand on the one before. */
function incidentMark({ number, view, from, width, middle }: Spot, numbered: boolean): Markup {
  return html`<a href="#${view.id}" class="${view.severity === "critical" ? "mark critical" : "mark"}">
    <title>Incident ${number}: ${view.explanation}</title>
    <rect x="${percent(from)}" y="${HEAD}" width="${percent(width)}" height="${PLOT}" />
    ${numbered ? html`<text x="${percent(middle)}" y="${HEAD - 7}">${number}</text>` : html``}
  </a>`;
}

/** Bars beside each other, those of nothing left out. */
function bars(counts: readonly number[], y: (value: number) => number): string {
  return counts
    .map((n, i) =>
      n === 0 ? "" : `M${i} ${PLOT}V${Math.min(y(n), round(PLOT * (1 - LEAST_BAR)))}H${i + 1}V${PLOT}`,
    )
    .join("");
}

/** The area under values that hold for a column each. */
function steps(values: readonly number[], y: (value: number) => number): string {
  return `M0 ${PLOT}${values.map((value, i) => `V${y(value)}H${i + 1}`).join("")}V${PLOT}Z`;
}

/** A line through values that hold for a column each, broken where there is none. */
function line(values: readonly (number | null)[], y: (value: number) => number): string {
  return values
    .map((value, i) => {
      if (value === null) return "";
      const before = values[i - 1] ?? null;
      return `${before === null ? `M${i} ${y(value)}` : `V${y(value)}`}H${i + 1}`;
    })
    .join("");
}

function percent(share: number): string {
  return `${round(share * 100)}%`;
}

/** Two decimals are a hundredth of a pixel. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
