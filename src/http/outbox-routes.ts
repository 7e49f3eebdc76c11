// The outbox over HTTP: what waits and what was given up; another try or an end for one message, or for all of a receiver.

import { apiError, json } from "./reply.ts";
import type { Route } from "./route.ts";
import type { HttpActions } from "./face.ts";
import type { HttpViews } from "./views.ts";

const PATH = "/api/v1/outbox";

export function outboxRoutes(views: HttpViews, actions: HttpActions): readonly Route[] {
  return [
    {
      handler: PATH,
      paths: [PATH],
      answer: ({ query }) => {
        const [receivers, states] = [query.getAll("receiver"), query.getAll("state")];
        const wanted = (given: readonly string[], value: string): boolean =>
          given.length === 0 || given.includes(value);
        return json(
          200,
          views.outbox().filter((entry) => wanted(receivers, entry.receiver) && wanted(states, entry.state)),
        );
      },
      delete: ({ query }) => answered(actions.dropMessages(query.get("receiver"))),
    },
    // Before the pattern: no delivery's id is `retry`, since each holds two dots.
    {
      handler: `${PATH}/retry`,
      paths: [`${PATH}/retry`],
      post: ({ body }) => answered(actions.retryMessages(body)),
    },
    {
      handler: `${PATH}/:id/retry`,
      paths: [`${PATH}/:id/retry`],
      post: ({ id }) => answered(actions.retryMessage(id)),
    },
    {
      handler: `${PATH}/:id`,
      paths: [`${PATH}/:id`],
      answer: ({ id }) => {
        const entry = views.outbox().find((one) => one.id === id);
        return entry === undefined
          ? apiError(404, "No message in the outbox has this id.")
          : json(200, entry);
      },
      delete: ({ id }) => answered(actions.dropMessage(id)),
    },
  ];
}

function answered({ status, body }: ReturnType<HttpActions["dropMessage"]>) {
  return json(status, body);
}
