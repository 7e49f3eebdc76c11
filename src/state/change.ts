// What one transaction may change, as rows of strings and bytes. Each row replaces the one with the same key, so that
// two changes can be joined into one: what a failed commit owed is written together with the next one.

/** How far one source has read one thing; what key and value mean is the source's. */
export interface PositionRow {
  readonly source: string;
  readonly key: string;
  /** null deletes the position. */
  readonly value: string | null;
}

/** The detector of one group. */
export interface GroupRow {
  readonly rule: string;
  /** The group's labels as JSON with sorted names: part of the key. */
  readonly group: string;
  /** null deletes the group. */
  readonly state: GroupState | null;
}

/** What a detector needs to go on. */
export interface GroupState {
  readonly snapshot: Uint8Array;
  /** Events counted in the group since it was born. */
  readonly eventsTotal: number;
}

/** A row that is nothing but a document under a key; null deletes it. */
export interface DocumentRow {
  /** A table of its own within the documents: `silence`, `ack`… */
  readonly kind: string;
  readonly id: string;
  readonly data: string | null;
}

/** Everything that becomes true together. A part that is left out stays as it is. */
export interface StateChange {
  /**
   * Wall time up to which the sources had looked, milliseconds since the epoch; it becomes `lastCommitMs`. Only a commit
   * that carries the sources' positions may give it: the start after a crash takes a file changed before it as seen.
   */
  readonly atMs?: number;
  readonly positions?: readonly PositionRow[];
  readonly groups?: readonly GroupRow[];
  readonly documents?: readonly DocumentRow[];
}

/** Kinds of document that have rooms of their own; others are free. */
export const DOCUMENT = {
  incident: "incident",
  /** A silence made by hand. */
  silence: "silence",
  /** What an occurrence of a silence has seen. */
  silenceRun: "silence_run",
  /** A revoked key that is still used. */
  key: "key",
  /** How far a source has come, and how regularly it speaks. */
  sourceTime: "source_time",
  outbox: "outbox",
  thread: "outbox_thread",
  deadLetter: "dead_letter",
  /** How many messages a receiver was sent of late. */
  flood: "outbox_flood",
} as const;

/** One change that leaves the same rows behind as `earlier` and then `later`. */
export function joinChanges(earlier: StateChange, later: StateChange): StateChange {
  const atMs = later.atMs ?? earlier.atMs;
  return {
    ...(atMs === undefined ? {} : { atMs }),
    positions: lastOfEach(earlier.positions, later.positions, (row) => [row.source, row.key]),
    groups: lastOfEach(earlier.groups, later.groups, (row) => [row.rule, row.group]),
    documents: lastOfEach(earlier.documents, later.documents, (row) => [row.kind, row.id]),
  };
}

function lastOfEach<Row>(
  earlier: readonly Row[] = [],
  later: readonly Row[] = [],
  keyOf: (row: Row) => readonly [string, string],
): Row[] {
  const rows = new Map<string, Row>();
  for (const row of [...earlier, ...later]) rows.set(JSON.stringify(keyOf(row)), row);
  return [...rows.values()];
}
