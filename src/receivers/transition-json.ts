// The transition as JSON, as promised to programs, and harmless on the terminal of whoever looks at it.

import type { Transition } from "../core/incidents/transition.ts";

/** What JSON leaves as it is although terminals obey it or nobody sees it: C1 controls, delete, format characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** One line without its newline; characters that a terminal would act on stand there as \u escapes. */
export function transitionJson(transition: Transition): string {
  return JSON.stringify(transition).replace(UNSEEN, (found) =>
    Array.from(
      { length: found.length },
      (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
