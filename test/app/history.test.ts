import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { History } from "../../src/app/history.ts";
import type { DocumentRow } from "../../src/state/change.ts";
import { transition } from "../outbox/rig.ts";

const KEPT = 500;
const idOf = (i: number): string => `I${String(i).padStart(4, "0")}`;

/** A history that heard of so many incidents, and what it has on disk. */
function heard(count: number, events: readonly ("firing" | "resolved")[], history = new History([])) {
  const disk = new Map<string, string>();
  const commit = (rows: readonly DocumentRow[]): void => {
    for (const { id, data } of rows) {
      if (data === null) disk.delete(id);
      else disk.set(id, data);
    }
  };
  for (const event of events) {
    for (let i = 0; i < count; i += 1) commit(history.add(transition(event, idOf(i))));
  }
  return { history, disk };
}

describe("history", () => {
  it("keeps every open incident, however many there are", () => {
    const { history, disk } = heard(2 * KEPT, ["firing"]);
    assert.equal(history.list([]).length, 2 * KEPT);
    assert.equal(disk.size, 2 * KEPT);
  });

  it("forgets the oldest that are over beyond its bound, also on disk", () => {
    const { history, disk } = heard(KEPT + 3, ["firing", "resolved"]);
    assert.deepEqual(
      [...disk.keys()].toSorted(),
      history
        .list([])
        .map(({ id }) => id)
        .toSorted(),
    );
    assert.deepEqual(
      [history.list([]).length, history.list([]).at(-1)?.id, history.list([])[0]?.id],
      [KEPT, idOf(3), idOf(KEPT + 2)],
    );
  });

  it("knows after a restart which are over, and keeps one that fires again", () => {
    const { disk } = heard(KEPT, ["firing", "resolved"]);
    const again = new History([...disk].map(([id, data]) => ({ id, data })));
    again.add(transition("firing", idOf(0)));
    const gone = again.add(transition("firing", idOf(KEPT))).filter(({ data }) => data === null);
    assert.deepEqual(
      gone.map(({ id }) => id),
      [idOf(1)],
    );
  });
});
