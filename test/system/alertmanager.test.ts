// A real Alertmanager runs our example of its configuration: who hears of what, and what explains what.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parse } from "yaml";
import { alertmanagerReceiver } from "../../src/receivers/alertmanager-receiver.ts";
import { requireDebian, runDebian } from "../support/debian.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { freePort } from "../support/free-port.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";

const config = fileURLToPath(new URL("../../deploy/prometheus/alertmanager.yml", import.meta.url));

type Labels = Readonly<Record<string, string>>;

const RULE = "api_key_revoked";
const JOB = "revokewatch";
const ROUTES: readonly (readonly [Labels, string])[] = [
  [{ alertname: "Watchdog", severity: "none" }, "dead-man"],
  [{ alertname: RULE, severity: "warning", service: "checkout" }, "on-call"],
  [{ alertname: "RevokewatchJoinedRise", severity: "warning", service: "checkout" }, "on-call"],
  [{ alertname: "RevokewatchDown", severity: "critical" }, "on-call"],
  [{ alertname: "RevokewatchDeadLetters", severity: "warning" }, "team"],
  [{ alertname: "SomethingElse", severity: "critical" }, "nobody"],
];

/** An alert that explains another, and one beside it that it does not explain. */
const EXPLAINS: readonly (readonly [Labels, Labels, Labels])[] = [
  [
    { alertname: "RevokewatchDown", severity: "critical", job: JOB, instance: "a" },
    { alertname: "RevokewatchSourceSilent", severity: "warning", source: "api", job: JOB, instance: "a" },
    { alertname: "RevokewatchSourceSilent", severity: "warning", source: "api", job: JOB, instance: "b" },
  ],
  [
    {
      alertname: "RevokewatchNotificationsFailing",
      severity: "critical",
      receiver: "slack",
      job: JOB,
      instance: "c",
    },
    { alertname: "RevokewatchOutboxStuck", severity: "critical", receiver: "slack", job: JOB, instance: "c" },
    { alertname: "RevokewatchOutboxStuck", severity: "critical", receiver: "lead", job: JOB, instance: "c" },
  ],
  [
    { alertname: "RevokewatchFallingBehind", severity: "warning", source: "api", job: JOB, instance: "d" },
    { alertname: "RevokewatchEventsLate", severity: "warning", job: JOB, instance: "d" },
    { alertname: "RevokewatchEventsLate", severity: "warning", job: JOB, instance: "e" },
  ],
  [
    { alertname: RULE, severity: "warning", service: "checkout", instance: "pod-1" },
    { alertname: "RevokewatchJoinedRise", severity: "warning", rule: RULE, service: "checkout" },
    { alertname: "RevokewatchJoinedRise", severity: "warning", rule: RULE, service: "search" },
  ],
  [
    { alertname: RULE, severity: "critical", service: "checkout", instance: "pod-2" },
    { alertname: RULE, severity: "warning", service: "checkout", instance: "pod-2" },
    { alertname: RULE, severity: "warning", service: "search", instance: "pod-2" },
  ],
];

describe("alertmanager example", () => {
  it("is taken by amtool without a word of complaint", () => {
    assert.match(runDebian("amtool", ["check-config", config]), /SUCCESS/);
  });

  for (const [labels, receiver] of ROUTES) {
    it(`tells ${receiver} of ${labels.alertname}, severity ${labels.severity}`, () => {
      const given = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const args = ["config", "routes", "test", `--config.file=${config}`, ...given];
      const { stdout } = spawnSync(requireDebian("amtool"), args, { encoding: "utf8" });
      assert.equal(stdout.trim(), receiver);
    });
  }

  it("has a case here for each rule of inhibition", () => {
    const { inhibit_rules } = parse(readFileSync(config, "utf8")) as { inhibit_rules: unknown[] };
    assert.equal(EXPLAINS.length, inhibit_rules.length);
  });

  describe("that runs", () => {
    const folder = tempFolder();
    let alertmanager: ChildProcess;
    let api: string;

    before(async () => {
      const port = await freePort();
      api = `http://127.0.0.1:${port}/api/v2/`;
      const args = [
        `--config.file=${config}`,
        `--storage.path=${folder.path}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ];
      alertmanager = spawn(requireDebian("alertmanager"), args, { stdio: "ignore" });
      await until(async () => (await fetch(`${api}status`)).ok);
    });

    after(async () => {
      if (alertmanager.exitCode === null) {
        const ended = once(alertmanager, "exit");
        alertmanager.kill("SIGKILL");
        await ended;
      }
      folder[Symbol.dispose]();
    });

    it("holds an incident up for as long as our receiver says so, and lets go of it at its end", async () => {
      interface Held {
        readonly fingerprint: string;
        readonly endsAt: string;
      }
      const held = async (): Promise<Held[]> => (await (await fetch(`${api}alerts`)).json()) as Held[];
      const known = new Set((await held()).map(({ fingerprint }) => fingerprint));
      const ours = async (): Promise<Held | undefined> =>
        (await held()).find(({ fingerprint }) => !known.has(fingerprint));
      const clock = new FakeClock(Date.now());
      const receiver = alertmanagerReceiver(receiverSetup(clock), { urls: [new URL(api).origin] }, 10_000);
      const { signal } = new AbortController();
      try {
        assert.equal((await receiver.verify(signal)).kind, "delivered");
        assert.equal((await receiver.deliver(message(transition("firing")), signal)).kind, "delivered");
        const first = Date.parse((await ours())?.endsAt ?? "");
        assert.ok(Math.abs(first - (clock.now() + 300_000)) < 1_000, "without us it ends in five minutes");
        await clock.advance(60_000);
        await until(async () => Date.parse((await ours())?.endsAt ?? "") > first + 59_000);
        assert.equal((await receiver.deliver(message(transition("resolved")), signal)).kind, "delivered");
        await until(async () => (await ours()) === undefined);
      } finally {
        await receiver.close();
      }
    });

    for (const [cause, effect, beside] of EXPLAINS) {
      it(`leaves out ${effect.alertname} where ${cause.alertname} explains it, and there only`, async () => {
        await post(api, [cause, effect, beside]);
        // Inhibition is worked out when a group is next looked at, after group_wait.
        await until(async () => (await stateOf(api, effect)) === "suppressed");
        assert.equal(await stateOf(api, cause), "active");
        assert.notEqual(await stateOf(api, beside), "suppressed");
      });
    }
  });
});

async function post(api: string, alerts: readonly Labels[]): Promise<void> {
  const body = JSON.stringify(alerts.map((labels) => ({ labels })));
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${api}alerts`, { method: "POST", headers, body });
  assert.equal(answer.status, 200, await answer.text());
}

/** What Alertmanager says of the alert with exactly these labels. */
async function stateOf(api: string, labels: Labels): Promise<string | undefined> {
  const alerts = (await (await fetch(`${api}alerts`)).json()) as {
    labels: Labels;
    status: { state: string };
  }[];
  const wanted = JSON.stringify(Object.entries(labels).toSorted());
  const found = alerts.find((alert) => JSON.stringify(Object.entries(alert.labels).toSorted()) === wanted);
  return found?.status.state;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs) {
    // A refused connection means that it does not listen yet.
    if (await holds().catch(() => false)) return;
    await delay(100);
  }
  assert.fail(`Alertmanager did not come to it within ${PATIENCE_MS} ms`);
}
