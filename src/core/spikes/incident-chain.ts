// Which episodes belong to one incident: those that begin within an hour of the last one's end.

import type { Episode } from "./episode.ts";
import { HOUR_SECONDS } from "./scales.ts";
import type { StateReader, StateWriter } from "./state-bytes.ts";

/** A hit this soon after a stop continues the same incident. */
const REOPEN_SECONDS = HOUR_SECONDS;
/** An incident (reopens included) this long is the new level. */
export const NEW_LEVEL_SECONDS = 6 * HOUR_SECONDS;

export class IncidentChain {
  /** End of the last episode. */
  stopSecond = -Infinity;
  #startSecond = -Infinity;
  /** No episode of the incident was larger than what recurs. */
  #muted = true;

  reopens(second: number): boolean {
    return second - this.stopSecond < REOPEN_SECONDS;
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
