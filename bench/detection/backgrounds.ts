// What a group does when nothing is wrong: seventeen simulated logs. Times are seconds since a Monday, 00:00 UTC.

import type { Random } from "./random.ts";

export const HOUR = 3600;
export const DAY = 86_400;

export interface Background {
  readonly about: string;
  /** Calls `emit` with the second of every event before `end`, in any order. */
  readonly emit: (random: Random, end: number, emit: (second: number) => void) => void;
  /** Alerts that are right: the first few of a job that nobody has told of. Default 0. */
  readonly free?: number;
  /** When a new steady level begins, which is to be found once. */
  readonly shiftAt?: number;
}

type Emit = (second: number) => void;

/** Poisson events at a rate per hour that is looked up once a minute. */
function varying(random: Random, end: number, emit: Emit, perHour: (second: number) => number): void {
  for (let minute = 0; minute < end; minute += 60) {
    for (let left = random.poisson(perHour(minute) / 60); left > 0; left--) emit(minute + random.below(60));
  }
}

function steady(random: Random, from: number, end: number, emit: Emit, perHour: number): void {
  for (let at = from; ;) {
    at += random.exponential(HOUR / perHour);
    if (at >= end) return;
    emit(at);
  }
}

function poisson(perHour: number): Background {
  return {
    about: `Poisson ${perHour}/h`,
    emit: (random, end, emit) =>
      perHour > 120 ? varying(random, end, emit, () => perHour) : steady(random, 0, end, emit, perHour),
  };
}

/** A rate that is drawn anew every so often. */
function redrawn(seconds: number, draw: (random: Random) => number): Background["emit"] {
  return (random, end, emit) => {
    for (let at = 0; at < end; at += seconds) {
      steady(random, at, Math.min(at + seconds, end), emit, draw(random));
    }
  };
}

function every(
  seconds: number,
  first: number,
  burst: (random: Random) => readonly number[],
): Background["emit"] {
  return (random, end, emit) => {
    for (let at = first; at < end; at += seconds) for (const offset of burst(random)) emit(at + offset);
    steady(random, 0, end, emit, 0.5);
  };
}

function within(random: Random, events: number, seconds: number): readonly number[] {
  return Array.from({ length: events }, () => random.below(seconds));
}

function officeHours(second: number): boolean {
  const hour = (second % DAY) / HOUR;
  return Math.floor(second / DAY) % 7 < 5 && hour >= 9 && hour < 18;
}

function newLevel(seconds: number): Background {
  const shiftAt = 10 * DAY;
  return {
    about: `2/h; on day 10 a dead cron adds one event every ${seconds} s for ever`,
    shiftAt,
    emit: (random, end, emit) => {
      steady(random, 0, end, emit, 2);
      for (let at = shiftAt; at < end; at += seconds) emit(at + random.below(3));
    },
  };
}

export const BACKGROUNDS: Readonly<Record<string, Background>> = {
  zero: { about: "no events at all", emit: () => {} },
  p0_1: poisson(0.1),
  p2: poisson(2),
  p60: poisson(60),
  p1000: poisson(1000),
  nb2: {
    about: "mean 2/h, redrawn every hour, gamma of shape 0.5",
    emit: redrawn(HOUR, (r) => 4 * r.gamma(0.5)),
  },
  nb60: {
    about: "mean 60/h, redrawn every 10 min, gamma of shape 4",
    emit: redrawn(600, (r) => 15 * r.gamma(4)),
  },
  clumpy: {
    about: "client retries: 0.3 clumps/h of 4 events on average (at most 25), 1 to 20 s apart",
    emit: (random, end, emit) => {
      for (let at = random.exponential(12_000); at < end; at += random.exponential(12_000)) {
        let now = at;
        for (let left = Math.min(25, random.geometric(4)); left > 0; left--) {
          emit(now);
          now += random.between(1, 20);
        }
      }
    },
  },
  cron5: { about: "one event every 5 min, plus 0.5/h", emit: every(300, 137, (r) => [r.below(3)]) },
  hourly15: {
    about: "15 events in 20 s every hour, plus 0.5/h",
    free: 4,
    emit: every(HOUR, 0, (r) => within(r, 15, 20)),
  },
  daily200: {
    about: "200 events in 2 min every night, plus 0.5/h",
    free: 4,
    emit: every(DAY, 2 * HOUR, (r) => within(r, 200, 120)),
  },
  diurnal20: {
    about: "sinusoid: 2/h at night, 38/h at noon",
    emit: (random, end, emit) =>
      varying(random, end, emit, (at) => 20 * (1 - 0.9 * Math.cos((2 * Math.PI * (at % DAY)) / DAY))),
  },
  office60: {
    about: "60/h in office hours with sharp edges, else 2/h",
    emit: (random, end, emit) => varying(random, end, emit, (at) => (officeHours(at) ? 60 : 2)),
  },
  walk20: {
    about: "rate wanders: mean 20/h, sd 0.7 in the logarithm, correlation time 12 h",
    emit: (random, end, emit) => {
      const pull = 300 / (12 * HOUR);
      let x = random.normal() * 0.7;
      for (let at = 0; at < end; at += 300) {
        x += -pull * x + 0.7 * Math.sqrt(2 * pull) * random.normal();
        steady(random, at, Math.min(at + 300, end), emit, 20 * Math.exp(x - 0.245));
      }
    },
  },
  ramp: {
    about: "slow rise from 2/h to 60/h over 30 days",
    emit: (random, end, emit) => varying(random, end, emit, (at) => 2 + 58 * Math.min(1, at / (30 * DAY))),
  },
  shift62: newLevel(60),
  shift14: newLevel(300),
};
