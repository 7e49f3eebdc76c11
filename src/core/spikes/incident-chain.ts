// Which episodes belong to one incident: those that begin within an hour of the last one's end.

import type { Holding } from "./detector-spec.ts";
import type { Episode } from "./episode.ts";
import { HOUR_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** The window that is watched must stay calm this long, unless a rule chooses another time. */
const HOLD_MS = 600_000;
/** A hit this soon after a stop continues the same incident, unless a rule chooses another time. */
const REOPEN_MS = HOUR_SECONDS * 1000;
/** An incident (reopens included) this long is the new level. */
export const NEW_LEVEL_SECONDS = 6 * HOUR_SECONDS;

export class IncidentChain {
  /** End of the last episode. */
  stopSecond = -Infinity;
  #startSecond = -Infinity;
  /** No episode of the incident was larger than what recurs. */
  #muted = true;
  /** Calm that must follow an episode, milliseconds. */
  readonly holdMs: number;
  readonly #reopenSeconds: number;

  constructor({ resolveAfterMs = HOLD_MS, cooldownMs = REOPEN_MS }: Holding) {
    this.holdMs = resolveAfterMs;
    this.#reopenSeconds = cooldownMs / 1000;
  }

  reopens(second: number): boolean {
    return second - this.stopSecond < this.#reopenSeconds;
  }

  /** An episode begins; the incident's time runs from here unless it continues one. */
  begin(second: number): void {
    if (!this.reopens(second)) this.#startSecond = second;
  }

  /** Time until now does not count towards the new level. */
  restart(second: number): void {
    this.#startSecond = second;
  }

  isNewLevel(second: number): boolean {
    return second - this.#startSecond >= NEW_LEVEL_SECONDS;
  }

  end(episode: Episode, second: number): void {
    this.#muted = episode.muted && (!episode.reopened || this.#muted);
    this.stopSecond = second;
  }

  /** What to call an episode that alerts: it reopens only what was told before. */
  alertKind(episode: Episode): "start" | "reopen" {
    return episode.reopened && !this.#muted ? "reopen" : "start";
  }

  save(to: StateWriter): void {
    to.number(this.stopSecond);
    to.number(this.#startSecond);
    to.flag(this.#muted);
  }

  load(from: StateReader): void {
    this.stopSecond = from.number();
    this.#startSecond = from.number();
    this.#muted = from.flag();
  }
}
