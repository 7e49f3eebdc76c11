import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { StateChange } from "../../src/state/change.ts";
import { openState } from "../../src/state/open.ts";
import { tempFolder } from "../support/temp-folder.ts";

const NOW = Date.UTC(2026, 4, 25);

const EVERYTHING: StateChange = {
  atMs: NOW + 5,
  positions: [
    { source: "api", key: "a", value: "1" },
    { source: "api", key: "b", value: "2" },
    { source: "web", key: "a", value: "3" },
  ],
  groups: [
    { rule: "r", group: '{"service":"x"}', state: { snapshot: new Uint8Array([1, 2]), eventsTotal: 7 } },
  ],
  documents: [
    { kind: "incident", id: "i2", data: "two" },
    { kind: "incident", id: "i1", data: "one" },
    { kind: "silence", id: "i1", data: "s" },
  ],
};

describe("state", () => {
  for (const [place, directory] of [
    ["on disk", tempFolder()],
    ["in memory", null],
  ] as const) {
    it(`gives back what was committed, ${place}`, () => {
      using folder = directory;
      const state = openState(folder?.path ?? null, NOW);
      assert.deepEqual(state.commit(EVERYTHING), { ok: true });
      assert.deepEqual([...state.positions("api")].toSorted(), [
        ["a", "1"],
        ["b", "2"],
      ]);
      assert.deepEqual(state.groups(), [
        { rule: "r", group: '{"service":"x"}', snapshot: new Uint8Array([1, 2]), eventsTotal: 7 },
      ]);
      assert.deepEqual(
        state.documents("incident").map(({ data }) => data),
        ["two", "one"],
      );
      assert.ok(state.size() > 0);
      state.close();
    });
  }

  it("remembers everything over a restart, and that it is not the first start", () => {
    using folder = tempFolder();
    const first = openState(folder.path, NOW);
    assert.equal(first.firstStart, true);
    assert.equal(first.lastCommitMs, null);
    first.commit(EVERYTHING);
    first.close();
    const second = openState(folder.path, NOW + 60_000);
    assert.equal(second.firstStart, false);
    assert.equal(second.createdAtMs, NOW);
    assert.equal(second.lastCommitMs, NOW + 5);
    assert.equal(second.installationKey.length, 32);
    assert.deepEqual(second.installationKey, first.installationKey);
    assert.equal(second.positions("api").get("b"), "2");
    second.close();
  });

  it("leaves the time of the last look alone in a commit that does not carry one", () => {
    using folder = tempFolder();
    const first = openState(folder.path, NOW);
    first.commit({ atMs: NOW + 5 });
    first.commit({ documents: [{ kind: "outbox", id: "x", data: "y" }] });
    first.close();
    using second = Object.assign(openState(folder.path, NOW), {
      [Symbol.dispose](this: { close(): void }) {
        this.close();
      },
    });
    assert.equal(second.lastCommitMs, NOW + 5);
  });

  it("deletes rows that are set to null", () => {
    const state = openState(null, NOW);
    state.commit(EVERYTHING);
    state.commit({
      positions: [{ source: "api", key: "a", value: null }],
      groups: [{ rule: "r", group: '{"service":"x"}', state: null }],
      documents: [{ kind: "incident", id: "i1", data: null }],
    });
    assert.deepEqual([...state.positions("api").keys()], ["b"]);
    assert.deepEqual(state.groups(), []);
    assert.deepEqual(state.documents("incident"), [{ id: "i2", data: "two" }]);
    assert.deepEqual(state.documents("silence"), [{ id: "i1", data: "s" }]);
    state.close();
  });

  it("keeps a changed document in its place in the order", () => {
    const state = openState(null, NOW);
    state.commit(EVERYTHING);
    state.commit({ documents: [{ kind: "incident", id: "i2", data: "newer" }] });
    assert.deepEqual(
      state.documents("incident").map(({ data }) => data),
      ["newer", "one"],
    );
    state.close();
  });

  it("answers a full disk instead of throwing, commits nothing of the change, and pays it back later", () => {
    using folder = tempFolder();
    const state = openState(folder.path, NOW, 128 * 1024);
    const big = { kind: "incident", id: "big", data: "x".repeat(200_000) };
    const failed = state.commit({
      positions: [{ source: "api", key: "a", value: "1" }],
      documents: [big],
    });
    assert.equal(failed.ok, false);
    assert.equal(failed.ok ? "" : failed.code, "SQLITE_FULL");
    assert.equal(state.positions("api").size, 0, "the position without its effects would lose lines");
    assert.deepEqual(state.commit({ documents: [{ ...big, data: "small" }] }), { ok: true });
    assert.equal(state.positions("api").get("a"), "1", "what was owed is written with the next commit");
    state.close();
  });

  it("may be closed twice", () => {
    const state = openState(null, NOW);
    state.close();
    state.close();
  });

  it("does not hide a mistake in the program behind the disk", () => {
    const state = openState(null, NOW);
    const wrong = { positions: [{ source: "api", key: Symbol("no text") as unknown as string, value: "1" }] };
    assert.throws(() => state.commit(wrong));
    assert.deepEqual(state.commit(EVERYTHING), { ok: true });
    state.close();
  });

  it("folds the write-ahead log into the file at closing", () => {
    using folder = tempFolder();
    const state = openState(folder.path, NOW);
    state.commit({ documents: [{ kind: "incident", id: "i", data: "find me in the file" }] });
    state.close();
    assert.ok(readFileSync(folder.join("revokewatch.db"), "latin1").includes("find me in the file"));
  });
});
