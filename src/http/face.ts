// What may be changed through the HTTP server, and all that stands behind it, as `app` hands it in.

import type { HttpViews } from "./views.ts";

/** What became of a change: a status code and the JSON of its answer. */
export interface Change {
  readonly status: number;
  readonly body: unknown;
}

/** What may be asked of the daemon by someone who may change things; each is true on disk when it is answered. */
export interface HttpActions {
  /** @param body JSON as it was sent: `{"by": "alice"}`. */
  acknowledge(id: string, body: string): Change;
  /** @param body JSON as it was sent. @param idempotencyKey the same key twice makes one silence. */
  addSilence(body: string, idempotencyKey: string | null): Promise<Change>;
  expireSilence(id: string): Change;
  retryMessage(id: string): Change;
  /** @param body JSON as it was sent: `{"receiver": "lead"}`. */
  retryMessages(body: string): Change;
  dropMessage(id: string): Change;
  /** @param receiver whose messages; null when the request did not say. */
  dropMessages(receiver: string | null): Change;
  /** Reads the configuration anew. */
  reload(): Promise<Change>;
}

/** What is behind the server; it changes with the configuration, while the server goes on listening. */
export interface HttpFace {
  /** Where people reach the page, perhaps through a proxy; null when nobody said. */
  readonly externalUrl?: string | null;
  readonly views: HttpViews;
  readonly actions: HttpActions;
  /** Opens the admin token; null when there is none. */
  readonly token: () => string | null;
}
