import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RequestIds } from "../../../src/core/incidents/request-ids.ts";

function filled(count: number): RequestIds {
  const ids = new RequestIds();
  for (let i = 0; i < count; i++) ids.add(`req_${i}`);
  return ids;
}

describe("request ids", () => {
  it("keeps each id once, in the order of coming", () => {
    const ids = new RequestIds();
    for (const id of ["b", "a", "b", "c", "a"]) ids.add(id);
    assert.deepEqual(ids.sample(10), ["b", "a", "c"]);
    assert.equal(ids.total, 3);
  });

  it("shows the first and the newest when there are more than asked for", () => {
    assert.deepEqual(filled(1000).sample(4), ["req_0", "req_1", "req_998", "req_999"]);
    assert.deepEqual(filled(1000).sample(1), ["req_0"]);
    assert.equal(filled(1000).total, 1000);
  });

  it("keeps at most 200 whatever comes", () => {
    assert.equal(filled(50_000).kept().length, 200);
    assert.equal(filled(50_000).kept().at(-1), "req_49999");
  });

  it("goes on after a restart as if nothing had happened", () => {
    const whole = filled(150);
    const restored = RequestIds.from(JSON.parse(JSON.stringify(filled(120).state())));
    for (let i = 120; i < 150; i++) restored.add(`req_${i}`);
    assert.deepEqual(restored.sample(10), whole.sample(10));
    assert.equal(restored.total, whole.total);
  });
});
