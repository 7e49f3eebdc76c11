// From a request to its answer: whether it may be asked, a route's reply, the headers of all. A thousand scrapes change
// nothing, a broken view is a 500 for its client alone, and a change wants this machine or the token.

import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { WebConfig } from "../config/web-config.ts";
import { Access } from "./access.ts";
import { MAX_BODY_BYTES, readBody, refusal } from "./admin.ts";
import { isWelcome } from "./host-guard.ts";
import { apiError, COMMON_HEADERS, text } from "./reply.ts";
import { type Answer, answer, type Asked, NO_HANDLER, type Route } from "./route.ts";
import { routes } from "./routes.ts";
import type { HttpFace } from "./face.ts";

const POLICY = "content-security-policy";

export interface DeskSetup {
  /** Address or name to listen on; an empty one stands for every address of the machine. */
  readonly host: string;
  /** TLS, users, headers; null: none of them. */
  readonly web: WebConfig | null;
  /** Told of each answer: the route's name and the status code. */
  onAnswer(handler: string, code: number): void;
  /** Told of what should not happen: a view that threw. The client gets a 500 without its words. */
  onError(error: unknown, handler: string): void;
}

export class Desk {
  readonly #setup: DeskSetup;
  readonly #access = new Access(
    () => performance.now(),
    (ms) => sleep(ms, undefined, { ref: false }),
  );
  #face: HttpFace | null = null;
  #routes: readonly Route[] = [];
  #resting = false;
  #web: WebConfig | null = null;

  constructor(setup: DeskSetup) {
    this.#setup = setup;
    this.configure(setup.web);
  }

  get web(): WebConfig | null {
    return this.#web;
  }

  configure(web: WebConfig | null): void {
    this.#web = web;
    this.#access.configure(web);
  }

  show(face: HttpFace): void {
    this.#face = face;
    this.#routes = routes(face.views, face.actions);
    this.#resting = false;
  }

  rest(): void {
    this.#resting = true;
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { handler, reply } = await this.#answerTo(request).catch((error: unknown) => {
      this.#setup.onError(error, NO_HANDLER);
      return refused(500, "revokewatch could not answer; its log says why.");
    });
    const body = Buffer.from(reply.body);
    const ours = { ...COMMON_HEADERS, ...reply.headers };
    const theirs = this.#web?.headers ?? {};
    response.writeHead(reply.status, {
      ...ours,
      ...theirs,
      // Policies with a comma between are all obeyed: another one may forbid more, and never allow what ours forbids.
      [POLICY]: [ours[POLICY], theirs[POLICY]].filter((policy) => policy !== undefined).join(", "),
      "content-length": body.length,
      // A body that nobody reads would stand in the way of the connection's next request.
      ...(hasBody(request) ? { connection: "close" } : {}),
    });
    response.end(request.method === "HEAD" ? undefined : body);
    this.#setup.onAnswer(handler, reply.status);
  }

  async #answerTo(request: IncomingMessage): Promise<Answer> {
    const { method = "", url = "", headers } = request;
    const face = this.#face;
    if (!isWelcome(this.#setup.host, headers.host, face?.externalUrl ?? null)) {
      return refused(
        403,
        "This listener is for this machine: the Host header must name localhost or a loopback address.",
      );
    }
    const token = face?.token ?? (() => null);
    const unwelcome = await this.#access.refusal(request, token);
    if (unwelcome !== null) return { handler: NO_HANDLER, reply: unwelcome };
    if (face === null) return refused(503, "revokewatch is starting.");
    if (Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
      return refused(413, `A request body may have at most ${MAX_BODY_BYTES} bytes.`);
    }
    const key = headers["idempotency-key"];
    const asked: Asked = {
      method,
      target: url,
      accept: headers.accept,
      idempotencyKey: Array.isArray(key) ? key[0] : key,
      refusal: () =>
        this.#resting
          ? apiError(503, "The configuration is being loaded anew; ask again.")
          : refusal(request, token),
      body: () => readBody(request),
    };
    return answer(this.#routes, asked, (error, handler) => this.#setup.onError(error, handler));
  }
}

function refused(status: number, line: string): Answer {
  return { handler: NO_HANDLER, reply: text(status, line) };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
