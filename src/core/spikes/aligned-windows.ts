// Cuts learned time into windows that do not overlap, one row of them for each sliding window's length, and hands each
// to that length's dispersion. Minutes are cut within a learning bucket, longer windows from whole buckets.

import type { Dispersion } from "./dispersion.ts";
import { BUCKET_MINUTES } from "./open-bucket.ts";
import { LEARNING_BUCKET_SECONDS, WINDOW_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** A window that is longer than a learning bucket, or as long, as far as it has come. */
interface OpenWindow {
  count: number;
  mean: number;
  /** It touches time that is not learned: it will be left out. */
  spoilt: boolean;
}

export class AlignedWindows {
  readonly #partials: OpenWindow[] = WINDOW_SECONDS.map(() => ({ count: 0, mean: 0, spoilt: false }));

  /**
   * A bucket ends at `endSecond`.
   * @param minutes events of each of its minutes. @param count all of them. @param perMinute events that were predicted for one of its minutes.
   * @param learn false when it belongs to an episode, was planned, or could not be seen.
   */
  close(
    endSecond: number,
    minutes: Float64Array,
    count: number,
    perMinute: number,
    learn: boolean,
    dispersions: readonly Dispersion[],
  ): void {
    for (let i = 0; i < WINDOW_SECONDS.length; i++) {
      const seconds = WINDOW_SECONDS[i] as number;
      const dispersion = dispersions[i] as Dispersion;
      if (seconds < LEARNING_BUCKET_SECONDS) {
        if (learn) closeMinutes(minutes, count, perMinute, dispersion);
        else dispersion.interrupt();
      } else {
        const partial = this.#partials[i] as OpenWindow;
        if (learn) {
          partial.count += count;
          partial.mean += perMinute * BUCKET_MINUTES;
        } else partial.spoilt = true;
        if (endSecond % seconds === 0) closePartial(partial, dispersion);
      }
    }
  }

  save(to: StateWriter): void {
    for (const partial of this.#partials) {
      to.count(partial.count);
      to.number(partial.mean);
      to.flag(partial.spoilt);
    }
  }

  load(from: StateReader): void {
    for (const partial of this.#partials) {
      partial.count = from.count();
      partial.mean = from.number();
      partial.spoilt = from.flag();
    }
  }
}

function closeMinutes(minutes: Float64Array, count: number, perMinute: number, dispersion: Dispersion): void {
  if (count === 0 && !dispersion.followsEvents) dispersion.addEmpty(BUCKET_MINUTES, perMinute);
  else for (const minute of minutes) dispersion.add(minute, perMinute);
}

function closePartial(partial: OpenWindow, dispersion: Dispersion): void {
  if (partial.spoilt) dispersion.interrupt();
  else if (partial.mean > 0) dispersion.add(partial.count, partial.mean);
  partial.count = 0;
  partial.mean = 0;
  partial.spoilt = false;
}
