// What needs a person's look though no incident is open: a source that is not read, a receiver that is not reached, a state
// that is not saved. The status page and `revokewatch status` say it in the same words.

import { bytes } from "./page/words.ts";
import type { Status, StatusReceiver, StatusSource } from "./views.ts";

/** Of a source; null: nothing. */
export function sourceTrouble({ kind, files, lost_bytes_total, gaps_total }: StatusSource): string | null {
  const failed = files.filter(({ state }) => state === "failed").length;
  const missing = files.filter(({ state }) => state === "pending").length;
  if (failed > 0) return `${failed} cannot be read`;
  if (missing > 0) return `${missing} not there`;
  if (kind === "file" && files.length === 0) return "no file is there";
  if (lost_bytes_total > 0) return `${bytes(lost_bytes_total)} lost`;
  return gaps_total > 0 ? `${gaps_total} gaps` : null;
}

/** Of a receiver; null: nothing. */
export function receiverTrouble(receiver: StatusReceiver): string | null {
  if (receiver.circuit_open) return "failing";
  if (receiver.last_check_ok === false) return "would refuse";
  return receiver.dead_letters > 0 ? `${receiver.dead_letters} given up` : null;
}

/** All of it, one short sentence each, what is worst first. */
export function attention(status: Status): readonly string[] {
  const told = (what: string, trouble: string | null): string[] =>
    trouble === null ? [] : [`${what}: ${trouble}`];
  return [
    ...(status.state_saved ? [] : ["the state cannot be saved: see the log"]),
    ...status.receivers.flatMap((one) => told(`receiver ${one.name}`, receiverTrouble(one))),
    ...status.sources.flatMap((one) => told(`source ${one.name}`, sourceTrouble(one))),
  ];
}
