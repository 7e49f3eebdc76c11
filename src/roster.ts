// Every kind of source and every kind of receiver there is. A new kind is one new file and one line here; its schema,
// its place in the configuration's reference and its construction follow from what the file exports.

import { alertmanagerKind } from "./receivers/alertmanager.ts";
import { consoleKind } from "./receivers/console.ts";
import { emailKind } from "./receivers/email.ts";
import type { ReceiverKind } from "./receivers/receiver.ts";
import { pagerdutyKind } from "./receivers/pagerduty.ts";
import { slackKind } from "./receivers/slack.ts";
import { webhookKind } from "./receivers/webhook.ts";
import { fileKind } from "./sources/file/file-source.ts";
import { journaldKind } from "./sources/journald.ts";
import type { SourceKind } from "./sources/source.ts";
import { stdinKind } from "./sources/stdin.ts";

/** The kinds that a configuration may use. */
export interface Roster {
  readonly sourceKinds: readonly SourceKind[];
  readonly receiverKinds: readonly ReceiverKind[];
}

/** In the order in which the reference lists them. */
export const roster: Roster = {
  sourceKinds: [fileKind, stdinKind, journaldKind] as readonly SourceKind[],
  receiverKinds: [
    slackKind,
    emailKind,
    webhookKind,
    alertmanagerKind,
    pagerdutyKind,
    consoleKind,
  ] as readonly ReceiverKind[],
};
