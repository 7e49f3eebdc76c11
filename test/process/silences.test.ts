// Planned rotations and acknowledgements as people meet them: the real daemon, its command line, and what stands in Slack.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, type Finished, start } from "../support/daemon.ts";
import { CHANNEL, slackScene } from "./slack-scene.ts";

/** Long enough for a message to come that must not: delivery takes milliseconds. */
const UNSAID_MS = 1_000;

function revokewatch(...args: readonly string[]): Promise<Finished> {
  return start(args, { USER: "alice" }).finished();
}

async function listed(
  url: string,
): Promise<{ id: string; name: string; state: string; events: number | null }[]> {
  return (await (await fetch(`${url}/api/v1/silences`)).json()) as never;
}

const eventsOf = (daemon: Daemon): string[] => daemon.transitions().map(({ event }) => event);

describe("a planned rotation", () => {
  it("of 300 events makes no Slack message, of 700 it does", async (t) => {
    const { slack, run, events } = await slackScene(t);
    const { daemon, url } = await run();
    const plan = ["--for", "1h", "--match", "service=checkout", "--expect-events", "500"];
    const words = ["--comment", "CHG-17", "--name", "rotation", "-o", "json"];
    const added = await revokewatch("silence", "add", "--url", url, ...plan, ...words);
    assert.equal(added.code, 0, added.stderr);
    assert.equal((JSON.parse(added.stdout) as { created_by: string }).created_by, "alice");
    events(300, "planned");
    const firing = await daemon.until("the incident on stdout", () => daemon.transitions()[0]);
    assert.deepEqual([firing.event, firing.incident.silence], ["firing", "rotation"]);
    await daemon.until("the count", async () => (await listed(url))[0]?.events === 300);
    await sleep(UNSAID_MS);
    assert.deepEqual(slack.channel(CHANNEL), []);

    events(400, "unplanned");
    await daemon.until("the message", () => slack.channel(CHANNEL).length > 0);
    const shown = JSON.stringify(slack.channel(CHANNEL));
    assert.match(shown, /exceeds the planned rotation CHG-17: \d+ &gt; 500 events/);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    assert.match(metrics, /revokewatch_silences\{state="active"\} 1/);
    assert.match(
      metrics,
      /revokewatch_notifications_suppressed_total\{rule="api_key_revoked",reason="silenced"\} [1-9]/,
    );
    assert.match(await (await fetch(url)).text(), /exceeded/);
  });

  it("survives a kill with what it has seen, ends by hand, and is followed by an ordinary alert", async (t) => {
    const { slack, run, events } = await slackScene(t);
    const first = await run();
    const add = ["--for", "1h", "--match", "rule=api_key_revoked", "--comment", "CHG-18"];
    const added = await revokewatch("silence", "add", "--url", first.url, ...add, "-o", "json");
    const { id } = JSON.parse(added.stdout) as { id: string };
    events(30, "a");
    await first.daemon.until("the incident", () => first.daemon.transitions()[0]);
    await first.daemon.until("the count", async () => (await listed(first.url))[0]?.events === 30);
    await first.daemon.stop("SIGKILL");

    const { daemon, url } = await run();
    // What was not committed is read again.
    await daemon.until("the count", async () => (await listed(url))[0]?.events === 30);
    assert.deepEqual(
      (await listed(url)).map((silence) => [silence.id, silence.state]),
      [[id, "active"]],
    );
    await sleep(UNSAID_MS);
    assert.deepEqual([slack.channel(CHANNEL), daemon.transitions()], [[], []], "a restart says nothing");
    const { code, stdout } = await revokewatch("silence", "expire", id, "--url", url);
    assert.equal(code, 0);
    assert.match(stdout, /expired/);
    await daemon.until("the alert and the report", () => slack.channel(CHANNEL).length === 2);
    await daemon.until("both on stdout", () => eventsOf(daemon).length === 2);
    assert.deepEqual(eventsOf(daemon), ["firing", "silence_ended"]);
    const [parent, report] = slack.channel(CHANNEL);
    assert.match(JSON.stringify(parent), /Was silenced until/);
    assert.equal(report?.threadTs, parent?.ts);
    assert.match(JSON.stringify(report), /planned rotation CHG-18: 30 events and 1 key/);
  });

  it("of the configuration holds from the first line on", async (t) => {
    const silences = `silences: [{name: always, match: ["service=checkout"], schedule: "* * * * *", duration: 10m, comment: C}]\n`;
    const { slack, run, events } = await slackScene(t, { more: silences });
    const { daemon, url } = await run();
    events(30, "a");
    const firing = await daemon.until("the incident", () => daemon.transitions()[0]);
    assert.equal(firing.incident.silence, "always");
    await sleep(UNSAID_MS);
    assert.deepEqual(slack.channel(CHANNEL), []);
    const refused = await revokewatch("silence", "expire", "always", "--url", url);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /declared in the configuration/);
  });

  it("of a dropped-in file holds until the file is taken away; a bad file is told of once", async (t) => {
    const { slack, folder, run, events } = await slackScene(t);
    mkdirSync(folder("state/silences.d"), { recursive: true, mode: 0o700 });
    chmodSync(folder("state"), 0o700);
    const ends = new Date(Date.now() + 3_600_000).toISOString();
    const text = `name: dropped\nmatch: ["service=checkout"]\nstarts: 2026-01-01T00:00:00Z\nends: ${ends}\ncomment: CHG-19\n`;
    const recent = text.replace("2026-01-01T00:00:00Z", new Date(Date.now() - 60_000).toISOString());
    const file = folder("state/silences.d/chg-19.yaml");
    writeFileSync(file, recent, { mode: 0o600 });
    writeFileSync(folder("state/silences.d/bad.yaml"), "name: bad\nmatsch: []\n", { mode: 0o600 });
    const open = folder("state/silences.d/open.yaml");
    writeFileSync(open, recent.replace("dropped", "open"));
    chmodSync(open, 0o666);
    const { daemon, url } = await run();
    assert.deepEqual(
      (await listed(url)).map(({ name }) => name),
      ["dropped"],
    );
    events(30, "a");
    await daemon.until("the incident", () => daemon.transitions()[0]?.incident.silence === "dropped");
    rmSync(file);
    await daemon.until("the alert", () => slack.channel(CHANNEL).length > 0);
    assert.equal(daemon.stderr().split('did you mean \\"match\\"').length, 2, "once");
    assert.match(daemon.stderr(), /bad\.yaml:2:1/);
    assert.match(daemon.stderr(), /open\.yaml.*only its owner can write/);
  });

  it("is added once for one Idempotency-Key, and refused with every reason", async (t) => {
    const { run } = await slackScene(t);
    const { url } = await run();
    const post = async (body: string, key?: string) => {
      const headers = {
        "content-type": "application/json",
        ...(key === undefined ? {} : { "idempotency-key": key }),
      };
      const answer = await fetch(`${url}/api/v1/silences`, { method: "POST", headers, body });
      return { status: answer.status, body: (await answer.json()) as { id?: string; error?: string } };
    };
    const good = JSON.stringify({ match: ["service=checkout"], for: "1h", comment: "C" });
    const one = await post(good, "k");
    const two = await post(good, "k");
    assert.deepEqual([one.status, two.status, two.body.id], [201, 200, one.body.id]);
    assert.equal((await post(`${good} `, "k")).status, 422);
    const cases: readonly (readonly [body: string, error: RegExp])[] = [
      ["", /expected JSON/],
      ["[]", /expected a mapping/],
      ['{"match": ["service=a"], "comment": "C"}', /expected an end/],
      ['{"match": ["service=a"], "for": "1h"}', /at comment: the key is required/],
      ['{"match": ["service=a"], "for": "25h", "comment": "C"}', /at for: expected a duration from 1s to 1d/],
      ['{"match": ["servise=a"], "for": "1h", "comment": "C"}', /did you mean "service"/],
      ['{"match": ["service=a"], "for": "1h", "comment": "C", "nonsense": 1}', /unknown key "nonsense"/],
      ['{"match": ["service=~(a+)+"], "for": "1h", "comment": "${HOME}"}', /repeats itself/],
      [
        '{"match": ["service=a"], "ends": "2020-01-01T00:00:00Z", "comment": "C"}',
        /expected ends after starts/,
      ],
    ];
    for (const [body, error] of cases) {
      const got = await post(body);
      assert.equal(got.status, 400, body);
      assert.match(got.body.error ?? "", error);
    }
    assert.equal((await listed(url)).length, 1);
  });
});

