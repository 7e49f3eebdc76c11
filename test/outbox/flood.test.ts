import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LIMITS } from "../../src/outbox/bounds.ts";
import { openState } from "../../src/state/open.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { delivered, failed, rig, type Rig, type RigOptions, transition } from "./rig.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const BUDGET = { messages: 3, perMs: 10 * MINUTE };

function flooded(options: RigOptions = {}): Rig {
  return rig({ budgets: new Map([["slack", BUDGET]]), ...options });
}

const names = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `I${from + i}`);

async function fire(bench: Rig, ids: readonly string[], severity: "critical" | "warning" = "warning") {
  for (const id of ids) await bench.say(transition("firing", id, 10, 0, { severity }));
}

const warnings = (bench: Rig): string => bench.slack.offers.at(-1)?.message.warnings.join("\n") ?? "";

describe("a flood of messages", () => {
  it("is sent one by one up to the budget, and the rest in one digest after half a minute", async () => {
    await using bench = flooded();
    await fire(bench, names(10));
    assert.deepEqual(bench.slack.heard, ["firing I0 #1", "firing I1 #1", "firing I2 #1"]);
    await bench.clock.advance(30 * SECOND - 1);
    assert.equal(bench.slack.offers.length, 3);
    await bench.clock.advance(1);
    assert.equal(bench.slack.offers.length, 4);
    for (const id of names(7, 3).slice(1)) assert.match(warnings(bench), new RegExp(`firing ${id} checkout`));
    assert.match(warnings(bench), /over 3 in 10m\): this one also stands for 6 others/);
    assert.equal(bench.outbox.view()[0]?.outbox_messages, 0);
    assert.deepEqual(bench.state.documents("outbox"), []);
  });

  it("loses nothing silently: accepted is delivered, digested, or waiting", async () => {
    await using bench = flooded();
    await fire(bench, names(50));
    await bench.clock.advance(30 * SECOND);
    const { recording } = bench;
    assert.equal(recording.of("queued").length, 50);
    assert.equal(recording.of("delivered").length, 4);
    assert.equal(recording.of("digested").length, 46);
    assert.deepEqual(recording.of("digested")[0], ["slack", "firing", "api_key_revoked", "I4", "I3"]);
  });

  it("is led by the gravest alarm", async () => {
    await using bench = flooded();
    await fire(bench, names(5));
    await fire(bench, ["GRAVE"], "critical");
    await fire(bench, names(2, 5));
    await bench.clock.advance(30 * SECOND);
    assert.equal(bench.slack.heard.at(-1), "firing GRAVE #1");
  });

  it("that goes on makes a digest every five minutes, whatever comes", async () => {
    await using bench = flooded();
    await fire(bench, names(4));
    for (let minute = 0; minute < 9; minute += 1) {
      await bench.clock.advance(MINUTE);
      await fire(bench, names(5, 10 + minute * 5));
    }
    assert.deepEqual(bench.slack.times, [0, 0, 0, 30, 330]);
    await bench.clock.advance(MINUTE);
    assert.equal(bench.slack.offers.length, 8, "ten minutes after the first three there is room for three");
  });

  it("that is over is forgotten: the next alarm goes out at once", async () => {
    await using bench = flooded();
    await fire(bench, names(10));
    await bench.clock.advance(11 * MINUTE);
    const before = bench.slack.offers.length;
    await fire(bench, ["LATER"]);
    assert.equal(bench.slack.offers.length, before + 1);
    assert.equal(bench.slack.heard.at(-1), "firing LATER #1");
  });

  it("is not forgotten in a restart, whose budget is what was left of it", async () => {
    const clock = new FakeClock();
    const state = openState(null, clock.now());
    const first = flooded({ clock, state });
    await fire(first, names(9));
    await clock.advance(30 * SECOND);
    assert.equal(first.slack.offers.length, 4);
    await first.outbox.close();
    await using second = flooded({ clock, state });
    await fire(second, names(5, 9));
    assert.equal(second.slack.offers.length, 0);
    await clock.advance(4 * MINUTE);
    assert.equal(second.slack.offers.length, 0, "the next digest is due five minutes after the last");
    await clock.advance(MINUTE + SECOND);
    assert.equal(second.slack.offers.length, 1);
    assert.match(warnings(second), /also stands for 4 others/);
    await clock.advance(5 * MINUTE);
    await fire(second, names(3, 20));
    assert.equal(second.slack.offers.length, 4, "ten minutes after the first three there is room for three");
  });

  it("names what fits and counts the rest", async () => {
    await using bench = flooded();
    await fire(bench, names(500));
    await bench.clock.advance(30 * SECOND);
    const lines = bench.slack.offers.at(-1)?.message.warnings ?? [];
    assert.ok(lines.length <= 10 && lines.every(({ length }) => length <= 300), "as receivers show them");
    assert.match(lines.at(-1) ?? "", /; and \d+ more$/);
    const named = lines.slice(1).flatMap((line) => line.split("; "));
    assert.equal(named.length - 1 + Number(/^and (\d+) more$/.exec(named.at(-1) ?? "")?.[1]), 496);
  });

  it("does not keep back the end of what stands in the channel as burning", async () => {
    await using bench = flooded();
    bench.slack.always = delivered('{"ts":"1"}');
    await fire(bench, names(9));
    await bench.say(transition("resolved", "I0"));
    assert.equal(bench.slack.heard.at(-1), "resolved I0 #2");
    await bench.say(transition("resolved", "I5", 10, 0, { severity: "warning" }));
    assert.equal(bench.slack.offers.length, 4, "of I5 the channel knows nothing yet");
    await bench.clock.advance(30 * SECOND);
    assert.match(warnings(bench), /resolved I5/);
  });

  it("stays queued whole when its digest is not accepted", async () => {
    await using bench = flooded();
    await fire(bench, names(3));
    bench.slack.always = failed("transient");
    await fire(bench, names(6, 3));
    await bench.clock.advance(30 * SECOND);
    assert.equal(bench.outbox.view()[0]?.outbox_messages, 6);
    bench.slack.always = delivered();
    await bench.clock.advance(10 * MINUTE);
    assert.equal(bench.outbox.view()[0]?.outbox_messages, 0);
    assert.equal(bench.state.documents("outbox").length, 0);
  });

  it("does not go to the fallback message by message while it is gathered", async () => {
    const fallbacks = new Map([["slack", { receiver: "email", afterMs: 10 * SECOND }]]);
    await using bench = flooded({ fallbacks });
    await fire(bench, names(20));
    await bench.clock.advance(MINUTE);
    assert.deepEqual(bench.email.heard, []);
    assert.equal(bench.slack.offers.length, 4);
  });

  it("is said in one digest at the shutdown", async () => {
    await using bench = flooded();
    await fire(bench, names(40));
    assert.deepEqual(await bench.outbox.attemptAllDue(8 * SECOND), []);
    assert.equal(bench.slack.offers.length, 4);
    assert.match(warnings(bench), /36 others/);
  });

  it("over the bound of the queue says in the next message how much was given up", async () => {
    await using bench = flooded({ limits: { ...LIMITS, rows: 10 } });
    await fire(bench, names(33));
    await bench.clock.advance(30 * SECOND);
    assert.match(warnings(bench), /20 messages were given up, since too many waited/);
    assert.equal(bench.recording.of("failed").length, 20);
    assert.equal(bench.outbox.view()[0]?.dead_letters, 20);
  });

  it("has no bound for a receiver without a budget", async () => {
    await using bench = rig();
    await fire(bench, names(100));
    assert.equal(bench.slack.offers.length, 100);
  });
});
