import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { mergeByTime, type TimedLog } from "../../src/backtest/merge.ts";

interface Item {
  readonly timeMs: number;
  readonly name: string;
}

/** A log in memory that hands on `step` items a read, and counts its reads. */
function logOf(items: readonly Item[], step = 1): TimedLog<Item> & { reads: number } {
  let at = 0;
  let read = 0;
  return {
    reads: 0,
    get boundMs() {
      if (at < read) return items[at]?.timeMs ?? Infinity;
      return read >= items.length ? Infinity : (items[read]?.timeMs ?? Infinity);
    },
    take: () => (at < read ? (items[at++] ?? null) : null),
    async read() {
      this.reads += 1;
      read = Math.min(items.length, read + step);
    },
  };
}

async function merged(
  logs: readonly TimedLog<Item>[],
  signal = new AbortController().signal,
): Promise<string[]> {
  const names: string[] = [];
  await mergeByTime(
    logs,
    (item, timeMs) => {
      assert.equal(timeMs, item.timeMs);
      names.push(item.name);
    },
    () => undefined,
    signal,
  );
  return names;
}

describe("merge", () => {
  it("gives what one sorted log would give, however it was dealt out", async () => {
    const deal = fc.array(fc.tuple(fc.nat(50), fc.nat(3)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(deal, fc.integer({ min: 1, max: 5 }), async (dealt, step) => {
        const sorted = dealt.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
        const logs = [0, 1, 2, 3].map((log) =>
          sorted.filter(([, into]) => into === log).map(([timeMs], i) => ({ timeMs, name: `${log}.${i}` })),
        );
        const expected = logs
          .flatMap((items, log) => items.map((item) => ({ ...item, log })))
          .toSorted((a, b) => a.timeMs - b.timeMs || a.log - b.log)
          .map(({ name }) => name);
        assert.deepEqual(await merged(logs.map((items) => logOf(items, step))), expected);
      }),
    );
  });

  it("reads no further in one log than what the others are waiting for", async () => {
    const early = logOf([1, 2, 3].map((timeMs) => ({ timeMs, name: `a${timeMs}` })));
    const late = logOf([100, 101].map((timeMs) => ({ timeMs, name: `b${timeMs}` })));
    const stop = new AbortController();
    const seen: string[] = [];
    await mergeByTime(
      [late, early],
      ({ name }) => {
        seen.push(name);
        if (name === "a3") stop.abort();
      },
      () => undefined,
      stop.signal,
    );
    assert.deepEqual(seen, ["a1", "a2", "a3"]);
    assert.equal(late.reads, 0);
  });

  it("ends at once when it is stopped before it began", async () => {
    assert.deepEqual(await merged([logOf([{ timeMs: 1, name: "a" }])], AbortSignal.abort()), []);
  });
});
