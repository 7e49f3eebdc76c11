// A week in which a receiver takes nothing, in an instant: what a person finds in the channel when it is over.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openState } from "../../src/state/open.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { delivered, failed, type Rig, rig, transition } from "./rig.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** One a day that ends within the hour, and one that burns all week and repeats every four hours. */
async function week(restarts: boolean): Promise<{ bench: Rig; clock: FakeClock; attempts: number }> {
  const clock = new FakeClock();
  const state = openState(null, clock.now());
  let bench = rig({ clock, state });
  let attempts = 0;
  bench.slack.always = failed("transient");
  await bench.say(transition("firing", "LONG"));
  for (let day = 0; day < 7; day += 1) {
    const at = (hours: number): number => day * DAY + hours * HOUR;
    await bench.say(transition("firing", `DAY${day}`, 10, at(0)));
    await clock.advance(HOUR);
    await bench.say(transition("resolved", `DAY${day}`, 20, at(1)));
    for (let hour = 4; hour <= 24; hour += 4) {
      await clock.advance(hour === 4 ? 3 * HOUR : 4 * HOUR);
      await bench.say(transition("repeat", "LONG", 100 * day + hour, at(hour)));
    }
    if (!restarts) continue;
    attempts += bench.slack.offers.length;
    await bench.outbox.close();
    // What waits is offered while the outbox is being opened.
    bench = rig({ clock, state, script: Array.from({ length: 8 }, () => failed("transient")) });
    bench.slack.always = failed("transient");
    await clock.settle();
    bench.slack.script = [];
  }
  return { bench, clock, attempts: attempts + bench.slack.offers.length };
}

for (const restarts of [false, true]) {
  describe(`a week without Slack${restarts ? ", with a restart every day" : ""}`, () => {
    it("ends with one message for what still burns, and letters for what nobody was told", async () => {
      const { bench, clock } = await week(restarts);
      const before = bench.slack.offers.length;
      bench.slack.always = delivered();
      await clock.advance(HOUR);
      const told = bench.slack.heard.slice(before);
      const newest = told.filter((word) => word.includes("LONG"));
      assert.equal(newest.length, 1, told.join(", "));
      assert.match(newest[0] ?? "", /^(?:firing|repeat) LONG/);
      const numbers = bench.slack.offers.findLast(({ message }) => message.transition.incident.id === "LONG");
      assert.equal(numbers?.message.transition.incident.count, 624, "the newest numbers");
      const letters = bench.outbox.byHand.list().filter(({ state }) => state === "dead");
      const accounted = new Set(letters.map(({ transition: { incident } }) => incident.id));
      for (const word of told) accounted.add(word.split(" ")[1] ?? "");
      for (let day = 0; day < 7; day += 1) assert.ok(accounted.has(`DAY${day}`), `of DAY${day}`);
      assert.equal(bench.outbox.view()[0]?.outbox_messages, 0);
    });

    it("asks Slack rarely, and gives every first firing up aloud", async () => {
      const { bench, attempts } = await week(restarts);
      // A probe every five minutes, and a few quick ones after each start.
      assert.ok(attempts < 7 * 24 * 12 * 1.1 + 100, `${attempts} attempts in a week`);
      const aloud = bench.recording.of("failed").map(([, reason]) => reason);
      assert.ok(aloud.every((reason) => reason === "expired"));
      if (!restarts) assert.ok(aloud.length >= 7);
    });

    it("can be told of after all, by hand, in order and each as late as it is", async () => {
      const { bench, clock } = await week(restarts);
      bench.slack.always = delivered();
      await clock.advance(HOUR);
      const before = bench.slack.offers.length;
      const { done } = bench.outbox.byHand.retry({ receiver: "slack" });
      await clock.advance(HOUR);
      assert.ok(done.length > 0);
      assert.equal(bench.slack.offers.length - before, done.length);
      assert.ok(
        bench.slack.offers.slice(before).every(({ message }) => clock.now() - message.queuedAtMs > DAY),
      );
    });
  });
}