describe("an acknowledgement", () => {
  it("from the command line edits the parent in Slack and stays over a restart", async (t) => {
    const { slack, run, events } = await slackScene(t);
    const first = await run();
    events(30, "a");
    const firing = await first.daemon.until("the incident", () => first.daemon.transitions()[0]);
    await first.daemon.until("the parent", () => slack.channel(CHANNEL).length === 1);
    const id = firing.incident.id.slice(-4);
    const { code, stdout, stderr } = await revokewatch(
      "incident",
      "ack",
      id,
      "--by",
      "bob",
      "--url",
      first.url,
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `${id} acknowledged by bob\n`);
    await first.daemon.until("the edit", () =>
      /acknowledged.*bob/i.test(JSON.stringify(slack.channel(CHANNEL)[0])),
    );
    await first.daemon.until("both on stdout", () => eventsOf(first.daemon).length === 2);
    assert.deepEqual(eventsOf(first.daemon), ["firing", "acked"]);
    await first.daemon.stop("SIGKILL");

    const { url } = await run();
    const [incident] = (await (await fetch(`${url}/api/v1/incidents?state=acked`)).json()) as {
      acked_by: string;
    }[];
    assert.equal(incident?.acked_by, "bob");
    const unknown = await revokewatch("incident", "ack", "ZZZZ", "--url", url);
    assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
    assert.match(unknown.stderr, /No incident has this id/);
  });
});

describe("the verbs that change something", () => {
  const cases: readonly (readonly string[])[] = [
    ["silence"],
    ["silence", "expire"],
    ["silence", "add", "--for", "1h", "--comment", "C"],
    ["silence", "add", "--for", "1h", "--match", "a=b"],
    ["silence", "add", "--match", "a=b", "--comment", "C"],
    ["silence", "add", "--for", "1h", "--match", "a=b", "--comment", "C", "--expect-events", "many"],
    ["incident", "ack"],
  ];
  for (const args of cases) {
    it(`exit with 2 for ${args.join(" ")}`, async () => {
      const { code, stderr } = await revokewatch(...args);
      assert.equal(code, 2, stderr);
    });
  }
});
