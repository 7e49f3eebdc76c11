// The second channel: the same detector, fed only with events whose key was not seen in the last hour. Five different
// keys revoked within a minute are found where the event count shows nothing.

import { createAdaptive } from "./create-detector.ts";
import type { Detector } from "./detector.ts";
import type { AdaptiveSpec } from "./detector-spec.ts";
import { KeyMemory } from "./key-memory.ts";
import { wholeSecond } from "./scales.ts";
import { StateReader, StateWriter } from "./state-bytes.ts";

/** Different keys in one window that can fire: two clients or three are no spike. */
const MIN_KEYS = 5;
const STATE_KIND = 3;
const STATE_VERSION = 1;

export class NewKeys {
  /** Counts new keys. Its time, signals and learning are handled as any detector's; feed it through `observe` and `markMissing` only. */
  readonly detector: Detector;
  readonly #keys = new KeyMemory();

  /** @param spec of the rule; its least count is of events and does not matter. */
  constructor(spec: Omit<AdaptiveSpec, "minCount">) {
    this.detector = createAdaptive({ ...spec, minCount: MIN_KEYS });
  }

  /** An event at its own time; without a key it only tells the time. @param digest hex, as in MaskedKey. */
  observe(timeMs: number, digest: string | null): void {
    if (digest !== null && this.#keys.isNew(digest, wholeSecond(timeMs))) {
      this.detector.observe(timeMs, 1);
    } else this.detector.advance(timeMs);
  }

  /** Nobody could see from `fromMs` to `toMs`. */
  markMissing(fromMs: number, toMs: number): void {
    this.#keys.unseen(wholeSecond(fromMs), wholeSecond(toMs));
    this.detector.markMissing(fromMs, toMs);
  }

  /** Keys and detector as bytes, at most 64 KiB. */
  snapshot(): Uint8Array {
    const to = new StateWriter(STATE_KIND, STATE_VERSION);
    this.#keys.save(to);
    to.block(this.detector.snapshot());
    return to.bytes();
  }

  /** @throws RangeError when the bytes are of another detector or version (the caller then starts anew). */
  restore(bytes: Uint8Array): void {
    const from = new StateReader(bytes, STATE_KIND, STATE_VERSION);
    this.#keys.load(from);
    this.detector.restore(from.block());
    from.end();
  }
}
