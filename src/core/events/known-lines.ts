// The forms of lines that were events, and the short way of reading further lines of the same form. A log that is full
// of events is full of lines that differ in their values only.

import type { Chunk, ChunkOrigin } from "../lines/chunk.ts";
import { criTextAt } from "../lines/cri-head.ts";
import { formOf } from "../lines/form.ts";
import type { LineWalk } from "../lines/walk.ts";
import { createWalk, FORMS } from "../lines/walk-simd.ts";
import type { Span, Wrapper } from "../lines/line.ts";
import type { LineForms } from "../lines/line-reader.ts";
import type { EventSetup, Verdict } from "./event-reader.ts";
import { OWN_LOG_NAME } from "./event-reader.ts";
import { planForm } from "./form-plan.ts";
import { FormReader } from "./form-reader.ts";

/**
 * Learning a form costs about as much as reading twenty lines. Forms that never come again (names that are ids) must not
 * cost more than they save: each line of a known form pays a credit in, each that is learned takes eight out.
 */
const MOST_CREDIT = 64;
const LEARNING_COST = 8;

export class KnownLines implements LineForms {
  readonly #setup: EventSetup;
  readonly #walk: LineWalk;
  /** Most often seen first, roughly: a form changes places with the one before it when it is met. */
  readonly #forms: FormReader[] = [];
  #credit = MOST_CREDIT;
  #bytes: Buffer = Buffer.alloc(0);
  #origin: ChunkOrigin = { source: "", format: "auto", labels: {} };
  #nowMs = 0;
  #take: (verdict: Verdict) => void = () => {};

  /** @param walk has not been taught anything. */
  constructor(setup: EventSetup, walk: LineWalk = createWalk()) {
    this.#setup = setup;
    this.#walk = walk;
  }

  /**
   * Lines of this chunk follow.
   * @param take is given one verdict a rule for each line that was read, if it is an event of any rule.
   */
  open({ bytes, origin }: Chunk, nowMs: number, take: (verdict: Verdict) => void): void {
    this.#walk.open(bytes);
    this.#bytes = bytes;
    this.#origin = origin;
    this.#nowMs = nowMs;
    this.#take = take;
  }

  read(start: number): number {
    const forms = this.#forms;
    if (forms.length === 0) return -1;
    const inner = this.#origin.format === "json" ? -1 : criTextAt(this.#bytes, start);
    for (let i = 0; i < forms.length; i += 1) {
      const form = forms[i] as FormReader;
      const end = this.#walk.along(form.number, inner === -1 ? start : inner);
      if (end < 0) continue;
      if (i > 0) [forms[i - 1], forms[i]] = [form, forms[i - 1] as FormReader];
      return this.#judge(form, inner !== -1) ? end : -1;
    }
    return -1;
  }

  /**
   * A line that is an event of some rule was read as a tree: lines of its form can be read here from now on.
   * @param wrapper what its record was in; only behind that of CRI is a form sought.
   */
  learn(bytes: Buffer, { start, end }: Span, wrapper: Wrapper | null): void {
    if (wrapper !== null && wrapper !== "cri") return;
    const from = wrapper === null ? start : criTextAt(bytes, start);
    // What was joined from parts stands nowhere as a whole.
    if (from < 0 || from >= end) return;
    const known = this.#forms.some(({ number }) => this.#walk.along(number, from) >= 0);
    if (known || this.#credit < LEARNING_COST) return;
    this.#credit -= LEARNING_COST;
    const form = formOf(bytes, from, end);
    const plan = form === null ? null : planForm(form, this.#setup.codeFields);
    if (plan === null) return;
    // A program has some few kinds of lines that are events, and each line tries all that are known.
    const forgotten = this.#forms.length === FORMS ? this.#forms.pop() : undefined;
    const number = forgotten?.number ?? this.#forms.length;
    this.#walk.teach(number, plan.form);
    this.#forms.push(new FormReader(plan, this.#walk, number));
  }

  /** False when the line is no event, or only its tree can tell what it is. */
  #judge(form: FormReader, wrapped: boolean): boolean {
    if (form.isNamed(OWN_LOG_NAME)) return false;
    const { rules, mask } = this.#setup;
    const results = rules.map((rule) => form.match(rule));
    if (results.includes(null) || !results.some((result) => result?.kind === "match")) return false;
    const verdicts: Verdict[] = [];
    for (const [i, result] of results.entries()) {
      const rule = rules[i]?.rule.name ?? "";
      if (result?.kind === "match") {
        const event = form.read(rule, result.node, this.#origin, this.#nowMs, mask);
        // The wrapper tells the time where the record does not.
        if (wrapped && event.timeFrom !== "record") return false;
        verdicts.push({ kind: "event", rule, event });
      } else if (result !== null) verdicts.push({ kind: "none", rule, reason: result.reason });
    }
    this.#credit = Math.min(MOST_CREDIT, this.#credit + 1);
    for (const verdict of verdicts) this.#take(verdict);
    return true;
  }
}
