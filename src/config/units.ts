// Durations as Prometheus writes them ("90s", "1h30m") and sizes ("64KiB", "1MiB"): always with their unit, so that a
// bare number cannot be misread.

const DURATION_PART_MS = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;
const SIZE_UNIT = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, kB: 1e3, MB: 1e6, GB: 1e9 };
const SIZE = /^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB|kB|MB|GB)$/;

/** Milliseconds of a Prometheus duration (parts from years down to milliseconds, each at most once), else null. */
export function parseDuration(text: string): number | null {
  const parts = text === "" ? null : DURATION.exec(text);
  if (parts === null) return text === "0" ? 0 : null;
  const ms = Object.values(DURATION_PART_MS).reduce(
    (sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * unit,
    0,
  );
  return Number.isSafeInteger(ms) ? ms : null;
}

/** A duration in the largest units that give it exactly: 5400000 is "1h30m". */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = "";
  for (const [unit, size] of Object.entries(DURATION_PART_MS)) {
    if (unit === "y" || unit === "w") continue;
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return text === "" ? "0s" : text;
}

/** Bytes of a size such as "64KiB" or "1.5MiB", else null. */
export function parseSize(text: string): number | null {
  const parts = SIZE.exec(text);
  if (parts === null) return null;
  const bytes = Number(parts[1]) * SIZE_UNIT[parts[2] as keyof typeof SIZE_UNIT];
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : null;
}
