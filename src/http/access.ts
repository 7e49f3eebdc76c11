// Who may ask anything at all: what the web configuration says of users and of how often. Without one, everybody who
// reaches the address.

import type { IncomingMessage } from "node:http";
import type { WebConfig } from "../config/web-config.ts";
import { holdsToken } from "./admin.ts";
import { Passwords } from "./passwords.ts";
import { type Reply, text } from "./reply.ts";

/** The part of the web configuration that is looked at here. */
export type AccessRules = Pick<WebConfig, "users" | "rateLimit">;

const BASIC = /^Basic +([A-Za-z0-9+/]+=*) *$/i;
const OPEN: AccessRules = { users: new Map(), rateLimit: null };

export class Access {
  readonly #now: () => number;
  readonly #passwords: Passwords;
  #rules: AccessRules = OPEN;
  /** Requests that may come at once, and when that was so. */
  #tokens = Infinity;
  #countedMs = 0;

  /** @param now monotonic, milliseconds. @param sleep the rest between two checks of a password. */
  constructor(now: () => number, sleep: (ms: number) => Promise<void>) {
    this.#now = now;
    this.#passwords = new Passwords({
      now,
      sleep,
      // Loaded with the first password: most daemons ask for none.
      compare: async (password, hash) => (await import("bcryptjs")).compare(password, hash),
    });
  }

  /** From now on these rules hold. */
  configure(rules: AccessRules | null): void {
    this.#rules = rules ?? OPEN;
    this.#tokens = Math.min(this.#tokens, this.#rules.rateLimit?.burst ?? Infinity);
    this.#countedMs = this.#now();
  }

  /**
   * Why a request is not answered, null when it is.
   * @param token opens the admin token, which is as good as a password; null when there is none.
   */
  async refusal(request: IncomingMessage, token: () => string | null): Promise<Reply | null> {
    if (!this.#inTime()) return text(429, "Too many requests (rate_limit of the web configuration).");
    const { users } = this.#rules;
    if (users.size === 0 || holdsToken(request, token)) return null;
    const given = credentialsOf(request.headers.authorization);
    if (given === null) return unauthorized();
    const from = request.socket.remoteAddress ?? "";
    switch (await this.#passwords.check({ ...given, from }, users)) {
      case "right":
        return null;
      case "wrong":
        return unauthorized();
      case "busy":
        return text(503, "Other passwords are being checked; ask again.", { "retry-after": "1" });
    }
  }

  /** A token bucket, as exporter-toolkit has it: one more request each interval, at most `burst` at once. */
  #inTime(): boolean {
    const { rateLimit } = this.#rules;
    if (rateLimit === null) return true;
    const nowMs = this.#now();
    const more = (nowMs - this.#countedMs) / rateLimit.intervalMs;
    this.#tokens = Math.min(rateLimit.burst, this.#tokens + more);
    this.#countedMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

function unauthorized(): Reply {
  return text(401, "This daemon asks for a user and a password.", {
    "www-authenticate": 'Basic realm="revokewatch", charset="UTF-8"',
  });
}

function credentialsOf(header: string | undefined): { user: string; password: string } | null {
  const encoded = BASIC.exec(header ?? "")?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon === -1 ? null : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
