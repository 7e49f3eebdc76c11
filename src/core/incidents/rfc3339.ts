// Times as people and programs are given them.

/** UTC with milliseconds. @param timeMs since the epoch. */
export function rfc3339(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
