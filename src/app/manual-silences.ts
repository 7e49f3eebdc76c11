// Silences made by hand, over the API or the command line. They live in the state database as documents, so that a restart
// forgets none, and a day longer than they last, so that one can look up what was silenced.

import { createHash, randomBytes } from "node:crypto";
import { readDocument } from "../config/document.ts";
import { judge } from "../config/load.ts";
import { parseMatcher } from "../core/incidents/matchers.ts";
import type { Expectation, SilenceSpec } from "../core/incidents/silence.ts";
import { unknownLabel } from "../settings/silence-labels.ts";
import { manualSilenceSchema } from "../settings/silences.ts";
import { DOCUMENT, type DocumentRow } from "../state/change.ts";

/** Silences by hand that are kept at once; each is asked for every event. */
const MAX_SILENCES = 256;
/** Kept this long after its end. */
const KEPT_MS = 86_400_000;
const ID_BYTES = 4;
const MAX_KEY_CHARACTERS = 200;

/** A silence by hand as it is kept. */
interface Kept {
  readonly id: string;
  readonly name: string;
  readonly match: readonly string[];
  readonly startsMs: number;
  readonly endsMs: number;
  readonly expect: Expectation;
  readonly comment: string;
  readonly createdBy: string;
  /** Digests of the Idempotency-Key and of the body that came with it. */
  readonly request: { readonly key: string; readonly body: string } | null;
}

/** What became of a request, with what is to be committed before it is answered. */
export type Added =
  | { readonly kind: "added" | "known"; readonly id: string; readonly rows: readonly DocumentRow[] }
  | { readonly kind: "refused"; readonly status: number; readonly message: string };

export class ManualSilences {
  readonly #labels: readonly string[];
  readonly #kept = new Map<string, Kept>();

  constructor(labels: readonly string[], saved: Iterable<{ readonly data: string }>) {
    this.#labels = labels;
    for (const { data } of saved) {
      const kept = JSON.parse(data) as Kept;
      this.#kept.set(kept.id, kept);
    }
  }

  get specs(): readonly SilenceSpec[] {
    return [...this.#kept.values()].map((kept) => ({
      ...kept,
      match: kept.match.map(parseMatcher).filter((matcher) => "passes" in matcher),
      times: { kind: "once", startsMs: kept.startsMs, endsMs: kept.endsMs },
    }));
  }

  /** @param body JSON as it was sent. @param key of the request: the same one twice makes one silence. */
  async add(body: string, key: string | null, nowMs: number): Promise<Added> {
    if (key !== null && key.length > MAX_KEY_CHARACTERS) {
      return refused(400, `expected an Idempotency-Key of at most ${MAX_KEY_CHARACTERS} characters`);
    }
    const request = key === null ? null : { key: digest(key), body: digest(body) };
    const earlier = [...this.#kept.values()].find(
      (kept) => request !== null && kept.request?.key === request.key,
    );
    if (earlier !== undefined) {
      if (earlier.request?.body === request?.body) return { kind: "known", id: earlier.id, rows: [] };
      return refused(422, "this Idempotency-Key came with another body before");
    }
    if (this.#kept.size >= MAX_SILENCES) return refused(409, `there are ${MAX_SILENCES} silences already`);
    if (!isJson(body)) return refused(400, "expected JSON");
    const court = { schema: manualSilenceSchema(nowMs), checks: () => [], env: {} };
    // JSON is YAML: a body is judged as the configuration is, and every finding is told.
    const { value, findings } = await judge(await readDocument(body, {}), "request", "/", court);
    if (value === null) {
      return refused(
        400,
        findings.map(({ path, message }) => `${path === "" ? "" : `at ${path}: `}${message}`).join("; "),
      );
    }
    for (const { text } of value.match) {
      const problem = unknownLabel(text, this.#labels);
      if (problem !== null) return refused(400, `at match: ${problem}`);
    }
    const id = randomBytes(ID_BYTES).toString("hex");
    const match = value.match.map(({ text }) => text);
    const kept: Kept = { ...value, id, name: value.name ?? id, match, request };
    return { kind: "added", id, rows: [this.#keep(kept)] };
  }

  /** Ends a silence now. @returns what is to be committed; null when no silence by hand has this id. */
  expire(id: string, nowMs: number): DocumentRow[] | null {
    const kept = this.#kept.get(id) ?? [...this.#kept.values()].find(({ name }) => name === id);
    if (kept === undefined) return null;
    if (kept.endsMs <= nowMs) return [];
    // One that has not begun never will.
    return [this.#keep({ ...kept, startsMs: Math.min(kept.startsMs, nowMs), endsMs: nowMs })];
  }

  /** Forgets what ended over a day ago. @returns what is to be committed. */
  prune(nowMs: number): DocumentRow[] {
    const old = [...this.#kept.values()].filter(({ endsMs }) => nowMs - endsMs >= KEPT_MS);
    return old.map(({ id }) => {
      this.#kept.delete(id);
      return { kind: DOCUMENT.silence, id, data: null };
    });
  }

  #keep(kept: Kept): DocumentRow {
    this.#kept.set(kept.id, kept);
    return { kind: DOCUMENT.silence, id: kept.id, data: JSON.stringify(kept) };
  }
}

function refused(status: number, problem: string): Added {
  return { kind: "refused", status, message: `Cannot add the silence: ${problem}.` };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
