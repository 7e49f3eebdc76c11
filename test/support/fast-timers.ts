// Loaded into the real daemon with --import: what waits for half a minute (the round in which messages are kept up) waits for
// a third of a second. Everything else is as it is.

const HALF_A_MINUTE_MS = 30_000;
const SOON_MS = 300;

const real = globalThis.setTimeout;
const quick = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout =>
  real(run, ms === HALF_A_MINUTE_MS ? SOON_MS : ms, ...args);
globalThis.setTimeout = Object.assign(quick, real) as typeof setTimeout;
