// A receiver as the configuration describes it, built with what every receiver is given: for the daemon, and for the
// verbs that try receivers out.

import { hostname } from "node:os";
import type { Clock } from "../host/clock.ts";
import type { Receiver } from "../receivers/receiver.ts";
import type { Roster } from "../roster.ts";
import type { ReceiverSettings, Settings } from "../settings.ts";
import { version } from "../version.ts";

/** Builds one; it must be closed. Rejects when its kind is unknown or its client cannot be loaded. */
export async function openReceiver(
  { name, kind: word, options, allowLinkLocal }: ReceiverSettings,
  { links, rules, http }: Pick<Settings, "links" | "rules" | "http">,
  roster: Roster,
  clock: Clock,
): Promise<Receiver> {
  const kind = roster.receiverKinds.find((candidate) => candidate.word === word);
  if (kind === undefined) throw new RangeError(`no kind of receiver is called ${word}`);
  const idLinks = new Map(rules.map((rule) => [rule.name, rule.requestIds.link]));
  const setup = {
    name,
    clock,
    host: hostname(),
    version,
    allowedLinkHosts: links.allowedHosts,
    requestIdLink: (rule: string) => idLinks.get(rule) ?? null,
    stepMention: (rule: string, afterSeconds: number) =>
      rules
        .find((one) => one.name === rule)
        ?.notify.find(({ to, afterMs }) => to === name && afterMs === afterSeconds * 1000)?.mention ?? null,
    allowLinkLocal,
    externalUrl: http.externalUrl,
  };
  return kind.create(setup, options);
}
