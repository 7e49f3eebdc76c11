// The transition as JSON, as promised to programs, and harmless on the terminal of whoever looks at it.

import type { Transition } from "../core/incidents/transition.ts";
import { shownJson } from "../host/shown-text.ts";

/** One line without its newline. */
export const transitionJson = (transition: Transition): string => shownJson(transition);
