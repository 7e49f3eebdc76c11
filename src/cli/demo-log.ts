// The log of the demo: an API gateway's JSON lines with the odd revoked key in them, as every API has, and then an
// integration that keeps retrying with a key that was just revoked.

/** One revoked key in this many milliseconds is usual in the demo's log: two an hour. */
const USUAL_EVERY_MS = 30 * 60_000;
/** Ordinary lines are this far apart in the history, … */
const HISTORY_STEP_MS = 5_000;
/** … and the spike's retries this far. */
const RETRY_EVERY_MS = 2_000;

const SERVICES = ["checkout", "billing", "orders", "search"] as const;
const DOC_URL = "https://docs.asterwise.com/reference/errors/api_key_revoked";

/** A source of numbers in [0, 1), so that every demo shows the same. */
export type Draw = () => number;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The lines of a quiet stretch of log: ordinary traffic and now and then a revoked key. */
export function quietLines({ fromMs, toMs }: Span, draw: Draw, stepMs = HISTORY_STEP_MS): string[] {
  const lines: string[] = [];
  for (let timeMs = fromMs; timeMs < toMs; timeMs += stepMs) {
    const service = pick(SERVICES, draw);
    lines.push(
      draw() < stepMs / USUAL_EVERY_MS
        ? revoked(timeMs, service, oldKey(draw), draw)
        : served(timeMs, service, draw),
    );
  }
  return lines;
}

/** The lines of the spike: billing's nightly sync still holds the key that was revoked a moment ago, and retries. */
export function spikeLines({ fromMs, toMs }: Span, draw: Draw): string[] {
  const lines: string[] = [];
  for (let timeMs = fromMs; timeMs < toMs; timeMs += RETRY_EVERY_MS * (0.5 + draw())) {
    lines.push(revoked(timeMs, "billing", "ast_live_4Jq7demoKeyOfTheDemo9fKc", draw));
  }
  return lines;
}

function served(timeMs: number, service: string, draw: Draw): string {
  return JSON.stringify({
    level: 30,
    time: timeMs,
    name: service,
    hostname: "api-1",
    request_id: requestId(draw),
    req: { method: "GET", url: `/v1/charges/${Math.floor(draw() * 1e6)}` },
    res: { statusCode: 200 },
    msg: "request completed",
  });
}

function revoked(timeMs: number, service: string, key: string, draw: Draw): string {
  const id = requestId(draw);
  return JSON.stringify({
    level: 50,
    time: timeMs,
    name: service,
    hostname: "api-1",
    request_id: id,
    api_key: key,
    response: {
      status: 401,
      body: {
        success: false,
        error: "api_key_revoked",
        message: "This API key has been revoked.",
        details: [],
        retry_after: null,
        doc_url: DOC_URL,
        request_id: id,
        timestamp: new Date(timeMs).toISOString(),
      },
    },
    msg: "Asterwise call failed",
  });
}

function oldKey(draw: Draw): string {
  return `ast_live_oldDemoKeyNumber000${Math.floor(draw() * 9)}`;
}

function requestId(draw: Draw): string {
  return `req_01${Math.floor(draw() * 36 ** 8)
    .toString(36)
    .toUpperCase()
    .padStart(8, "0")}`;
}

function pick<T>(items: readonly [T, ...T[]], draw: Draw): T {
  return items[Math.floor(draw() * items.length)] ?? items[0];
}
