import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { IdSet } from "../../../src/core/incidents/id-set.ts";

describe("a set of ids", () => {
  it("holds what a set of texts holds", () => {
    const ids = fc.array(fc.oneof(fc.string(), fc.stringMatching(/^req_[a-c]{0,3}$/)), { maxLength: 300 });
    fc.assert(
      fc.property(ids, fc.array(fc.string()), (added, asked) => {
        const set = new IdSet();
        const model = new Set<string>();
        for (const id of added) {
          assert.equal(set.has(id), model.has(id));
          set.add(id);
          model.add(id);
        }
        assert.equal(set.size, model.size);
        for (const id of [...added, ...asked]) assert.equal(set.has(id), model.has(id));
      }),
    );
  });

  it("tells ten thousand ids apart that differ in one digit", () => {
    const set = new IdSet();
    for (let i = 0; i < 10_000; i++) set.add(`req_${i}`);
    assert.equal(set.size, 10_000);
    assert.equal(set.has("req_10000"), false);
  });
});
