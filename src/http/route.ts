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

export interface Route {
  /** Label of `http_requests_total`; aliases share one. */
  readonly handler: string;
  /** Exact paths, or one that ends in `/:id`. */
  readonly paths: readonly string[];
  answer(request: Request): Reply | Promise<Reply>;
}

/** Label of everything that no route answers. */
export const NO_HANDLER = "other";

const ALLOWED = "GET, HEAD";

export interface Answer {
  readonly handler: string;
  readonly reply: Reply;
}

/**
 * Answers a request; it never rejects.
 * @param target the request target as sent: a path with or without a query.
 * @param onError told when a route threw, which is a mistake of ours: the client gets a 500 without its words.
 */
export async function answer(
  routes: readonly Route[],
  method: string,
  target: string,
  accept: string | undefined,
  onError: (error: unknown, handler: string) => void,
): Promise<Answer> {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  for (const route of routes) {
    const id = match(route.paths, path);
    if (id === null) continue;
    const { handler } = route;
    if (method !== "GET" && method !== "HEAD") {
      return { handler, reply: text(405, `Method ${method} is not allowed here.`, { allow: ALLOWED }) };
    }
    const query = new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1));
    try {
      return { handler, reply: await route.answer({ query, accept, id }) };
    } catch (error) {
      onError(error, handler);
      return { handler, reply: text(500, "revokewatch could not answer; its log says why.") };
    }
  }
  return { handler: NO_HANDLER, reply: text(404, "There is nothing here. See / for the status page.") };
}

/** The open part of a path that one of the patterns matches, an empty string when it has none, null without a match. */
function match(patterns: readonly string[], path: string): string | null {
  for (const pattern of patterns) {
    if (pattern === path) return "";
    if (!pattern.endsWith("/:id")) continue;
    const prefix = pattern.slice(0, -3);
    if (path.startsWith(prefix)) return decoded(path.slice(prefix.length));
  }
  return null;
}

/** Null for a part that is empty, holds a slash, or is not valid percent-encoding. */
function decoded(part: string): string | null {
  if (part === "" || part.includes("/")) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
