// From a method and a path to the one route that answers, or to 404 or 405. Routes are data, and their names are the
// closed list of the label `handler`.

import { text } from "./reply.ts";
import type { Reply } from "./reply.ts";

export interface Request {
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
  /** The part of the path that a route with `/:id` leaves open, decoded; else an empty string. */
  readonly id: string;
}

/** A request that changes something, from someone who may. */
export interface ChangeRequest extends Request {
  /** Empty for DELETE, and where the route is bodiless. */
  readonly body: string;
  readonly idempotencyKey: string | null;
}

type Answered<Asked> = (request: Asked) => Reply | Promise<Reply>;

export interface Route {
  /** Label of `http_requests_total`; aliases share one. */
  readonly handler: string;
  /** Exact paths, or one that holds `/:id`. */
  readonly paths: readonly string[];
  /** Answers GET and HEAD. */
  readonly answer?: Answered<Request>;
  readonly post?: Answered<ChangeRequest>;
  readonly delete?: Answered<ChangeRequest>;
  /** A POST says nothing but itself: its body is not read. */
  readonly bodiless?: true;
}

/** Label of everything that no route answers. */
export const NO_HANDLER = "other";

export interface Answer {
  readonly handler: string;
  readonly reply: Reply;
}

/** A request as it came in. */
export interface Asked {
  readonly method: string;
  /** A path with or without a query. */
  readonly target: string;
  readonly accept: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Why whoever asks may change nothing; null when they may. */
  readonly refusal: () => Reply | null;
  /** The body, or why it is not taken. Called at most once, and only for a change that is not refused. */
  readonly body: () => Promise<string | Reply>;
}

/**
 * Answers a request; it never rejects.
 * @param onError told when a route threw, which is a mistake of ours: the client gets a 500 without its words.
 */
export async function answer(
  routes: readonly Route[],
  asked: Asked,
  onError: (error: unknown, handler: string) => void,
): Promise<Answer> {
  const { target } = asked;
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1));
  for (const route of routes) {
    const id = match(route.paths, path);
    if (id === null) continue;
    const { handler } = route;
    try {
      return { handler, reply: await answerOf(route, asked, { query, accept: asked.accept, id }) };
    } catch (error) {
      onError(error, handler);
      return { handler, reply: text(500, "revokewatch could not answer; its log says why.") };
    }
  }
  return { handler: NO_HANDLER, reply: text(404, "There is nothing here. See / for the status page.") };
}

async function answerOf(route: Route, asked: Asked, request: Request): Promise<Reply> {
  const { method } = asked;
  if (route.answer !== undefined && (method === "GET" || method === "HEAD")) return route.answer(request);
  const change = method === "POST" ? route.post : method === "DELETE" ? route.delete : undefined;
  if (change === undefined) {
    return text(405, `Method ${method} is not allowed here.`, { allow: allowed(route) });
  }
  const refused = asked.refusal();
  if (refused !== null) return refused;
  const body = method === "DELETE" || route.bodiless === true ? "" : await asked.body();
  if (typeof body !== "string") return body;
  return change({ ...request, body, idempotencyKey: asked.idempotencyKey ?? null });
}

function allowed(route: Route): string {
  return [
    ...(route.answer === undefined ? [] : ["GET", "HEAD"]),
    ...(route.post === undefined ? [] : ["POST"]),
    ...(route.delete === undefined ? [] : ["DELETE"]),
  ].join(", ");
}

/** The open part of a path that one of the patterns matches, an empty string when it has none, null without a match. */
function match(patterns: readonly string[], path: string): string | null {
  for (const pattern of patterns) {
    if (pattern === path) return "";
    const [prefix = "", suffix] = pattern.split(":id");
    if (suffix === undefined || path.length <= prefix.length + suffix.length) continue;
    if (!path.startsWith(prefix) || !path.endsWith(suffix)) continue;
    const id = decoded(path.slice(prefix.length, path.length - suffix.length));
    if (id !== null) return id;
  }
  return null;
}

/** Null for a part that holds a slash, or is not valid percent-encoding. */
function decoded(part: string): string | null {
  if (part.includes("/")) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
