import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Found } from "../../src/backtest/found.ts";
import type { Transition, TransitionEvent } from "../../src/core/incidents/transition.ts";
import { transition } from "../support/transitions.ts";

const THEN = Date.UTC(2026, 4, 25, 12, 0, 0);
const MINUTE = 60_000;

/** What happened to incident `id`, minutes after noon. */
function told(
  id: string,
  event: TransitionEvent,
  firedMinute: number,
  resolvedMinute: number | null = null,
): Transition {
  const made = transition(event);
  const at = (minute: number): string => new Date(THEN + minute * MINUTE).toISOString();
  return {
    ...made,
    event,
    incident: {
      ...made.incident,
      id,
      started_at: at(firedMinute - 1),
      fired_at: at(firedMinute),
      resolved_at: resolvedMinute === null ? null : at(resolvedMinute),
    },
  };
}

function foundOf(...transitions: readonly Transition[]): Found {
  const found = new Found();
  for (const one of transitions) found.add(one);
  return found;
}

describe("found incidents", () => {
  it("add up their minutes", () => {
    const { incidents, alertedMinutes, open } = foundOf(
      told("a", "firing", 0),
      told("a", "resolved", 0, 10),
      told("b", "firing", 60),
      told("b", "resolved", 60, 65),
    ).sums();
    assert.deepEqual({ incidents, alertedMinutes, open }, { incidents: 2, alertedMinutes: 15, open: 0 });
  });

  it("count a minute once when incidents overlap", () => {
    const { alertedMinutes } = foundOf(
      told("a", "firing", 0),
      told("b", "firing", 5),
      told("a", "resolved", 0, 10),
      told("b", "resolved", 5, 20),
    ).sums();
    assert.equal(alertedMinutes, 20);
  });

  it("are one incident when one reopens, and the calm between is no alert", () => {
    const { incidents, alertedMinutes } = foundOf(
      told("a", "firing", 0),
      told("a", "resolved", 0, 10),
      told("a", "firing", 0),
      told("a", "resolved", 0, 40),
    ).sums();
    assert.equal(incidents, 1);
    assert.ok(alertedMinutes <= 40, `${alertedMinutes} minutes of 40`);
  });

  it("count what is firing at the end of the log up to there", () => {
    const found = foundOf(told("a", "firing", 0));
    found.end([{ ...told("a", "firing", 0).incident, total: 99 }], THEN + 7 * MINUTE);
    const { alertedMinutes, open } = found.sums();
    assert.deepEqual([alertedMinutes, open], [7, 1]);
    assert.equal(found.list()[0]?.view.total, 99);
  });

  it("tell the first detection", () => {
    assert.equal(foundOf(told("a", "firing", 3), told("b", "firing", 4)).sums().first?.id, "a");
    assert.equal(foundOf().sums().first, null);
  });
});
