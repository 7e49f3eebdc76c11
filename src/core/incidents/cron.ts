// Five fields of cron as sets of numbers: minute, hour, day of the month, month, day of the week. Which days and which
// minutes of a day they name is decided here; where those lie in time is the schedule's business.

/** A parsed schedule. */
export interface Cron {
  /** Minutes of a day (0 to 1439) at which it starts, ascending. */
  readonly minutes: readonly number[];
  /** Whether it starts on this day. @param month 1 to 12. @param weekday 0 (Sunday) to 6. */
  onDay(day: number, month: number, weekday: number): boolean;
}

interface Field {
  readonly what: string;
  readonly min: number;
  readonly max: number;
  /** Three-letter names, the first one for `min`. */
  readonly names: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIELDS: readonly Field[] = [
  { what: "minute", min: 0, max: 59, names: [] },
  { what: "hour", min: 0, max: 23, names: [] },
  { what: "day of the month", min: 1, max: 31, names: [] },
  { what: "month", min: 1, max: 12, names: MONTHS },
  // 7 is Sunday too.
  { what: "day of the week", min: 0, max: 7, names: WEEKDAYS },
];
const PART = /^(\*|[A-Z0-9]+)(?:-([A-Z0-9]+))?(?:\/(\d+))?$/;
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The schedule that a text names, or in one sentence why it names none. */
export function parseCron(text: string): Cron | { readonly problem: string } {
  const words = text.trim().toUpperCase().split(/\s+/);
  if (words.length !== FIELDS.length) {
    return { problem: "expected five fields: minute, hour, day of the month, month, day of the week" };
  }
  const sets: ReadonlySet<number>[] = [];
  for (const [i, field] of FIELDS.entries()) {
    const set = setOf(words[i] ?? "", field);
    if (set === null) {
      return {
        problem: `expected a ${field.what} from ${field.min} to ${field.max}, or *, lists, ranges, steps`,
      };
    }
    sets.push(set);
  }
  const [minutes = NONE, hours = NONE, days = NONE, months = NONE, weekdays = NONE] = sets;
  const anyDay = words[2]?.startsWith("*") === true;
  const anyWeekday = words[4]?.startsWith("*") === true;
  if (anyWeekday && ![...months].some((month) => [...days].some((day) => day <= longest(month)))) {
    return { problem: "expected a day that comes, none of the months has such a day" };
  }
  return {
    minutes: [...hours]
      .flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute))
      .toSorted((a, b) => a - b),
    onDay(day, month, weekday) {
      if (!months.has(month)) return false;
      const onWeekday = weekdays.has(weekday) || (weekday === 0 && weekdays.has(7));
      // As cron has always had it: two restrictions on the day are alternatives, one beside * is the only one.
      return anyDay || anyWeekday ? days.has(day) && onWeekday : days.has(day) || onWeekday;
    },
  };
}

const NONE: ReadonlySet<number> = new Set();

function longest(month: number): number {
  return LONGEST_MONTH[month - 1] ?? 0;
}

/** The numbers of one field, null when it is not well formed. */
function setOf(word: string, field: Field): ReadonlySet<number> | null {
  const numbers = new Set<number>();
  for (const part of word.split(",")) {
    const parts = PART.exec(part);
    if (parts === null) return null;
    const [, first = "", last, step] = parts;
    const from = first === "*" ? field.min : numberOf(first, field);
    // "5/15" runs from 5 to the end, as "5-59/15" does.
    const open = first === "*" || (step !== undefined && last === undefined);
    const to = last === undefined ? (open ? field.max : from) : numberOf(last, field);
    const by = step === undefined ? 1 : Number(step);
    if (from === null || to === null || from > to || by < 1 || (first === "*" && last !== undefined))
      return null;
    for (let n = from; n <= to; n += by) numbers.add(n);
  }
  return numbers;
}

function numberOf(word: string, { min, max, names }: Field): number | null {
  const named = names.indexOf(word);
  if (named !== -1) return min + named;
  const n = /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  return n >= min && n <= max ? n : null;
}
