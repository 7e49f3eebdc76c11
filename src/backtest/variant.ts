// The settings that one run compares: what the command line puts in place of a rule's own detector. Each variant has an
// engine of its own, and all of them judge the same events.

import { parseDuration } from "../config/units.ts";
import type { DetectorSpec, Sensitivity } from "../core/spikes/detector-spec.ts";

const SENSITIVITIES: readonly Sensitivity[] = ["low", "medium", "high"];
/** The bounds of the configuration. */
const MAX_COUNT = 1_000_000;
const MIN_WINDOW_MS = 1000;
const MAX_WINDOW_MS = 604_800_000;
/** Each is an engine with every group of the log, and a row of a table that people compare by eye. */
export const MAX_VARIANTS = 24;
/** What a plain threshold's rule gets when only one of the two knobs is given: the configuration's defaults. */
const DEFAULT_SENSITIVITY: Sensitivity = "medium";
const DEFAULT_MIN_COUNT = 10;

export interface Variant {
  /** As people wrote it, such as `sensitivity low, min_count 5`. */
  readonly name: string;
  /** The detector of a rule under this variant. */
  readonly detector: (configured: DetectorSpec) => DetectorSpec;
}

/** Options as given; each text may hold several values with commas between. */
export interface VariantOptions {
  readonly sensitivity: readonly string[];
  readonly minCount: readonly string[];
  readonly threshold: readonly string[];
}

/**
 * Every sensitivity with every min_count, then every threshold; without any option, the configuration as it is.
 * @throws RangeError for a value that is none, or for more than 24 variants; the message is for the user.
 */
export function variantsOf(options: VariantOptions): Variant[] {
  const sensitivities = valuesOf(options.sensitivity).map(sensitivityOf);
  const minCounts = valuesOf(options.minCount).map(minCountOf);
  const adaptive =
    sensitivities.length + minCounts.length === 0
      ? []
      : orNull(sensitivities).flatMap((sensitivity) =>
          orNull(minCounts).map((minCount) => adaptiveVariant(sensitivity, minCount)),
        );
  const variants = [...adaptive, ...valuesOf(options.threshold).map(thresholdVariant)];
  if (variants.length > MAX_VARIANTS) {
    throw new RangeError(
      `one run compares at most ${MAX_VARIANTS} settings, found ${variants.length} combinations of the values given`,
    );
  }
  return variants.length > 0 ? variants : [{ name: "as configured", detector: (configured) => configured }];
}

function adaptiveVariant(sensitivity: Sensitivity | null, minCount: number | null): Variant {
  const words = [
    ...(sensitivity === null ? [] : [`sensitivity ${sensitivity}`]),
    ...(minCount === null ? [] : [`min_count ${minCount}`]),
  ];
  return {
    name: words.join(", "),
    detector: (configured) => {
      const own = configured.kind === "adaptive" ? configured : null;
      return {
        kind: "adaptive",
        sensitivity: sensitivity ?? own?.sensitivity ?? DEFAULT_SENSITIVITY,
        minCount: minCount ?? own?.minCount ?? DEFAULT_MIN_COUNT,
      };
    },
  };
}

function thresholdVariant(text: string): Variant {
  const [count = "", window = "", ...more] = text.split("/");
  const windowMs = parseDuration(window);
  if (
    more.length > 0 ||
    !isCount(count) ||
    windowMs === null ||
    windowMs < MIN_WINDOW_MS ||
    windowMs > MAX_WINDOW_MS
  ) {
    throw new RangeError(
      `--threshold takes COUNT/WINDOW such as 20/5m (count 1 to ${MAX_COUNT}, window 1s to 7d), not ${JSON.stringify(text)}`,
    );
  }
  return {
    name: `threshold ${text}`,
    detector: () => ({ kind: "threshold", count: Number(count), windowMs }),
  };
}

function sensitivityOf(text: string): Sensitivity {
  const found = SENSITIVITIES.find((word) => word === text);
  if (found === undefined) {
    throw new RangeError(`--sensitivity takes ${SENSITIVITIES.join(", ")}, not ${JSON.stringify(text)}`);
  }
  return found;
}

function minCountOf(text: string): number {
  if (!isCount(text)) {
    throw new RangeError(
      `--min-count takes whole numbers from 1 to ${MAX_COUNT}, not ${JSON.stringify(text)}`,
    );
  }
  return Number(text);
}

function isCount(text: string): boolean {
  return /^\d{1,7}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_COUNT;
}

/** The single values, each once. */
function valuesOf(given: readonly string[]): string[] {
  return [...new Set(given.flatMap((text) => text.split(",").map((value) => value.trim())))];
}

function orNull<T>(values: readonly T[]): readonly (T | null)[] {
  return values.length === 0 ? [null] : values;
}
