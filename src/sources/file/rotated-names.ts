// The names that rotation gives to a log, derived from the log's own name, and their order in time: so that nobody has
// to write `app.log*` into the configuration. Covers logrotate (numbers, dateext, extension), newsyslog, log4j and
// Python's handlers, pm2, and the container runtimes' `0.log.20260101-120000`.

const COMPRESSED = /\.(?:gz|bz2|xz|zst|lz4|Z|zip)$/;
const NUMBER = /^\.(\d{1,4})$/;
const TIME =
  /^[-._]{1,2}(\d{4}-?\d{2}-?\d{2}(?:[-_.]?\d{10}|[-_.T]?\d{2}(?:[-_:.]?\d{2}){0,2})?|\d{9,10}|\d{13})(?:[-.](\d{1,4}))?$/;

/** Group of `app.1.log`: logrotate and logback give the youngest the lowest number, log4j2 the highest. */
export const COUNTED = 2;

/** A name as rotation made it. */
export interface RotatedName {
  readonly name: string;
  /** True for one that has to be decompressed. */
  readonly compressed: boolean;
  /** Sorts before every younger name of the same log; in group COUNTED the writer may count the other way. */
  readonly order: readonly [group: number, time: string, number: number];
}

/** Reads `name` as a rotated name of the log called `base`; null when it is none. */
export function parseRotated(base: string, name: string): RotatedName | null {
  const dot = base.lastIndexOf(".");
  // Most names in a directory of thousands of logs have nothing to do with this one.
  if (!name.startsWith(dot > 0 ? base.slice(0, dot) : base)) return null;
  const plain = name.replace(COMPRESSED, "");
  const compressed = plain !== name;
  if (name === base || plain === "") return null;
  if (plain === base) return compressed ? { name, compressed, order: [1, "", 0] } : null;
  for (const { suffix, middle } of suffixes(base, plain)) {
    const number = NUMBER.exec(suffix)?.[1];
    // The highest number is the oldest.
    if (number !== undefined) {
      return { name, compressed, order: [middle ? COUNTED : 1, "", -Number(number)] };
    }
    const time = TIME.exec(suffix);
    if (time !== null) {
      const digits = (time[1] ?? "").replace(/\D/g, "");
      // A second rotation on the same day counts upwards.
      return { name, compressed, order: [0, digits.padEnd(14, "0"), Number(time[2] ?? 0)] };
    }
    if (suffix === ".old" || suffix === ".bak") return { name, compressed, order: [1, "", 0] };
  }
  return null;
}

/** The rotated names among `names`, oldest first; of a name and its compressed form, the compressed one comes second. */
export function rotatedNames(base: string, names: Iterable<string>): RotatedName[] {
  const found: RotatedName[] = [];
  for (const name of names) {
    const rotated = parseRotated(base, name);
    if (rotated !== null) found.push(rotated);
  }
  return found.sort(compareRotated);
}

export function compareRotated(a: RotatedName, b: RotatedName): number {
  const [groupA, timeA, numberA] = a.order;
  const [groupB, timeB, numberB] = b.order;
  if (groupA !== groupB) return groupA - groupB;
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  if (numberA !== numberB) return numberA - numberB;
  return Number(a.compressed) - Number(b.compressed);
}

/** The logs that `name` could be a rotated name of: what to look for among the paths that are followed. */
export function possibleBases(name: string): string[] {
  const plain = name.replace(COMPRESSED, "");
  const bases = new Set([plain, plain.replace(/\.(?:\d{1,4}|old|bak)$/, "")]);
  const time = /^(.+?)([-._]{1,2}\d{4}[-\d:_.T]*|[-._]\d{9,13})(\.[^.]*[^.\d][^.]*)?$/.exec(plain);
  if (time !== null) bases.add(`${time[1]}${time[3] ?? ""}`);
  const counted = /^(.+)\.\d{1,4}(\.[^.]*[^.\d][^.]*)$/.exec(plain);
  if (counted !== null) bases.add(`${counted[1]}${counted[2]}`);
  return [...bases].filter((base) => parseRotated(base, name) !== null);
}

/** What `name` has more than `base`: at its end, or between its stem and its extension. */
function* suffixes(base: string, name: string): Generator<{ suffix: string; middle: boolean }> {
  if (name.startsWith(base)) yield { suffix: name.slice(base.length), middle: false };
  const dot = base.lastIndexOf(".");
  if (dot <= 0) return;
  const stem = base.slice(0, dot);
  const extension = base.slice(dot);
  const longEnough = name.length > base.length;
  if (!longEnough || !name.startsWith(stem) || !name.endsWith(extension)) return;
  yield { suffix: name.slice(stem.length, name.length - extension.length), middle: true };
}
