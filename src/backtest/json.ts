// What `-o json` prints beside transitions: one object a setting, when several are compared.

import type { Sums } from "./found.ts";

/** One line without its newline. */
export function settingJson(setting: string, sums: Sums): string {
  const { first } = sums;
  const firedAt = first?.fired_at ?? null;
  return JSON.stringify({
    setting,
    incidents: sums.incidents,
    still_firing: sums.open,
    alerted_minutes: sums.alertedMinutes,
    first_detection:
      first === null || firedAt === null
        ? null
        : {
            at: firedAt,
            onset_at: first.started_at,
            after_seconds: Math.round((Date.parse(firedAt) - Date.parse(first.started_at)) / 1000),
            incident: first.id,
          },
  });
}
