// What is said of the silences themselves: the reminder before one ends, and the report when it is over.

import type { CoreFacts } from "./facts.ts";
import type { Groups } from "./groups.ts";
import { incidentId } from "./incidents/ids.ts";
import { silenceEnded, silenceEnding } from "./incidents/silence-report.ts";
import type { SilenceRun } from "./incidents/silence-run.ts";
import type { Silences } from "./incidents/silences.ts";
import type { Transition } from "./incidents/transition.ts";

export interface SilenceWordsSetup {
  readonly silences: Silences;
  readonly groups: Groups;
  readonly rules: readonly { readonly name: string }[];
  /** Keyed hash of a text, hex, at least 20 digits. */
  readonly digest: (text: string) => string;
  readonly facts: CoreFacts;
}

export class SilenceWords {
  readonly #setup: SilenceWordsSetup;

  constructor(setup: SilenceWordsSetup) {
    this.#setup = setup;
  }

  /** What is due; each word once. */
  take(nowMs: number): Transition[] {
    const { silences, facts } = this.#setup;
    const words = [
      ...silences.ending(nowMs).flatMap((run) => this.#reminderOf(run, nowMs)),
      ...silences.takeEnded(nowMs).flatMap((run) => this.#reportOf(run)),
    ];
    for (const word of words) facts.transition(word);
    return words;
  }

  /** The reminder of a silence that is about to end; none while it holds nothing back. */
  #reminderOf(run: SilenceRun, nowMs: number): Transition[] {
    const { silences, groups, digest } = this.#setup;
    const [first, ...others] = groups.openIncidents().filter(({ silence }) => silence === run.name);
    if (first === undefined) return [];
    silences.remind(run);
    const id = incidentId(nowMs, digest(JSON.stringify(["silence_ending", run.id, run.startMs])));
    return [silenceEnding(run, [first, ...others], id, nowMs)];
  }

  /** The report of a silence that is over; none when it was about no rule of ours. */
  #reportOf(run: SilenceRun): Transition[] {
    const { groups, rules, digest } = this.#setup;
    const rule = run.last?.rule ?? rules[0]?.name;
    if (rule === undefined) return [];
    const group = run.last && groups.find(rule, run.last.group);
    const id = incidentId(run.endMs, digest(JSON.stringify([run.id, run.startMs])));
    return [silenceEnded(run, group?.incidentSince(run.startMs) ?? null, rule, id)];
  }
}
