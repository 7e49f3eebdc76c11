// Whether the old keys are dead: the sentence that closes the message of a resolved incident.

import type { LastUse, RotationView, Transition } from "../core/incidents/transition.ts";
import { count, plural, span } from "./numbers.ts";
import { oneLine } from "./safe-text.ts";
import { code, join, type Line, strong, text, time } from "./spans.ts";

const MAX_NAME = 48;

/** Which keys were still used when the count was usual again, and the newest use; empty for an incident that goes on. */
export function stillUsed({ event, incident: { rotation } }: Transition): Line {
  const newest = rotation?.keys[0];
  if (event !== "resolved" || rotation === null || newest === undefined) return [];
  const within = text(` in the last ${span(rotation.within_seconds * 1000)} of it`);
  if (rotation.still_seen === 0) {
    return [text("No key was used"), within, text("; the last was "), key(newest), ...use(newest), text(".")];
  }
  return [
    strong(`${plural(rotation.still_seen, "key", "keys")} still used`),
    within,
    text(": "),
    ...named(rotation),
    text("; last"),
    ...use(newest),
    text("."),
  ];
}

function named({ keys, still_seen: still }: RotationView): Line {
  const shown = keys.slice(0, still);
  const line = join(
    shown.map((one) => [key(one)]),
    ", ",
  );
  return still > shown.length ? [...line, text(` and ${count(still - shown.length)} more`)] : line;
}

/** `12:53:40 by billing on api-3` */
function use({ last_seen_at: at, last_service: service, last_host: host }: LastUse): Line {
  return [
    text(" "),
    time(at),
    ...(service === null ? [] : [text(" by "), code(oneLine(service, MAX_NAME))]),
    ...(host === null ? [] : [text(" on "), code(oneLine(host, MAX_NAME))]),
  ];
}

const key = ({ value }: LastUse) => code(oneLine(value, MAX_NAME));
