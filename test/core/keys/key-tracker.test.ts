import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { KeyBook, MAX_KEYS } from "../../../src/core/keys/key-book.ts";
import { FORGOTTEN_MS, type KeyTracker, MAX_KEYS_OF_GROUP } from "../../../src/core/keys/key-tracker.ts";
import { type KeyUse, lastPlace, MAX_PLACES } from "../../../src/core/keys/tracked-key.ts";

const NOW = Date.UTC(2026, 4, 25, 12);
const DAY = 86_400_000;

const keyOf = (n: number) => ({
  shown: `sk_live_…${String(n % 10_000).padStart(4, "0")}`,
  digest: n.toString(16).padStart(32, "0").split("").toReversed().join(""),
});
const hashOf = (n: number): string => keyOf(n).digest.slice(0, 16);

function use(timeMs: number, over: Partial<KeyUse> = {}): KeyUse {
  return { timeMs, service: "billing", host: "api-1", requestId: null, ...over };
}

function bookOf(): { book: KeyBook; tracker: KeyTracker; evicted: string[] } {
  const evicted: string[] = [];
  const book = new KeyBook((rule) => void evicted.push(rule));
  return { book, tracker: book.open("revoked", '{"service":"billing"}', { service: "billing" }), evicted };
}

const hashes = (tracker: KeyTracker): string[] => [...tracker.keys()].map(({ hash }) => hash);
const only = (tracker: KeyTracker) => {
  const [key] = tracker.keys();
  assert.ok(key !== undefined);
  return key;
};

describe("tracked key", () => {
  it("knows its first use, its last, how many there were and where the last one came from", () => {
    const { tracker } = bookOf();
    tracker.add(keyOf(1), use(NOW, { requestId: "req_1" }));
    tracker.add(keyOf(1), use(NOW + 5000, { service: "ledger", host: null, requestId: "req_2" }));
    tracker.add(keyOf(1), use(NOW + 4000, { host: "api-2", requestId: "req_late" }));
    const key = only(tracker);
    assert.equal(key.shown, "sk_live_…0001");
    assert.deepEqual([key.firstMs, key.lastMs, key.count], [NOW, NOW + 5000, 3]);
    assert.deepEqual(lastPlace(key), { service: "ledger", host: null });
    assert.equal(key.requestId, "req_2", "a line that comes late is not the last use");
    assert.deepEqual(key.services.kept, [
      { name: "ledger", count: 1, lastMs: NOW + 5000 },
      { name: "billing", count: 2, lastMs: NOW + 4000 },
    ]);
  });

  it("keeps the places of the newest uses and says that there were more", () => {
    const { tracker } = bookOf();
    for (let i = 0; i <= MAX_PLACES; i++) tracker.add(keyOf(1), use(NOW + i, { host: `api-${i}` }));
    const { hosts, services } = only(tracker);
    assert.equal(hosts.more, true);
    assert.deepEqual(
      hosts.kept.map(({ name }) => name),
      Array.from({ length: MAX_PLACES }, (_, i) => `api-${MAX_PLACES - i}`),
    );
    assert.equal(services.more, false);
  });

  it("moves its first use back for a line that comes late", () => {
    const { tracker } = bookOf();
    tracker.add(keyOf(1), use(NOW));
    tracker.add(keyOf(1), use(NOW - 60_000));
    assert.equal(only(tracker).firstMs, NOW - 60_000);
  });
});

