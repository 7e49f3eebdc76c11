import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { joinChanges } from "../../src/state/change.ts";

describe("joinChanges", () => {
  it("keeps the later row of each key and every other row", () => {
    const joined = joinChanges(
      {
        atMs: 1,
        positions: [
          { source: "api", key: "a", value: "1" },
          { source: "api", key: "b", value: "1" },
        ],
        documents: [{ kind: "incident", id: "x", data: "old" }],
      },
      {
        positions: [
          { source: "api", key: "a", value: null },
          { source: "web", key: "a", value: "2" },
        ],
        documents: [
          { kind: "incident", id: "x", data: null },
          { kind: "silence", id: "x", data: "s" },
        ],
      },
    );
    assert.deepEqual(joined, {
      atMs: 1,
      positions: [
        { source: "api", key: "a", value: null },
        { source: "api", key: "b", value: "1" },
        { source: "web", key: "a", value: "2" },
      ],
      groups: [],
      documents: [
        { kind: "incident", id: "x", data: null },
        { kind: "silence", id: "x", data: "s" },
      ],
    });
  });

  it("takes the later time", () => {
    assert.equal(joinChanges({ atMs: 1 }, { atMs: 2 }).atMs, 2);
  });
});
