// The times of an incident's life that a rule may choose, beside those that its detector keeps.

/** Milliseconds. */
export interface Times {
  /** The count must stay over its threshold for so long before it is an incident; 0: it is one at once. */
  readonly forMs: number;
  /** What goes on without growing is told again after so long, then each time twice as late. */
  readonly repeatMs: number;
  /** An acknowledgement holds so long: who took it may have been called away. */
  readonly ackTimeoutMs: number;
}

export const DEFAULT_TIMES: Times = { forMs: 0, repeatMs: 30 * 60_000, ackTimeoutMs: 3_600_000 };