describe("key tracker", () => {
  it("forgets a key thirty days after its last use, and says so in a row", () => {
    const { book, tracker, evicted } = bookOf();
    tracker.add(keyOf(1), use(NOW));
    tracker.add(keyOf(2), use(NOW + DAY));
    book.takeDirty();
    tracker.advance(NOW + FORGOTTEN_MS - 1);
    assert.equal(tracker.size, 2);
    tracker.advance(NOW + FORGOTTEN_MS);
    assert.deepEqual(hashes(tracker), [hashOf(2)]);
    assert.deepEqual(
      book.takeDirty().map(({ data }) => data),
      [null],
    );
    assert.deepEqual(evicted, [], "nothing gave way: the key is dead");
  });

  it("lets the longest unseen of a thousand give way, aloud", () => {
    const { tracker, evicted } = bookOf();
    for (let n = 0; n < MAX_KEYS_OF_GROUP; n++) tracker.add(keyOf(n), use(NOW + n));
    tracker.add(keyOf(0), use(NOW + 5000));
    assert.deepEqual(evicted, []);
    tracker.add(keyOf(MAX_KEYS_OF_GROUP), use(NOW + 6000));
    assert.equal(tracker.size, MAX_KEYS_OF_GROUP);
    assert.deepEqual(evicted, ["revoked"]);
    assert.ok(hashes(tracker).includes(hashOf(0)), "it was used lately");
    assert.ok(!hashes(tracker).includes(hashOf(1)));
  });

  it("writes down the keys that were used and no others", () => {
    const { book, tracker } = bookOf();
    for (let n = 0; n < 10; n++) tracker.add(keyOf(n), use(NOW));
    assert.equal(book.takeDirty().length, 10);
    assert.deepEqual(book.takeDirty(), []);
    tracker.add(keyOf(3), use(NOW + 1));
    tracker.add(keyOf(3), use(NOW + 2));
    const [row, ...more] = book.takeDirty();
    assert.deepEqual(more, []);
    assert.equal(row?.id, JSON.stringify(["revoked", '{"service":"billing"}', hashOf(3)]));
  });

  it("writes nothing of keys that came and went since the last time, and deletes only rows that there are", () => {
    const { book, tracker } = bookOf();
    tracker.add(keyOf(0), use(NOW));
    assert.equal(book.takeDirty().length, 1);
    for (let n = 1; n <= 5 * MAX_KEYS_OF_GROUP; n++) tracker.add(keyOf(n), use(NOW + n));
    const rows = book.takeDirty();
    assert.equal(rows.length, MAX_KEYS_OF_GROUP + 1);
    assert.deepEqual(
      rows.filter(({ data }) => data === null).map(({ id }) => JSON.parse(id).at(-1)),
      [hashOf(0)],
    );
    tracker.add(keyOf(0), use(NOW + DAY));
    assert.deepEqual(
      book.takeDirty().map(({ id, data }) => [JSON.parse(id).at(-1), data === null]),
      [
        [hashOf(4 * MAX_KEYS_OF_GROUP + 1), true],
        [hashOf(0), false],
      ],
    );
  });

  it("is after any uses and any restarts what a plain list says", () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ key: fc.nat(5), at: fc.nat(40 * 24), host: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.constant("restart" as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rows = new Map<string, string>();
        let { book, tracker } = bookOf();
        const save = (): void => {
          for (const { id, data } of book.takeDirty()) {
            if (data === null) rows.delete(id);
            else rows.set(id, data);
          }
        };
        const uses: { key: number; at: number }[] = [];
        for (const one of steps) {
          if (one === "restart") {
            save();
            ({ book, tracker } = bookOf());
            book.restore([...rows].map(([id, data]) => ({ id, data })));
            continue;
          }
          tracker.add(keyOf(one.key), use(NOW + one.at * 3_600_000, { host: `h${one.host}` }));
          uses.push(one);
        }
        const expected = Map.groupBy(uses, ({ key }) => key);
        assert.equal(tracker.size, expected.size);
        for (const [n, list] of expected) {
          const key = [...tracker.keys()].find(({ hash }) => hash === hashOf(n));
          const times = list.map(({ at }) => NOW + at * 3_600_000);
          assert.deepEqual(
            [key?.count, key?.firstMs, key?.lastMs],
            [list.length, Math.min(...times), Math.max(...times)],
          );
        }
      }),
    );
  });
});

describe("key book", () => {
  it("is bounded over all groups: the group with the most keys gives one up", () => {
    const evicted: string[] = [];
    const book = new KeyBook((rule) => void evicted.push(rule));
    const groups = MAX_KEYS / MAX_KEYS_OF_GROUP;
    for (let g = 0; g < groups; g++) {
      const tracker = book.open(`rule-${g}`, "{}", {});
      for (let n = 0; n < MAX_KEYS_OF_GROUP - (g === 0 ? 1 : 0); n++) tracker.add(keyOf(n), use(NOW + n));
    }
    const late = book.open("late", "{}", {});
    late.add(keyOf(1), use(NOW));
    assert.deepEqual(evicted, []);
    late.add(keyOf(2), use(NOW));
    assert.equal(evicted.length, 1);
    assert.notEqual(evicted[0], "late");
    assert.equal(late.size, 2);
    assert.equal([...book.list()].length, MAX_KEYS);
    assert.equal(book.sizes().get("late"), 2);
  });

  it("forgets the rows of a group that is gone", () => {
    const { book, tracker } = bookOf();
    tracker.add(keyOf(1), use(NOW));
    const [row] = book.takeDirty();
    assert.ok(row?.data !== null && row !== undefined);
    const next = new KeyBook(() => {});
    next.restore([{ id: row.id, data: row.data }]);
    assert.deepEqual([...next.list()], []);
    assert.deepEqual(next.takeDirty(), [{ id: row.id, data: null }]);
  });
});
