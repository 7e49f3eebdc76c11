// The counts of the last 25 hours, as the server's /api/v1/history gives them.

export interface History {
  /** Names the group where its labels would not fit. */
  readonly id: string;
  readonly step_seconds: number;
  /** RFC 3339. */
  readonly from: string;
  readonly counts: readonly number[];
  readonly expected: readonly number[] | null;
  readonly expected_high: readonly number[] | null;
  readonly incidents: readonly {
    readonly short_id: string;
    readonly severity: string;
    readonly started_at: string;
    readonly resolved_at: string | null;
  }[];
}

/** @param incident only of the group that this incident is about. @throws when the server does not answer. */
export async function fetchHistories(root: string, incident: string | null): Promise<readonly History[]> {
  const query = incident === null ? "" : `?incident=${encodeURIComponent(incident)}`;
  const answer = await fetch(`${root}api/v1/history${query}`, { cache: "no-store", redirect: "error" });
  if (!answer.ok) throw new Error(`history: ${answer.status}`);
  return (await answer.json()) as readonly History[];
}
