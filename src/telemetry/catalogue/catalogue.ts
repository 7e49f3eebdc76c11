// Every metric that revokewatch has of its own, in the order in which /metrics shows them. Adding one is a line in one
// of the four lists and a line in the recorder or in the views.

import { DAEMON } from "./daemon.ts";
import { DELIVERY } from "./delivery.ts";
import { JUDGING } from "./judging.ts";
import { READING } from "./reading.ts";

/** Stands before every name in the catalogue. */
export const PREFIX = "revokewatch_";

export const CATALOGUE = { ...DAEMON, ...READING, ...JUDGING, ...DELIVERY };

type Catalogue = typeof CATALOGUE;

/** The names, without prefix, of one type of metric. */
type NamesOf<Type extends "counter" | "gauge" | "histogram"> = {
  [Name in keyof Catalogue]: Catalogue[Name]["type"] extends Type ? Name : never;
}[keyof Catalogue];

export type CounterName = NamesOf<"counter">;
export type GaugeName = NamesOf<"gauge">;
export type HistogramName = NamesOf<"histogram">;
export type MetricName = keyof Catalogue;

/** The labels that a metric wants: all of them, and no other. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<Catalogue[Name]["labels"][number], string>>;
