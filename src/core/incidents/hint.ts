// What the shape of a spike means for the person who reads it: the first thing to do, and what is no use. The advice is
// the API documentation's: a revoked key never comes back, retrying is useless, the way out is a new key.

import type { Shape } from "./transition.ts";

/** What the hint may name; the values come from log text and are escaped by whoever renders them. */
export interface HintSubject {
  readonly topKey: string | null;
  /** Share of its events among all that told a key. */
  readonly topKeyShare: number;
  readonly topService: string | null;
  readonly distinctKeys: number;
}

const ROTATE = "Create a new key, deploy it, verify it with GET /v1/keys/me; a revoked key never comes back.";

/** One key is to be named when most of it is of that one. */
const ONE_KEY_SHARE = 0.8;

/** One or two sentences for on-call. */
export function hintFor(shape: Shape, subject: HintSubject): string {
  const key = subject.topKey === null ? "One key" : `One key (${subject.topKey})`;
  const where = subject.topService === null ? "One integration" : subject.topService;
  switch (shape) {
    case "one_key_cron":
      return `${key} is used at a steady pace, as a scheduled job or poller does. ${where} still has the dead key. ${ROTATE}`;
    case "one_key_retried":
      return `${key} is being retried: ${where} still uses a dead key, and retrying is useless. Stop the retries. ${ROTATE}`;
    case "one_key_shared":
      return `${key} is used from several hosts: a shared key was revoked, perhaps because it leaked. Find out why before you rotate it everywhere. ${ROTATE}`;
    case "many_keys":
      return `${subject.distinctKeys} keys died at once: a lapsed subscription, a mass revocation or a leak. Look for the cause before rotating anything.`;
    case "keys_tried":
      return `${subject.distinctKeys} keys that were not in use before, from few hosts: somebody may be trying out old keys. Tell security before rotating anything.`;
    case "one_service":
      return `All of it comes from ${where}: look at its latest deploy and at where it keeps its keys.`;
    case "new_level":
      return subject.topKey !== null && subject.topKeyShare >= ONE_KEY_SHARE
        ? `The errors have stayed at this level for hours: a forgotten job keeps using a dead key (${subject.topKey}). ${ROTATE}`
        : `The errors have stayed at this level for hours${manyKeys(subject)}: it is taken as usual from now on. Find out who still uses dead keys before it becomes a habit.`;
    case "unknown":
      return `Calls with revoked keys rose without one key standing out. Retrying is useless. ${ROTATE}`;
  }
}

function manyKeys({ distinctKeys }: HintSubject): string {
  return distinctKeys > 1 ? `, with ${distinctKeys} keys` : "";
}
