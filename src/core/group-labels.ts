// Which group an event belongs to: the values of the properties that its rule groups by.

import type { RevokedEvent } from "./events/event.ts";

/** Labels that the configuration gives to a source. */
export type SourceLabels = Readonly<Record<string, string>>;

/** The labels of an event's group, in the order of `groupBy`. */
export function labelsOf(
  event: RevokedEvent,
  groupBy: readonly string[],
  sourceLabels: SourceLabels,
): (readonly [name: string, value: string])[] {
  return groupBy.map((name) => [name, labelOf(event, name, sourceLabels)] as const);
}

function labelOf(event: RevokedEvent, name: string, sourceLabels: SourceLabels): string {
  switch (name) {
    case "service":
      return event.service;
    case "host":
      return event.host ?? "unknown";
    case "source":
      return event.source;
    case "key":
      return event.key?.shown ?? "unknown";
    default:
      return sourceLabels[name] ?? "unknown";
  }
}
