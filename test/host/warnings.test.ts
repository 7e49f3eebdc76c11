import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutSqliteRemark } from "../../src/host/warnings.ts";

describe("Node's own warnings", () => {
  it("go on to stderr, but for the one that calls SQLite experimental", () => {
    const emitted: unknown[][] = [];
    const emit = withoutSqliteRemark((...what: unknown[]) => void emitted.push(what));
    emit("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
    emit("Something else is an experimental feature", "ExperimentalWarning");
    emit("SQLite is slow today");
    emit(new Error("Possible leak"), { code: "LEAK" });
    assert.deepEqual(
      emitted.map(([warning]) => String(warning)),
      ["Something else is an experimental feature", "SQLite is slow today", "Error: Possible leak"],
    );
    assert.deepEqual(emitted[2]?.[1], { code: "LEAK" });
  });
});
