// The result for a terminal. Text from the log has no control characters here: safe-text.ts took them out.

import { styleText } from "node:util";
import type { IncidentView } from "../core/incidents/transition.ts";
import { count } from "../receivers/numbers.ts";
import { oneLine } from "../receivers/safe-text.ts";
import type { FoundIncident } from "./found.ts";
import type { Outcome, Setting } from "./outcome.ts";
import { duration, extent, firstDetection, foundWords, groupName, recurringWords } from "./words.ts";

/** Request ids shown: the first ones lead to the beginning of the trouble. */
const SHOWN_IDS = 5;
const MAX_ID = 80;
const MAX_HINT = 400;

export type Paint = (style: "red" | "yellow" | "dim" | "bold", text: string) => string;

/** @param colours false: the text as it is. */
export function painter(colours: boolean): Paint {
  return (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
}

/** The whole answer: the incidents, or with several settings the table that sets them side by side, and what was read. */
export function textOf(outcome: Outcome, paint: Paint): string {
  const { settings, incidents, toMs, read } = outcome;
  const [first] = settings;
  const found =
    settings.length > 1 || first === undefined
      ? [comparisonText(settings), ""]
      : [
          ...incidents.map((incident) => incidentText(incident, toMs, paint)),
          paint("bold", foundWords(first.sums)),
          ...(first.sums.recurring > 0 ? [recurringWords(first.sums)] : []),
        ];
  return `${[...found, paint("dim", read)].join("\n")}\n`;
}

function incidentText(incident: FoundIncident, endMs: number, paint: Paint): string {
  const { view } = incident;
  const tone = view.severity === "critical" ? "red" : "yellow";
  const shape = view.shape === "unknown" ? "" : `; ${view.shape.replaceAll("_", " ")}`;
  const lines = [
    `${paint("bold", view.short_id)}  ${paint(tone, view.severity)}  ${groupName(Object.entries(view.group))}  ${paint("dim", view.rule)}`,
    duration(incident, endMs),
    view.explanation,
    `${extent(view)}${shape}`,
    oneLine(view.hint, MAX_HINT),
    ...(view.silence === null
      ? []
      : [`Silenced by ${oneLine(view.silence, MAX_ID)}: nobody would have been told`]),
    ...(view.request_ids.length === 0 ? [] : [`Request ids: ${idsText(view)}`]),
  ];
  return `${lines.join("\n      ")}\n`;
}

function idsText(view: IncidentView): string {
  const shown = view.request_ids.slice(0, SHOWN_IDS).map((id) => oneLine(id, MAX_ID));
  const more = view.request_ids_total - shown.length;
  return [...shown, ...(more > 0 ? [`and ${count(more)} more`] : [])].join(", ");
}

function comparisonText(rows: readonly Setting[]): string {
  const table = [
    ["setting", "incidents", "alerted min", "first detection (UTC)", "after the onset"],
    ...rows.map(({ name, sums }) => {
      const first = firstDetection(sums);
      return [
        name,
        count(sums.incidents),
        count(sums.alertedMinutes),
        first?.at ?? "none",
        first?.after ?? "–",
      ];
    }),
  ];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const numeric = [false, true, true, false, true];
  return table
    .map((row) =>
      row
        .map((cell, i) => (numeric[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
