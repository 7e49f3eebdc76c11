// Silences and acknowledgements seen from outside the core: lines and time go in, transitions come out. Time is virtual.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EngineRule } from "../../src/core/engine.ts";
import type { SilenceSpec } from "../../src/core/incidents/silence.ts";
import { isHeld } from "../../src/core/incidents/silence-report.ts";
import type { Transition } from "../../src/core/incidents/transition.ts";
import { burst } from "../support/log-lines.ts";
import { HOUR, kinds, MINUTE, NOW, planned, SECOND, Stage, THRESHOLD } from "../support/stage.ts";

describe("silence", () => {
  it("holds delivery and nothing else: the incident goes on, named for the silence", () => {
    const stage = new Stage([planned()]);
    const [firing] = stage.events(30);
    assert.equal(firing?.event, "firing");
    assert.equal(firing?.incident.silence, "rotation");
    assert.equal(firing?.incident.silenced_until, new Date(NOW + HOUR).toISOString());
    assert.ok(isHeld(firing));
    assert.deepEqual(stage.recording.of("suppressed"), [["api_key_revoked", "silenced"]]);
    assert.equal(stage.recording.of("eventCounted").length, 30);
    assert.equal(stage.engine.openIncidents()[0]?.silence, "rotation");
    stage.pass(20 * MINUTE);
    assert.deepEqual(kinds(stage.said), ["firing", "resolved"]);
    assert.deepEqual(stage.delivered, []);
  });

  it("leaves other groups alone", () => {
    const stage = new Stage([planned()]);
    const [firing] = stage.events(30, "ledger");
    assert.equal(firing?.incident.silence, null);
    assert.deepEqual(stage.delivered, ["firing"]);
  });

  it("breaks through when more events come than it expects, and says how many", () => {
    const stage = new Stage([planned({ expect: { maxEvents: 500 } })]);
    stage.events(400);
    assert.deepEqual(stage.delivered, []);
    stage.nowMs += SECOND;
    const [exceeded] = stage.events(212);
    assert.equal(exceeded?.event, "silence_exceeded");
    assert.equal(exceeded.incident.silence, "rotation");
    assert.equal(exceeded.incident.explanation, "exceeds the planned rotation CHG-17: 612 > 500 events");
    stage.pass(20 * MINUTE);
    assert.deepEqual(stage.delivered, ["silence_exceeded", "resolved"]);
  });

  it("breaks through at one event more than it expects and not at the last one that it does", () => {
    const stage = new Stage([planned({ expect: { maxEvents: 10 } })]);
    stage.events(10);
    assert.deepEqual(stage.delivered, []);
    stage.events(1);
    assert.deepEqual(stage.delivered, ["silence_exceeded"]);
  });

  it("breaks through when more keys die than it expects", () => {
    const stage = new Stage([planned({ expect: { maxKeys: 2 } })]);
    for (const key of ["ast_live_aaaaaaaaaaaa0001", "ast_live_bbbbbbbbbbbb0002"])
      stage.events(5, "checkout", key);
    assert.deepEqual(stage.delivered, []);
    const [exceeded] = stage.events(1, "checkout", "ast_live_cccccccccccc0003");
    assert.equal(exceeded?.incident.explanation, "exceeds the planned rotation CHG-17: 3 > 2 keys");
  });

  it("gives an incident that begins after it was exceeded as exceeding it, too", () => {
    const stage = new Stage([planned({ match: ["rule=api_key_revoked"], expect: { maxEvents: 10 } })]);
    stage.events(12, "checkout");
    stage.events(6, "ledger");
    assert.deepEqual(stage.delivered, ["silence_exceeded", "silence_exceeded"]);
  });

  it("is followed by an ordinary first notification when it ends while the incident fires", () => {
    const stage = new Stage([planned({ untilMs: NOW + 10 * MINUTE })]);
    stage.events(30);
    const said = stage.pass(11 * MINUTE, () => stage.events(1));
    const [firing, report] = said.filter((transition) => !isHeld(transition));
    assert.equal(firing?.event, "firing");
    assert.equal(firing.incident.silence, null);
    assert.equal(firing.incident.silenced_until, new Date(NOW + 10 * MINUTE).toISOString());
    assert.equal(report?.event, "silence_ended", "below the alert");
    assert.equal(report.incident.id, firing.incident.id);
  });

  it("tells those who know that it fires once why nothing more comes, and goes on when it ends", () => {
    const stage = new Stage();
    stage.events(6);
    stage.nowMs += MINUTE;
    stage.define([planned({ fromMs: stage.nowMs, untilMs: stage.nowMs + 10 * MINUTE })]);
    const said = stage.pass(11 * MINUTE, () => stage.events(20));
    const delivered = said.filter((transition) => !isHeld(transition));
    assert.deepEqual(kinds(delivered), ["update", "repeat", "silence_ended"]);
    assert.ok((delivered[0]?.incident.silenced_until ?? "") > (delivered[0]?.at ?? ""), "lies ahead");
    assert.ok(kinds(said).filter((kind) => kind === "update").length > 1, "growth is printed");
  });

  it("tells the end to those who know of the beginning", () => {
    const stage = new Stage();
    stage.events(6);
    stage.define([planned()]);
    stage.pass(20 * MINUTE);
    assert.deepEqual(stage.delivered, ["firing", "update", "resolved"]);
  });

  it("reports expected against seen at its end, once, without an incident too", () => {
    const stage = new Stage([
      planned({ untilMs: NOW + 10 * MINUTE, expect: { maxEvents: 500, maxKeys: 40 } }),
    ]);
    stage.events(3);
    const [report, ...more] = stage.pass(20 * MINUTE);
    assert.deepEqual(more, []);
    assert.equal(report?.event, "silence_ended");
    assert.equal(report.incident.state, "pending");
    assert.equal(
      report.incident.explanation,
      "planned rotation CHG-17: 3 events and 1 key, as expected (at most 500 events, 40 keys)",
    );
    assert.equal(isHeld(report), false);
  });

  it("reports what was more than expected", () => {
    const stage = new Stage([planned({ untilMs: NOW + 10 * MINUTE, expect: { maxEvents: 10 } })]);
    stage.events(12);
    const report = stage.pass(30 * MINUTE).find(({ event }) => event === "silence_ended");
    assert.equal(
      report?.incident.explanation,
      "planned rotation CHG-17: 12 events and 1 key, more than expected (at most 10 events)",
    );
  });

  it("prints the report of a rotation in which nothing happened and sends it to nobody", () => {
    const stage = new Stage([planned({ untilMs: NOW + MINUTE })]);
    assert.deepEqual(kinds(stage.pass(5 * MINUTE)), ["silence_ended"]);
    assert.deepEqual(stage.delivered, []);
  });

  it("never hides another key than the one that it names", () => {
    const stage = new Stage([planned({ match: ["key=ast_live_…0001"] })]);
    stage.events(6, "checkout", "ast_live_aaaaaaaaaaaa0001");
    assert.deepEqual(stage.delivered, []);
    stage.events(1, "checkout", "ast_live_bbbbbbbbbbbb0002");
    assert.deepEqual(stage.delivered, ["firing"]);
  });

  it("of one severity lets a graver one through", () => {
    const stage = new Stage([planned({ match: ["severity=warning"] })]);
    stage.events(6);
    assert.deepEqual(stage.delivered, []);
    stage.nowMs += SECOND;
    stage.events(20);
    assert.deepEqual(stage.delivered, ["firing"]);
  });

  it("that is about to end is told of once, a quarter of an hour before, while it holds something back", () => {
    const stage = new Stage([planned()]);
    const burning = (): unknown => stage.nowMs % (10 * SECOND) === 0 && stage.events(1);
    stage.events(6);
    assert.equal(kinds(stage.pass(45 * MINUTE - SECOND, burning)).includes("silence_ending"), false);
    const [reminder, ...rest] = stage.pass(SECOND, burning).filter((said) => !isHeld(said));
    assert.deepEqual([reminder?.event, rest.length], ["silence_ending", 0]);
    assert.equal(
      reminder?.incident.explanation,
      "the planned rotation CHG-17 ends in 15m and still holds back an incident",
    );
    assert.notEqual(
      reminder.incident.id,
      stage.engine.openIncidents()[0]?.id,
      "the first word is still to come",
    );
    stage.restart();
    const later = stage.pass(16 * MINUTE, burning).filter((said) => !isHeld(said));
    assert.deepEqual(kinds(later), ["firing", "silence_ended"], "and never again, over a restart too");
  });

  it("that holds nothing back, or is short, ends without a reminder", () => {
    const quiet = new Stage([planned()]);
    assert.deepEqual(kinds(quiet.pass(HOUR)).includes("silence_ending"), false);
    const short = new Stage([planned({ untilMs: NOW + 20 * MINUTE })]);
    short.events(6);
    const burning = (): unknown => short.nowMs % (10 * SECOND) === 0 && short.events(1);
    assert.equal(kinds(short.pass(20 * MINUTE, burning)).includes("silence_ending"), false);
  });

  it("ends at once when it is expired by hand", () => {
    const stage = new Stage([planned()]);
    stage.events(30);
    stage.pass(10 * SECOND);
    stage.define([planned({ untilMs: stage.nowMs })]);
    const said = stage.pass(5 * SECOND);
    assert.deepEqual(kinds(said), ["firing", "silence_ended"]);
    assert.equal(said[0]?.incident.silenced_until, new Date(NOW + 11 * SECOND).toISOString());
    assert.ok(
      (said[0]?.at ?? "") >= (said[0]?.incident.silenced_until ?? ""),
      "said when the silence was over",
    );
  });

  it("that is no longer declared has ended", () => {
    const stage = new Stage([planned()]);
    stage.events(30);
    stage.pass(10 * SECOND);
    stage.define([]);
    assert.deepEqual(kinds(stage.pass(5 * SECOND)), ["firing", "silence_ended"]);
  });

  it("covers what a backlog says happened in its time", () => {
    const stage = new Stage([planned({ fromMs: NOW - 3 * HOUR, untilMs: NOW - HOUR })]);
    stage.read(burst(50, NOW - 2 * HOUR, 100), false);
    stage.read(burst(1, NOW - 90 * MINUTE, 100, "later"), false);
    stage.read(burst(1, NOW, 100, "now"));
    stage.pass(5 * SECOND);
    assert.deepEqual(
      stage.said.map((transition) => [transition.event, isHeld(transition)]),
      [
        ["resolved", true],
        ["silence_ended", false],
      ],
    );
  });

  it("forgets nothing in a restart at any moment, and says nothing by it", () => {
    const script = (stage: Stage, restartAt: number): void => {
      for (let step = 0; step < 40; step += 1) {
        if (step < 25) stage.events(step === 20 ? 30 : 4);
        stage.pass(15 * SECOND);
        if (step === restartAt) stage.restart();
      }
    };
    const plan = planned({ untilMs: NOW + 8 * MINUTE, expect: { maxEvents: 90, maxKeys: 3 } });
    const whole = new Stage([plan]);
    script(whole, -1);
    assert.ok(kinds(whole.said).includes("silence_exceeded"));
    assert.ok(kinds(whole.said).includes("silence_ended"));
    for (let step = 0; step < 40; step += 1) {
      const parted = new Stage([plan]);
      script(parted, step);
      assert.deepEqual(parted.said, whole.said, `restart after step ${step}`);
    }
  });

  it("teaches the baseline nothing", () => {
    const adaptive: EngineRule = {
      ...THRESHOLD,
      detector: { kind: "adaptive", sensitivity: "medium", minCount: 10 },
    };
    // Every six hours a rotation that is too small to fire, so that only the silence keeps it from being learned.
    const usualAfter = (specs: readonly SilenceSpec[], events: number): number => {
      const stage = new Stage(specs, adaptive);
      for (let hour = 0; hour < 96; hour += 1) {
        const atMs = NOW + hour * HOUR;
        stage.nowMs = atMs + HOUR;
        const rotation = hour % 6 === 2 ? burst(events, atMs + 30_000, 8 * MINUTE, `busy${hour}`) : "";
        stage.read(burst(2, atMs, 20 * MINUTE, `quiet${hour}`) + rotation);
        stage.engine.tick(stage.nowMs, () => "live");
      }
      assert.deepEqual(
        stage.delivered.filter((event) => event !== "silence_ended"),
        [],
      );
      return [...stage.engine.readings()][0]?.expected ?? Number.NaN;
    };
    const nights = Array.from({ length: 16 }, (_, i): SilenceSpec => {
      const fromMs = NOW + (6 * i + 2) * HOUR;
      return { ...planned({ fromMs, untilMs: fromMs + HOUR }), id: `config:rotation-${i}` };
    });
    const quiet = usualAfter(nights, 0);
    const busy = usualAfter(nights, 6);
    assert.ok(usualAfter([], 6) > 1.2 * quiet, "without a silence it is learned");
    assert.ok(Math.abs(busy / quiet - 1) < 0.02, `${busy} where ${quiet} is usual`);
  });
});

