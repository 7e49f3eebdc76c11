// What reaches a terminal of a text out of a log.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { shownJson, shownText } from "../../src/host/shown-text.ts";
import { hostileText } from "../support/hostile.ts";

describe("text that is shown", () => {
  it("has what a terminal obeys as escapes, and all else as it is", () => {
    assert.equal(
      shownText("a\u001b[31m\u009b2J\u202eb\u200b\u2028\n\u{e0041} ü…😀"),
      "a\\u001b[31m\\u009b2J\\u202eb\\u200b\\u2028\\u000a\\udb40\\udc41 ü…😀",
    );
  });

  it("is the same value as JSON, whatever it holds", () => {
    fc.assert(
      fc.property(hostileText, fc.jsonValue(), (text, value) => {
        const shown = shownJson({ [text]: value, text });
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        assert.deepEqual(JSON.parse(shown), JSON.parse(JSON.stringify({ [text]: value, text })));
      }),
    );
  });
});
