// How people in Slack say that they take care: eyes or a check mark under the incident's message.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "../../src/config/secrets.ts";
import type { Outcome, ReactionsRead } from "../../src/receivers/receiver.ts";
import { slackApiReceiver } from "../../src/receivers/slack-api.ts";
import { slackClient } from "../../src/receivers/slack-client.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type FakeSlack, fakeSlack, type FakeSlackOptions } from "../support/fake-slack.ts";
import { message, receiverSetup, transition } from "../support/transitions.ts";
import { patience } from "../support/patience.ts";

interface Posted extends AsyncDisposable {
  readonly slack: FakeSlack;
  readonly ts: string;
  read(): Promise<ReactionsRead | undefined>;
  refresh(): Promise<Outcome | undefined>;
}

async function posted(
  options: FakeSlackOptions = { scopes: ["reactions:read", "users:read"] },
): Promise<Posted> {
  const slack = await fakeSlack({
    people: { U01ALICE: "alice", U02EVE: "<!channel>\u202e eve" },
    ...options,
  });
  const receiver = slackApiReceiver(
    receiverSetup(new FakeClock()),
    {
      form: "api",
      token: Secret.literal("xoxb-fake"),
      channel: "alerts",
      apiUrl: slack.url,
      mention: {},
    },
    slackClient(),
    1000,
  );
  const outcome = await receiver.deliver(message(transition("firing")), patience());
  return {
    slack,
    ts: slack.channel("alerts")[0]?.ts ?? "",
    read: async () => receiver.reactions?.(outcome.reference ?? "", patience()),
    refresh: async () => {
      const said = message(transition("update"), { reference: outcome.reference });
      return receiver.refresh?.(said, patience());
    },
    [Symbol.asyncDispose]: () => slack.stop(),
  };
}

describe("a reaction in Slack", () => {
  it("of eyes acknowledges, of a check mark for good, by name and id; others mean nothing", async () => {
    await using incident = await posted();
    assert.deepEqual(await incident.read(), { kind: "read", reactions: [] });
    incident.slack.react("alerts", incident.ts, "eyes", "U01ALICE");
    incident.slack.react("alerts", incident.ts, "tada", "U01ALICE");
    incident.slack.react("alerts", incident.ts, "white_check_mark", "U09NOBODY");
    assert.deepEqual(await incident.read(), {
      kind: "read",
      reactions: [
        { by: "alice (U01ALICE)", mark: "eyes:U01ALICE", lasting: false },
        { by: "U09NOBODY", mark: "white_check_mark:U09NOBODY", lasting: true },
      ],
    });
  });

  it("is by a name in one line, and asks for each name once", async () => {
    await using incident = await posted();
    incident.slack.react("alerts", incident.ts, "eyes", "U02EVE");
    await incident.read();
    const read = await incident.read();
    assert.ok(read?.kind === "read");
    assert.equal(
      read.reactions[0]?.by,
      "<!channel> eve (U02EVE)",
      "the medium's own gate takes the brackets",
    );
    assert.equal(incident.slack.calls.filter(({ method }) => method === "users.info").length, 1);
  });

  it("is by the id of a person when names may not be read", async () => {
    await using incident = await posted({ scopes: ["reactions:read"] });
    incident.slack.react("alerts", incident.ts, "eyes", "U01ALICE");
    const read = await incident.read();
    assert.ok(read?.kind === "read");
    assert.equal(read.reactions[0]?.by, "U01ALICE");
  });

  it("cannot be read without the scope, which a person must mend", async () => {
    await using incident = await posted({ scopes: [] });
    assert.deepEqual(await incident.read(), {
      kind: "unable",
      detail: "the token lacks the scope reactions:read",
    });
  });

  it("is asked for in the message, until it turns out that it cannot be read", async () => {
    await using incident = await posted({ scopes: [] });
    const footer = (): string => JSON.stringify(incident.slack.channel("alerts")[0]?.blocks.at(-1));
    assert.match(footer(), /ack: 👀 on this message, or `revokewatch incident ack 7F3K`/);
    await incident.read();
    await incident.refresh();
    assert.match(footer(), /ack: `revokewatch incident ack 7F3K`/);
  });

  it("is not read while Slack says to wait", async () => {
    await using incident = await posted();
    incident.slack.fault({ kind: "rate_limited", retryAfter: "17" }, { method: "reactions.get" });
    const read = await incident.read();
    assert.ok(read?.kind === "failed");
    assert.deepEqual([read.class, read.retryAfterMs], ["rate_limited", 17_000]);
  });
});
