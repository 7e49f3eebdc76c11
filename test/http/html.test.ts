import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { html } from "../../src/http/html.ts";

describe("html template", () => {
  it("lets no inserted text open a tag, an entity or an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const inside = html`<p title="${text}">${text}</p>`.source.slice('<p title="'.length, -"</p>".length);
        const [title, ...rest] = inside.split('">');
        assert.equal(rest.length, 1);
        for (const part of [title ?? "", rest[0] ?? ""]) {
          assert.doesNotMatch(part, /[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
        }
      }),
    );
  });

  it("keeps markup that it made itself", () => {
    const items = [html`<li>${1}</li>`, html`<li>${"<"}</li>`];
    assert.equal(
      html`<ul>
        ${items}
      </ul>`.source.replaceAll(/\s/g, ""),
      "<ul><li>1</li><li>&lt;</li></ul>",
    );
  });
});
