import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CountFaults, type CountLine, MAX_FAULTS, readCounts } from "../../src/backtest/counts.ts";

function read(...texts: readonly string[]): { items: CountLine[]; faults: CountFaults } {
  const faults = new CountFaults();
  const items: CountLine[] = [];
  const lines = readCounts("c.ndjson", faults);
  for (const text of texts) {
    lines(Buffer.from(text), (item, timeMs) => {
      assert.equal(timeMs, item.timeMs);
      items.push(item);
    });
  }
  return { items, faults };
}

describe("recorded counts", () => {
  it("are read with and without a group, empty lines left out", () => {
    const { items, faults } = read(
      '{"time":"2026-05-25T12:00:00Z","count":3}\n\n{"time":"2026-05-25T14:00:00+02:00","count":0,"group":"pay"}\n',
    );
    const timeMs = Date.UTC(2026, 4, 25, 12);
    assert.deepEqual(items, [
      { timeMs, count: 3, group: null },
      { timeMs, count: 0, group: "pay" },
    ]);
    assert.equal(faults.total, 0);
  });

  const TIME = '"time":"2026-05-25T12:00:00Z"';
  const WRONG: readonly (readonly [string, RegExp])[] = [
    ["nope", /expected a JSON object such as .*found nope$/],
    ["[1]", /expected a JSON object/],
    ['{"count":3}', /expected an RFC 3339 time at `time`, found nothing$/],
    ['{"time":"yesterday","count":3}', /found "yesterday"$/],
    ['{"time":1779712496,"count":3}', /found 1779712496$/],
    [`{${TIME}}`, /expected a whole number from 0 to 1000000000 at `count`, found nothing$/],
    [`{${TIME},"count":-1}`, /found -1$/],
    [`{${TIME},"count":1.5}`, /found 1\.5$/],
    [`{${TIME},"count":"3"}`, /found "3"$/],
    [`{${TIME},"count":1,"group":7}`, /expected a text of at most 200 characters at `group`, found 7$/],
    ['{"time":"\\u001b[31m","count":1}', /found "\\u001b\[31m"$/],
  ];
  for (const [line, message] of WRONG) {
    it(`names the line and what is wrong with ${line}`, () => {
      const { items, faults } = read(`{${TIME},"count":1}\n`, `${line}\n`);
      assert.equal(items.length, 1);
      assert.match(faults.told[0] ?? "", /^c\.ndjson:2: /);
      assert.match(faults.told[0] ?? "", message);
    });
  }

  it("tell the first faults one by one and count the rest", () => {
    const { faults } = read("x\n".repeat(100));
    assert.equal(faults.told.length, MAX_FAULTS);
    assert.equal(faults.total, 100);
  });
});
