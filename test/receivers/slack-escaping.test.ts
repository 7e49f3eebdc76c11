// No text of a log can become markup, a mention or a link in Slack, nor make Slack refuse the message.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { TRANSITION_EVENTS } from "../../src/core/incidents/transition.ts";
import { brief } from "../../src/receivers/briefing.ts";
import { type Block, parentContent, replyContent, RUNGS } from "../../src/receivers/slack-blocks.ts";
import { codeSpan, escaped, linkTo, moment } from "../../src/receivers/slack-mrkdwn.ts";
import { refuseBlocks } from "../support/block-kit.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { hostileIncident, hostileText } from "../support/hostile.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";

const MENTION = "<!subteam^S0123456>";
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/u;
const OUR_TOKENS = [
  /<!date\^\d+\^\{date_short_pretty\} \{time_secs\}\|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC>/g,
  /<https:\/\/(?:logs\.example|runbooks\.example|docs\.asterwise\.com)\/[^<>|\s]*\|[^<>|]*>/g,
];

/** Everything in the text that Slack would read as markup and that we did not mean. */
function strayMarkup(text: string): string | null {
  let rest = text.replaceAll(MENTION, "");
  for (const token of OUR_TOKENS) rest = rest.replace(token, "");
  if (/[<>]/.test(rest)) return "an angle bracket";
  if (/&(?!amp;|lt;|gt;)/.test(rest)) return "a bare ampersand";
  rest = rest.replace(/`[^`\n]+`/g, "x");
  if (rest.includes("`")) return "a backtick";
  // Our own bold: whole labels, never around a line break.
  rest = rest.replace(/\*[^*\n]+\*/g, "x");
  if (/[*~]/.test(rest)) return "an asterisk or tilde";
  if (/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u.test(rest)) return "an underscore at a word's edge";
  if (/:[\w+'-]*[a-z][\w+'-]*:/i.test(rest)) return "an emoji's name";
  if (/^&gt;/m.test(rest)) return "a quoted line";
  return UNSEEN.test(rest.replaceAll("\n", "")) ? "an invisible character" : null;
}

function texts(blocks: readonly Block[]): { readonly markup: string[]; readonly plain: string[] } {
  const markup: string[] = [];
  const plain: string[] = [];
  for (const block of blocks) {
    if (block.type === "header") plain.push(block.text.text);
    else if (block.type === "context") markup.push(...block.elements.map(({ text }) => text));
    else if ("fields" in block) markup.push(...block.fields.map(({ text }) => text));
    else markup.push(block.text.text);
  }
  return { markup, plain };
}

describe("Slack's markup", () => {
  it("holds no markup of a hostile log line, on any rung, for any event", () => {
    const setup = receiverSetup(new FakeClock());
    fc.assert(
      fc.property(
        hostileIncident,
        fc.constantFrom(...TRANSITION_EVENTS),
        fc.array(hostileText, { maxLength: 2 }),
        (incident, event, warnings) => {
          const said = message(
            { ...transition(event), incident: { ...incident, state: "firing" } },
            { warnings },
          );
          const briefing = brief(said, setup, said.queuedAtMs + 90_000);
          for (const rung of RUNGS) {
            for (const content of [
              parentContent(briefing, MENTION, rung),
              replyContent(briefing, MENTION, rung),
            ]) {
              const { markup, plain } = texts(content.blocks);
              for (const text of [content.text, ...markup])
                assert.equal(strayMarkup(text), null, JSON.stringify(text));
              for (const text of plain) assert.doesNotMatch(text, UNSEEN);
              assert.equal(content.blocks.length === 0 ? null : refuseBlocks(content.blocks), null);
              assert.ok(JSON.stringify(content).length < 13_200);
            }
          }
          assert.ok([...briefing.push].length <= 140, briefing.push);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("asks Slack to leave every text as it is", () => {
    const said = message();
    const briefing = brief(said, receiverSetup(new FakeClock()), said.queuedAtMs);
    const json = JSON.stringify([
      parentContent(briefing, MENTION, "full"),
      replyContent(briefing, MENTION, "full"),
    ]);
    assert.equal(json.split('"type":"mrkdwn"').length, json.split('"verbatim":true').length);
    assert.ok(json.includes('"verbatim":true'));
  });

  it("finds what it looks for", () => {
    const bad = [
      "<!channel>",
      "a `b",
      "*x",
      "_x_ y",
      ":fire:",
      "&gt; q",
      "a & b",
      "x\u202ey",
      "<https://evil.example/|x>",
    ];
    for (const text of bad) assert.notEqual(strayMarkup(text), null, text);
  });

  const words: readonly (readonly [string, string])[] = [
    ["<!channel> & co", "&lt;!channel&gt; &amp; co"],
    ["*b* ~s~ `c`", "∗b∗ ∼s∼ 'c'"],
    ["_it_ api_key_revoked", "＿it＿ api_key_revoked"],
    [":large_green_circle: 12:30:45", "∶large_green_circle: 12:30:45"],
    ["> quote", "› quote"],
  ];
  for (const [from, to] of words) {
    it(`shows ${JSON.stringify(from)} as words`, () => assert.equal(escaped(from), to));
  }

  it("shows a value between backticks, whatever it holds", () => {
    assert.equal(codeSpan("a`b<c"), "`a'b&lt;c`");
    assert.equal(codeSpan(""), "`-`");
  });

  it("gives a moment in the reader's own zone, with UTC for those who cannot", () => {
    assert.equal(
      moment(Date.UTC(2026, 4, 25, 12, 34, 56)),
      "<!date^1779712496^{date_short_pretty} {time_secs}|2026-05-25 12:34:56 UTC>",
    );
  });

  it("keeps a label from ending a link or adding a second address", () => {
    assert.equal(
      linkTo("https://a.example/?q=1&r=2", "x|<y>"),
      "<https://a.example/?q=1&amp;r=2|x¦&lt;y&gt;>",
    );
  });
});
