// What `-o json` prints: transitions as every program gets them, and one object a setting when several are compared.

import type { Transition } from "../core/incidents/transition.ts";
import { transitionJson } from "../receivers/transition-json.ts";
import type { Setting } from "./outcome.ts";

/** One line. @param setting told as one more field where several settings are compared, else null. */
export function transitionText(transition: Transition, setting: string | null): string {
  const told = setting === null ? transition : { ...transition, setting };
  return `${transitionJson(told)}\n`;
}

/** One line for each setting, when there are several. */
export function settingsText(settings: readonly Setting[]): string {
  return settings.length > 1 ? settings.map((setting) => `${settingJson(setting)}\n`).join("") : "";
}

function settingJson({ name, sums }: Setting): string {
  const { first } = sums;
  const firedAt = first?.fired_at ?? null;
  return JSON.stringify({
    setting: name,
    incidents: sums.incidents,
    silenced: sums.silenced,
    still_firing: sums.open,
    alerted_minutes: sums.alertedMinutes,
    recurring: sums.recurring,
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
