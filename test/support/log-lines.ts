// Lines as an API client logs them, for tests that run the real program.

export interface EventLine {
  readonly timeMs: number;
  readonly requestId: string;
  readonly service?: string;
  readonly key?: string;
}

/** A line that is an event of the default rule. */
export function eventLine({
  timeMs,
  requestId,
  service = "checkout",
  key = "ast_live_0123456789abcdefWXYZ",
}: EventLine): string {
  return `${JSON.stringify({
    level: 50,
    time: timeMs,
    name: service,
    hostname: "web-1",
    api_key: key,
    response: {
      status: 401,
      body: {
        success: false,
        error: "api_key_revoked",
        message: "This API key has been revoked.",
        request_id: requestId,
      },
    },
    msg: "upstream failed",
  })}\n`;
}

/** A line that is none. */
export function ordinaryLine(timeMs: number): string {
  return `${JSON.stringify({ level: 30, time: timeMs, name: "checkout", msg: "request completed" })}\n`;
}

/** `count` events, `stepMs` apart. */
export function burst(count: number, fromMs: number, stepMs: number, prefix = "req"): string {
  return Array.from({ length: count }, (_, i) =>
    eventLine({ timeMs: fromMs + i * stepMs, requestId: `${prefix}_${i}` }),
  ).join("");
}
