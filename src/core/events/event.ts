// One use of a revoked key, as one log line told it. Everything in here came from log text and is hostile until a
// receiver has escaped it; the key is already masked, its full value exists nowhere outside the line reader.

/** A key as it may be shown and told apart: never its full value. */
export interface MaskedKey {
  /** Prefix and last four characters, such as `sk_live_…oPq`. */
  readonly shown: string;
  /** Keyed hash of the full value, hex; equal for equal keys within one installation. */
  readonly digest: string;
}

export interface RevokedEvent {
  readonly rule: string;
  readonly source: string;
  /** Milliseconds since the epoch; the first of record, wrapper, error body that has a time, else the arrival. */
  readonly timeMs: number;
  readonly timeFrom: "record" | "wrapper" | "body" | "arrival";
  /** At most 200 characters; null when the line names none. */
  readonly requestId: string | null;
  readonly service: string;
  readonly key: MaskedKey | null;
  readonly host: string | null;
  readonly docUrl: string | null;
  readonly message: string | null;
  readonly level: string | null;
}
