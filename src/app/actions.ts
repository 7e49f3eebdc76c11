// What may be asked of the running app over HTTP, put together from the parts that do it.

import type { HttpActions } from "../http/face.ts";
import { acknowledge, type AcknowledgeSetup } from "./acknowledge.ts";
import type { AppSetup } from "./app-setup.ts";
import type { OutboxChanges } from "./outbox-changes.ts";
import type { SilenceBook } from "./silences.ts";

interface ActingParts extends Pick<AppSetup, "reload"> {
  readonly acking: AcknowledgeSetup;
  readonly silences: SilenceBook;
  readonly messages: OutboxChanges;
}

export function actionsOf({ acking, silences, messages, reload }: ActingParts): HttpActions {
  return {
    acknowledge: (id, body) => acknowledge(acking, id, body),
    addSilence: (body, key) => silences.add(body, key),
    expireSilence: (id) => silences.expire(id),
    retryMessage: (id) => messages.retryOne(id),
    retryMessages: (body) => messages.retryAll(body),
    dropMessage: (id) => messages.dropOne(id),
    dropMessages: (receiver) => messages.dropAll(receiver),
    reload,
  };
}
