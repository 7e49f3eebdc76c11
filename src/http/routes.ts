// What can be asked of the daemon: metrics, health, the JSON views, the status page, and the few changes.

import { outboxRoutes } from "./outbox-routes.ts";
import { asset } from "./page/assets.ts";
import { incidentPage, noIncident } from "./page/incident-page.ts";
import { statusPage } from "./page/overview.ts";
import { apiError, json, text } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import type { Change, HttpActions } from "./face.ts";
import type { HttpViews } from "./views.ts";

const INCIDENT_STATES: ReadonlySet<string> = new Set(["pending", "firing", "acked", "resolving", "resolved"]);

export function routes(views: HttpViews, actions: HttpActions): readonly Route[] {
  return [
    {
      handler: "/metrics",
      paths: ["/metrics"],
      answer: async ({ accept }) => {
        const { contentType, body } = await views.metrics(accept);
        // Both formats live under one address.
        return { status: 200, headers: { "content-type": contentType, vary: "Accept" }, body };
      },
    },
    {
      handler: "/-/healthy",
      paths: ["/-/healthy", "/healthz", "/livez"],
      answer: () => {
        const { healthy, reason } = views.health();
        return health(healthy, "healthy", reason);
      },
    },
    {
      handler: "/-/ready",
      paths: ["/-/ready", "/readyz"],
      answer: () => {
        const { ready, reason } = views.health();
        return health(ready, "ready", reason);
      },
    },
    {
      handler: "/-/reload",
      paths: ["/-/reload"],
      post: async () => done(await actions.reload()),
      bodiless: true,
    },
    { handler: "/api/v1/status", paths: ["/api/v1/status"], answer: () => json(200, views.status()) },
    {
      handler: "/api/v1/incidents",
      paths: ["/api/v1/incidents"],
      answer: ({ query }) => incidents(views, query.getAll("state")),
    },
    {
      handler: "/api/v1/incidents/:id",
      paths: ["/api/v1/incidents/:id"],
      answer: ({ id }) => {
        const incident = views.incident(id);
        return incident === null ? apiError(404, "No incident has this id.") : json(200, incident);
      },
    },
    {
      handler: "/api/v1/incidents/:id/ack",
      paths: ["/api/v1/incidents/:id/ack"],
      post: ({ id, body }) => done(actions.acknowledge(id, body)),
    },
    {
      handler: "/api/v1/silences",
      paths: ["/api/v1/silences"],
      answer: () => json(200, views.silences()),
      post: async ({ body, idempotencyKey }) => done(await actions.addSilence(body, idempotencyKey)),
    },
    {
      handler: "/api/v1/silences/:id",
      paths: ["/api/v1/silences/:id"],
      answer: ({ id }) => {
        const silence = views.silences().find((one) => one.id === id || one.name === id);
        return silence === undefined ? apiError(404, "No silence has this id.") : json(200, silence);
      },
      delete: ({ id }) => done(actions.expireSilence(id)),
    },
    {
      handler: "/api/v1/keys",
      paths: ["/api/v1/keys"],
      answer: ({ query }) => {
        const found = views.keys(query);
        return "problem" in found ? apiError(400, found.problem) : json(200, found);
      },
    },
    ...outboxRoutes(views, actions),
    {
      handler: "/api/v1/history",
      paths: ["/api/v1/history"],
      answer: ({ query }) => {
        const found = views.history(query);
        return "problem" in found ? apiError(400, found.problem) : json(200, found);
      },
    },
    { handler: "/", paths: ["/"], answer: () => overview(views) },
    { handler: "/incidents/:id", paths: ["/incidents/:id"], answer: ({ id }) => incidentOf(views, id) },
    { handler: "/assets/:id", paths: ["/assets/:id"], answer: ({ id }) => asset(id) },
  ];
}

function overview(views: HttpViews): Reply {
  const keys = views.keys(new URLSearchParams());
  return statusPage(views.status(), views.incidents(), "problem" in keys ? [] : keys);
}

function incidentOf(views: HttpViews, id: string): Reply {
  const incident = views.incident(id);
  if (incident === null) return noIncident();
  const { rule, group } = incident;
  const query = new URLSearchParams({ rule, limit: "20" });
  for (const [name, value] of Object.entries(group)) query.append("group", `${name}=${value}`);
  const keys = views.keys(query);
  return incidentPage({ incident, links: views.links(incident), keys: "problem" in keys ? [] : keys });
}

function done({ status, body }: Change): Reply {
  return json(status, body);
}

function health(ok: boolean, claim: string, reason: string | null): Reply {
  if (ok) return text(200, `revokewatch is ${claim}.`);
  return text(503, `revokewatch is not ${claim}${reason === null ? "" : `: ${reason}`}.`);
}

/** All incidents, or those in one of the states; several may be given, repeated or with commas. */
function incidents(views: HttpViews, given: readonly string[]): Reply {
  const states = new Set(given.flatMap((value) => value.split(",")).filter((value) => value !== ""));
  for (const state of states) {
    if (INCIDENT_STATES.has(state)) continue;
    const known = [...INCIDENT_STATES].join(", ");
    return apiError(400, `Cannot list incidents: state must be one of ${known}.`);
  }
  const all = views.incidents();
  return json(200, states.size === 0 ? all : all.filter((incident) => states.has(incident.state)));
}
