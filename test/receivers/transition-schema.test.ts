// What programs are promised of a transition: the published schema, and that what we send is as it says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import * as v from "valibot";
import { transitionSchema, transitionSchemaText } from "../../scripts/transition-schema.ts";
import { TRANSITION_EVENTS } from "../../src/core/incidents/transition.ts";
import { transitionJson } from "../../src/receivers/transition-json.ts";
import { hostileIncident } from "../support/hostile.ts";
import { transition } from "../support/transitions.ts";

describe("a transition as programs get it", () => {
  for (const event of TRANSITION_EVENTS) {
    it(`is as its schema says: ${event}`, () => {
      const { issues } = v.safeParse(transitionSchema, JSON.parse(transitionJson(transition(event))));
      assert.deepEqual(issues?.map(({ message, path }) => [message, path?.map(({ key }) => key)]) ?? [], []);
    });
  }

  it("is so whatever a log says", () => {
    fc.assert(
      fc.property(hostileIncident, (incident) => {
        v.parse(transitionSchema, JSON.parse(transitionJson({ ...transition(), incident })));
      }),
    );
  });

  it("is described in config/ as it is", () => {
    const published = readFileSync(join(import.meta.dirname, "../../config/transition.schema.json"), "utf8");
    assert.equal(published, transitionSchemaText(), "npm run reference");
  });
});
