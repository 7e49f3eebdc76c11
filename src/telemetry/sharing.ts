// Work that many may ask for at once is done once for all who ask within a short time.

/**
 * A function that answers from its last result while that is young.
 * @param make does the work; when it fails, those who share it see the failure, and the next call tries anew.
 * @param keepMs how old a result may get, milliseconds.
 * @param monotonic milliseconds from any start, never running backwards.
 */
export function sharing<Key, Result>(
  make: (key: Key) => Promise<Result>,
  keepMs: number,
  monotonic: () => number,
): (key: Key) => Promise<Result> {
  const kept = new Map<Key, { readonly sinceMs: number; readonly result: Promise<Result> }>();
  return (key) => {
    const nowMs = monotonic();
    const last = kept.get(key);
    if (last !== undefined && nowMs - last.sinceMs < keepMs) return last.result;
    const result = make(key);
    kept.set(key, { sinceMs: nowMs, result });
    result.catch(() => kept.delete(key));
    return result;
  };
}