describe("acknowledgement", () => {
  const acked = (stage: Stage, by = "alice"): Transition[] | null =>
    stage.engine.acknowledge(stage.engine.openIncidents()[0]?.id ?? "", by, stage.nowMs);

  it("is said once, with the name, and stands in the incident", () => {
    const stage = new Stage();
    stage.events(6);
    const said = acked(stage);
    assert.deepEqual(kinds(said ?? []), ["acked"]);
    assert.deepEqual([said?.[0]?.incident.state, said?.[0]?.incident.acked_by], ["acked", "alice"]);
    assert.deepEqual(acked(stage), [], "again by the same person");
    assert.equal(stage.engine.openIncidents()[0]?.acked_by, "alice");
  });

  it("stops updates and repeats", () => {
    const stage = new Stage();
    stage.events(14);
    stage.pass(2 * SECOND);
    stage.events(14);
    acked(stage);
    // 14 in a minute is below three times the threshold, so the severity stays.
    assert.deepEqual(
      kinds(stage.pass(50 * MINUTE, () => stage.nowMs % (10 * SECOND) === 0 && stage.events(1))),
      [],
    );
  });

  it("is undone by a severity step, which is told", () => {
    const stage = new Stage();
    stage.events(6);
    acked(stage);
    stage.nowMs += SECOND;
    const [update] = stage.events(40);
    assert.equal(update?.event, "update");
    assert.deepEqual(
      [update.incident.severity, update.incident.state, update.incident.acked_by],
      ["critical", "firing", null],
    );
  });

  it("is undone after an hour, and the incident speaks again", () => {
    const stage = new Stage();
    stage.events(6);
    acked(stage);
    const said = stage.pass(62 * MINUTE, () => stage.nowMs % (10 * SECOND) === 0 && stage.events(1));
    assert.deepEqual(kinds(said), ["repeat"]);
    assert.equal(said[0]?.incident.acked_by, null);
    assert.ok(Date.parse(said[0]?.at ?? "") - NOW >= HOUR);
  });

  it("survives a restart", () => {
    const stage = new Stage();
    stage.events(6);
    acked(stage);
    stage.restart();
    assert.equal(stage.engine.openIncidents()[0]?.acked_by, "alice");
    const said = stage.pass(62 * MINUTE, () => stage.nowMs % (10 * SECOND) === 0 && stage.events(1));
    assert.deepEqual(kinds(said), ["repeat"], "an hour after the acknowledgement, not after the restart");
  });

  it("stands in the resolved incident and is refused for it", () => {
    const stage = new Stage();
    stage.events(6);
    const id = stage.engine.openIncidents()[0]?.id ?? "";
    acked(stage);
    const [resolved] = stage.pass(20 * MINUTE);
    assert.deepEqual([resolved?.event, resolved?.incident.acked_by], ["resolved", "alice"]);
    assert.equal(stage.engine.acknowledge(id, "bob", stage.nowMs), null);
    assert.equal(stage.engine.acknowledge("nothing", "bob", stage.nowMs), null);
  });

  it("by a sign under a message is said once for each sign, also after it has grown old", () => {
    const stage = new Stage();
    stage.events(6);
    const id = stage.engine.openIncidents()[0]?.id ?? "";
    const eyes = { by: "alice", mark: "eyes:U1", lasting: false };
    const react = (...standing: (typeof eyes)[]): string[] =>
      kinds(stage.engine.react(id, "slack", standing, stage.nowMs));
    assert.deepEqual([react(), react(eyes), react(eyes)], [[], ["acked"], []]);
    stage.restart();
    assert.deepEqual(react(eyes), [], "after a restart");
    const burning = (): unknown => stage.nowMs % (10 * SECOND) === 0 && stage.events(1);
    assert.deepEqual(kinds(stage.pass(62 * MINUTE, burning)), ["repeat"]);
    assert.deepEqual(react(eyes), [], "it is the old sign that still stands there");
    assert.deepEqual([react(), react(eyes)], [[], ["acked"]], "taken away and left anew");
  });

  it("by a check mark does not grow old, and is undone by a severity step", () => {
    const stage = new Stage();
    stage.events(6);
    const id = stage.engine.openIncidents()[0]?.id ?? "";
    const react = (name: string, lasting: boolean): string[] =>
      kinds(stage.engine.react(id, "slack", [{ by: name, mark: name, lasting }], stage.nowMs));
    assert.deepEqual(
      [react("alice", false), react("bob", false), react("carol", true)],
      [["acked"], [], ["acked"]],
    );
    assert.equal(stage.engine.openIncidents()[0]?.acked_by, "carol");
    const burning = (): unknown => stage.nowMs % (10 * SECOND) === 0 && stage.events(1);
    assert.deepEqual(kinds(stage.pass(3 * HOUR, burning)), []);
    assert.deepEqual(kinds(stage.events(40)), ["update"]);
  });

  it("of a silenced incident is held back as everything of it is", () => {
    const stage = new Stage([planned()]);
    stage.events(6);
    const [said] = acked(stage) ?? [];
    assert.equal(said?.incident.silence, "rotation");
    assert.ok(said !== undefined && isHeld(said));
  });
});
