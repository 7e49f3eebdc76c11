// What may be asked of the outbox from outside, and what is answered: another try or an end for one message, or for all
// of one receiver.

import type { Change } from "../http/face.ts";
import type { ByHand, HandResult, Selection } from "../outbox/by-hand.ts";

type Act = (selection: Selection) => HandResult;

export class OutboxChanges {
  readonly #byHand: ByHand;

  constructor(byHand: ByHand) {
    this.#byHand = byHand;
  }

  /** @param id of one message. */
  retryOne(id: string): Change {
    return one(id, (selection) => this.#byHand.retry(selection));
  }

  /** @param body JSON as it was sent: `{"receiver": "lead"}`. */
  retryAll(body: string): Change {
    return this.#all(receiverIn(body), (selection) => this.#byHand.retry(selection));
  }

  dropOne(id: string): Change {
    return one(id, (selection) => this.#byHand.drop(selection));
  }

  /** @param receiver null when it was not said: never everything of everyone. */
  dropAll(receiver: string | null): Change {
    return this.#all(receiver, (selection) => this.#byHand.drop(selection));
  }

  #all(receiver: string | null, act: Act): Change {
    if (receiver === null) return refusal(400, "Expected the name of one receiver, as `receiver`.");
    if (!this.#byHand.knows(receiver)) return refusal(404, "No receiver has this name, nor any message.");
    return { status: 200, body: act({ receiver }) };
  }
}

function one(id: string, act: Act): Change {
  const result = act({ id });
  const [refused] = result.refused;
  if (refused !== undefined) return refusal(409, `The message stays as it is: ${refused.reason}.`);
  if (result.done.length === 0) return refusal(404, "No message in the outbox has this id.");
  return { status: 200, body: result };
}

function refusal(status: number, error: string): Change {
  return { status, body: { error } };
}

function receiverIn(body: string): string | null {
  try {
    const value: unknown = JSON.parse(body);
    const name = typeof value === "object" && value !== null && "receiver" in value ? value.receiver : null;
    return typeof name === "string" && name !== "" ? name : null;
  } catch {
    return null;
  }
}
