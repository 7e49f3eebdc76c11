// One message that stands for many: which of them leads, and what it says of the others. Pure.

import type { Transition } from "../core/incidents/transition.ts";
import type { Budget } from "./flood.ts";
import type { Waiting } from "./queue.ts";
import { isAlarm } from "./row.ts";

/** Lines of names: Slack shows 800 characters of such remarks, and the first line has to be among them. */
const MAX_LINES = 2;
const LINE_CHARACTERS = 280;
const NAME_CHARACTERS = 40;

const SEVERITY: Readonly<Record<string, number>> = { info: 0, warning: 1, critical: 2 };

/** A digest of what waits. */
export interface Digest {
  readonly lead: Waiting;
  readonly others: readonly Waiting[];
  /** Names the delivery: other than the lead's own, since its content is another. */
  readonly deliveryId: string;
  /** What the message says beside the lead. */
  readonly lines: readonly string[];
}

/**
 * The digest of everything that waits; null when nothing may lead.
 * @param leads those that may be offered now.
 * @param waiting everything that may be said, the leads among them.
 */
export function digestOf(
  leads: readonly Waiting[],
  waiting: readonly Waiting[],
  budget: Budget,
): Digest | null {
  const lead = leads.toSorted((a, b) => weigh(b) - weigh(a))[0];
  if (lead === undefined) return null;
  // What else there is of the lead's incident follows it, as ever.
  const { id } = lead.row.transition.incident;
  const others = waiting
    .filter(({ row }) => row.transition.incident.id !== id)
    .toSorted((a, b) => weigh(b) - weigh(a));
  const { deliveryId } = lead.row;
  if (others.length === 0) return { lead, others, deliveryId, lines: [] };
  const newestMs = Math.max(...others.map(({ row }) => row.queuedAtMs));
  return {
    lead,
    others,
    deliveryId: `${deliveryId}+${others.length}-${newestMs}`,
    lines: linesOf(others, budget),
  };
}

/** An alarm before news, the graver before the lighter; equal ones stay in their order. */
function weigh({ row }: Waiting): number {
  return (isAlarm(row) ? 10 : 0) + (SEVERITY[row.transition.incident.severity] ?? 0);
}

function linesOf(others: readonly Waiting[], budget: Budget): string[] {
  const count = others.length === 1 ? "1 other" : `${others.length} others`;
  const minutes = Math.max(1, Math.round(budget.perMs / 60_000));
  const lines = [
    `Too many messages (over ${budget.messages} in ${minutes}m): this one also stands for ${count}, told nowhere else here; all of them: revokewatch incident list`,
  ];
  let line = "";
  for (const [i, { row }] of others.entries()) {
    const item = nameOf(row.transition);
    if (line !== "" && line.length + item.length + 2 > LINE_CHARACTERS) {
      const last = lines.length === MAX_LINES;
      lines.push(last ? `${line}; and ${others.length - i} more` : line);
      if (last) return lines;
      line = "";
    }
    line = line === "" ? item : `${line}; ${item}`;
  }
  return [...lines, line];
}

/** `firing 7F3K checkout (41 in 5m; usual 3)`; the group is out of a log, and each medium's gate escapes it. */
function nameOf({ event, incident }: Transition): string {
  const group = Object.values(incident.group).join("/").slice(0, NAME_CHARACTERS) || "all";
  return `${event} ${incident.short_id} ${group} (${incident.explanation.slice(0, NAME_CHARACTERS)})`;
}
