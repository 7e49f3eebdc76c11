import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { incidentId, shortId } from "../../../src/core/incidents/ids.ts";

const DIGEST = "0123456789abcdef0123456789abcdef";

describe("incident ids", () => {
  it("are ULIDs that sort by time", () => {
    const early = incidentId(Date.UTC(2026, 0, 1), DIGEST);
    const late = incidentId(Date.UTC(2026, 0, 1) + 1, DIGEST);
    assert.match(early, /^[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.ok(early < late);
  });

  it("write the time as the ULID specification does", () => {
    // The specification's own example: 1469918176385 ms is 01ARYZ6S41.
    assert.equal(incidentId(1469918176385, DIGEST).slice(0, 10), "01ARYZ6S41");
  });

  it("are the same for the same incident and differ for another", () => {
    assert.equal(incidentId(5, DIGEST), incidentId(5, DIGEST));
    assert.notEqual(incidentId(5, DIGEST), incidentId(5, `f${DIGEST}`));
    assert.equal(shortId("01ARYZ6S41TSV4RRFFQ69G5FAV"), "5FAV");
  });
});
