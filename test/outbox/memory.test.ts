import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DeadLetters } from "../../src/outbox/dead-letters.ts";
import { Threads } from "../../src/outbox/threads.ts";
import { row } from "./rig.ts";

const DAY = 86_400_000;
const AT = "2026-05-25T12:00:00.000Z";
const LATER = "2026-05-25T12:01:00.000Z";

/** What a database would hold after these documents. */
function kept(documents: readonly { id: string; data: string | null }[]) {
  return documents.flatMap(({ id, data }) => (data === null ? [] : [{ id, data }]));
}

describe("threads", () => {
  it("counts per incident and receiver, and keeps the newest time", () => {
    const threads = new Threads([]);
    threads.next("A", "slack", LATER, 0);
    assert.equal(threads.next("A", "slack", AT, 0).thread.sequence, 2);
    assert.equal(threads.get("A", "slack")?.lastAt, LATER);
    assert.equal(threads.next("A", "email", AT, 0).thread.sequence, 1);
    assert.deepEqual(threads.receiversOf("A"), ["slack", "email"]);
    assert.deepEqual(threads.receiversOf("B"), []);
  });

  it("commits a reference once, and lets null leave the old one", () => {
    const threads = new Threads([]);
    threads.next("A", "slack", AT, 0);
    assert.equal(threads.refer("A", "slack", "17", 0).length, 1);
    assert.deepEqual(threads.refer("A", "slack", "17", 0), []);
    assert.deepEqual(threads.refer("A", "slack", null, 0), []);
    assert.equal(threads.get("A", "slack")?.reference, "17");
  });

  it("forgets after a week without a word", () => {
    const threads = new Threads([]);
    const { document: first } = threads.next("A", "slack", AT, 0);
    const { document: second } = threads.next("B", "slack", AT, DAY);
    const again = new Threads(kept([second, first]));
    assert.deepEqual(again.prune(7 * DAY - 1), []);
    assert.deepEqual(again.prune(7 * DAY), [{ kind: "outbox_thread", id: "A.slack", data: null }]);
    assert.equal(again.get("B", "slack")?.sequence, 1);
  });

  it("keeps at most 10,000, those that spoke last", () => {
    const threads = new Threads([]);
    for (let n = 0; n <= 10_000; n += 1) threads.next(`I${n}`, "slack", AT, 0);
    threads.refer("I0", "slack", "17", 0);
    assert.deepEqual(
      threads.prune(1).map(({ id }) => id),
      ["I1.slack"],
    );
  });
});

describe("dead letters", () => {
  it("are kept for seven days", () => {
    const letters = new DeadLetters(kept(new DeadLetters([]).add(row("firing", "A", 1), "payload", 0)));
    assert.deepEqual(letters.prune(7 * DAY - 1), []);
    assert.equal(letters.count("slack"), 1);
    assert.deepEqual(letters.prune(7 * DAY), [{ kind: "dead_letter", id: "A.1.slack", data: null }]);
    assert.equal(letters.count("slack"), 0);
  });

  it("are at most 100, the newest", () => {
    const letters = new DeadLetters([]);
    for (let n = 1; n <= 100; n += 1) letters.add(row("firing", "A", n), "expired", 0);
    const documents = letters.add(row("firing", "A", 101), "expired", 0);
    assert.deepEqual(
      documents.map(({ id, data }) => [id, data === null]),
      [
        ["A.101.slack", false],
        ["A.1.slack", true],
      ],
    );
    assert.equal(letters.list().length, 100);
  });
});
