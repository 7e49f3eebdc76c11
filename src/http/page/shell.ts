// The frame of every page: its head, its policy, and what the browser loads. Without the script it is a page of this
// moment that renews itself; with it, it lives.

import { type Markup, html } from "../html.ts";
import type { Reply } from "../reply.ts";

/** How often a browser without a script loads the page anew, seconds. */
const REFRESH_SECONDS = 10;

/**
 * Script, style and data of this very server and nothing else: whatever a log line smuggles in, it cannot run, load or
 * send anything.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

interface Shell {
  readonly title: string;
  /** Where the server's root lies from this page: `` or `../`; a proxy may put it below a path. */
  readonly root: "./" | "../";
  readonly header: Markup;
  readonly main: Markup;
}

export function shell({ title, root, header, main }: Shell): Reply {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}" /></noscript>
        <title>${title}</title>
        <link rel="icon" href="${root}assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${root}assets/page.css" />
        <script type="module" src="${root}assets/page.js"></script>
      </head>
      <body data-root="${root}">
        <a class="skip" href="#main">To the content</a>
        <header id="header">${header}</header>
        <p id="connection" role="status" hidden></p>
        <main id="main">${main}</main>
        <footer class="dim">
          <p>
            Times are UTC. JSON: <a href="${root}api/v1/status">status</a>,
            <a href="${root}api/v1/incidents">incidents</a>, <a href="${root}api/v1/keys">keys</a>,
            <a href="${root}api/v1/history">history</a>, <a href="${root}api/v1/silences">silences</a>,
            <a href="${root}api/v1/outbox">outbox</a>. Metrics: <a href="${root}metrics">/metrics</a>.
          </p>
        </footer>
      </body>
    </html> `;
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY },
    body: page.source,
  };
}
